"""Pages and feeds of the web."""
