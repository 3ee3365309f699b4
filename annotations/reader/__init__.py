"""The reader: one article with its claims and evidence beside the words. Pages, and the small answers they ask for."""
