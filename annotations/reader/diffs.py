"""Shorten word diffs to the surroundings of a change. Pure."""

from typing import Literal

from core.diff.words import Hunk

ShownHunk = tuple[Literal["equal", "delete", "insert", "skip"], str]


def around_changes(hunks: list[Hunk], *, size: int) -> list[ShownHunk]:
    """Cut unchanged stretches to about `size` characters beside a change.

    A "skip" hunk stands for the rest.
    """
    shown: list[ShownHunk] = []
    for number, (kind, words) in enumerate(hunks):
        if kind != "equal" or len(words) <= 2 * size:
            shown.append((kind, words))
            continue
        if number:
            shown.append(("equal", words[:size].rsplit(" ", 1)[0] + " "))
        shown.append(("skip", ""))
        if number + 1 < len(hunks):
            shown.append(("equal", " " + words[-size:].split(" ", 1)[-1]))
    return shown
