"""Use cases of articles, sources and imports: keyword-only functions that own their transaction."""
