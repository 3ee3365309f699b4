"""What can be done with articles, sources and imports. Keyword-only functions that own their transaction."""
