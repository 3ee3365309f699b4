"""Pages on what becomes of claims when articles change or come in: revisions, effects of an import, rechecks, repeats."""
