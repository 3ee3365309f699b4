"""Defuse spreadsheet cells."""

import re
from typing import Any

# Tab and carriage return count, because spreadsheets skip them; so do the wide forms, which some fold.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# One pattern for each, because a pattern that begins with a letter is found in a quarter of the time (2026-12-01). It takes all
# white space, also before nothing active: looked at anew from each line break, 16,000 empty lines took 6 s.
_NEXT_CELLS = {one: re.compile(rf'({one}[\s"]*)([=+\-@＝＋－＠]?)') for one in ";\n\t\r"}


def defuse(cell: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay numbers."""
    # Also behind spaces, which some spreadsheets take away before they look.
    if isinstance(cell, str) and (cell.startswith(_ACTIVE) or cell.lstrip().startswith(_ACTIVE)):
        return f"'{cell}"
    return cell


def defuse_inside(text: str) -> str:
    """Put an apostrophe before what another spreadsheet would take for a cell of its own, in the midst of a CSV file's text.

    One that separates by `;` or tabs, as half of Europe's do, takes a comma and the quotes after it for text: each `;`, and
    each line break, then ends a cell.
    """
    for separator, pattern in _NEXT_CELLS.items():
        if separator in text:
            text = pattern.sub(_defuse_next, text)
    return text


def _defuse_next(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2]}" if found[2] else found[0]
