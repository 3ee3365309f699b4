"""Shorten word diffs to the surroundings of a change. Pure."""

from typing import Literal

from articles.text.sentences import sentences
from core.diff.words import Hunk

ShownHunk = tuple[Literal["equal", "delete", "insert", "skip"], str]
_LONGEST = 3
"""A sentence that ends within so many sizes is shown whole."""


def around_changes(hunks: list[Hunk], *, size: int, language: str | None = None) -> list[ShownHunk]:
    """Cut unchanged stretches to about `size` characters beside a change: between words, with a language between sentences.

    A "skip" hunk stands for the rest.
    """
    shown: list[ShownHunk] = []
    for number, (kind, words) in enumerate(hunks):
        if kind != "equal" or len(words) <= 2 * size:
            shown.append((kind, words))
            continue
        head = _head(words, size, language) if number else ""
        tail = _tail(words, size, language) if number + 1 < len(hunks) else ""
        if len(head) + len(tail) >= len(words):
            shown.append((kind, words))
            continue
        shown += [("equal", head)] if head else []
        shown.append(("skip", ""))
        shown += [("equal", tail)] if tail else []
    return shown


def _head(words: str, size: int, language: str | None) -> str:
    ends = [] if language is None else [end for _, end in sentences(words[: _LONGEST * size], language)]
    if len(words) > _LONGEST * size:
        ends = ends[:-1]  # the window cut the last one
    end = next((end for end in ends if end >= size), ends[-1] if ends else None)
    return words[:size].rsplit(" ", 1)[0] + " " if end is None else words[:end]


def _tail(words: str, size: int, language: str | None) -> str:
    window = words[-_LONGEST * size :]
    starts = [] if language is None else [start for start, _ in sentences(window, language)]
    if len(words) > len(window):
        starts = starts[1:]  # the window cut the first one
    start = next((start for start in reversed(starts) if len(window) - start >= size), starts[0] if starts else None)
    return " " + words[-size:].split(" ", 1)[-1] if start is None else window[start:]
