"""What leaves the desk: one pure module per format, each with its own check. No Django in here."""
