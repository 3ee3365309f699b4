"""Load one article with its claims and evidence, for the reader's page and poll."""
