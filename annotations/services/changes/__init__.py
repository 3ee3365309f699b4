"""Consequences for claims when articles change or come in: placements, effects of an import, rechecks, repeats."""
