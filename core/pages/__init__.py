"""Parts of pages that no app owns: the bar, filter chips, pages of a list, labels, refusals."""
