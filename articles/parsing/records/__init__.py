"""Items with named fields: JSON, JSON Lines, tables, other desks' checks."""
