"""Compare two texts, for people to read and for passages to follow. Pure."""
