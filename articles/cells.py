"""Defuse spreadsheet cells."""

from typing import Any

# Tab and carriage return count, because spreadsheets skip them; so do the wide forms, which some fold.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defuse(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay numbers."""
    # Also behind spaces, which some spreadsheets take away before they look.
    if isinstance(cell, str) and (cell.startswith(_ACTIVE) or cell.lstrip().startswith(_ACTIVE)):
        return f"'{cell}"
    return cell
