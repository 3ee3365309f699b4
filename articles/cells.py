"""Cells of what a spreadsheet will open."""

from typing import Any

# Tab and carriage return count, because spreadsheets skip them; so do the wide forms, which some fold.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defuse(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers."""
    if isinstance(cell, str) and (cell.startswith(_ACTIVE) or cell.lstrip().startswith(_ACTIVE)):
        return f"'{cell}"
    return cell
