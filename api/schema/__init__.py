"""The published description of the API (OpenAPI 3.1): shapes of the answers, and the description of each method."""
