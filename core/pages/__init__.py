"""What pages share and no app owns: the bar, filter chips, pages of a list."""
