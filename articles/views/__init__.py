"""Articles and their search, imports, details, sources."""
