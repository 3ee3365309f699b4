"""Formats out: one pure module per format, most with a check of their own. No Django in here."""
