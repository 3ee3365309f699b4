"""The pages of the annotations app: thin, each makes one domain call."""
