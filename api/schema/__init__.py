"""The published description of the API: shapes of the answers, and how each method is described (OpenAPI 3.1)."""
