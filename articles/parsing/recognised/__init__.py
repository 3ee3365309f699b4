"""Formats that are recognised and refused by their name, so that none becomes an article by accident."""
