"""Formats that news agencies send: NewsML, NITF, ninjs."""
