"""Diff two texts by words, for people to read."""

from typing import Literal

from core.diff.alignment import Block, align_text

Operation = Literal["equal", "delete", "insert"]
Hunk = tuple[Operation, str]


def word_diff(old: str, new: str) -> list[Hunk]:
    """Return hunks in reading order, a deletion before its insertion.

    `equal` and `delete` joined give `old`, `equal` and `insert` joined give `new`. Bounded like every alignment: texts
    too large and too different to compare come back as one deletion and one insertion.
    """
    hunks: list[Hunk] = []
    done_old = done_new = 0
    for block in [*align_text(old, new), Block(len(old), len(new), 0)]:
        _add_change(hunks, old[done_old : block.old], new[done_new : block.new])
        _append_hunk(hunks, "equal", old[block.old : block.old_end])
        done_old, done_new = block.old_end, block.new_end
    return hunks


def _add_change(hunks: list[Hunk], gone: str, come: str) -> None:
    """Add a change without the spaces both sides share.

    "a b" to "c d" between equal words is one change.
    """
    before = " " if gone.startswith(" ") and come.startswith(" ") else ""
    gone, come = gone.removeprefix(before), come.removeprefix(before)
    after = " " if gone.endswith(" ") and come.endswith(" ") else ""
    _append_hunk(hunks, "equal", before)
    _append_hunk(hunks, "delete", gone.removesuffix(after))
    _append_hunk(hunks, "insert", come.removesuffix(after))
    _append_hunk(hunks, "equal", after)


def _append_hunk(hunks: list[Hunk], operation: Operation, text: str) -> None:
    if text and hunks and hunks[-1][0] == operation:
        hunks[-1] = (operation, hunks[-1][1] + text)
    elif text:
        hunks.append((operation, text))
