"""Undo and redo: record what a person did on a screen, and play it back."""
