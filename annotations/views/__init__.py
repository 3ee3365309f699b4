"""Pages of the annotations app: thin, each makes one domain call."""
