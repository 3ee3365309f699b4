"""A word diff to read: what went, what came."""

from typing import Literal

from annotations.anchoring.alignment import Block, align_text

Operation = Literal["equal", "delete", "insert"]
Hunk = tuple[Operation, str]


def word_diff(old: str, new: str) -> list[Hunk]:
    """Hunks in reading order, a deletion before the insertion that replaces it.

    `equal` and `delete` joined give `old`, `equal` and `insert` joined give `new`. Bounded like every alignment: texts
    too large and too different to compare come back as one deletion and one insertion.
    """
    hunks: list[Hunk] = []
    done_old = done_new = 0
    for block in [*align_text(old, new), Block(len(old), len(new), 0)]:
        _add_change(hunks, old[done_old : block.old], new[done_new : block.new])
        _add(hunks, "equal", old[block.old : block.old_end])
        done_old, done_new = block.old_end, block.new_end
    return hunks


def _add_change(hunks: list[Hunk], gone: str, come: str) -> None:
    """The change without the spaces that both have around it: "a b" to "c d" between equal words is one change."""
    before = " " if gone.startswith(" ") and come.startswith(" ") else ""
    gone, come = gone.removeprefix(before), come.removeprefix(before)
    after = " " if gone.endswith(" ") and come.endswith(" ") else ""
    _add(hunks, "equal", before)
    _add(hunks, "delete", gone.removesuffix(after))
    _add(hunks, "insert", come.removesuffix(after))
    _add(hunks, "equal", after)


def _add(hunks: list[Hunk], operation: Operation, text: str) -> None:
    if text and hunks and hunks[-1][0] == operation:
        hunks[-1] = (operation, hunks[-1][1] + text)
    elif text:
        hunks.append((operation, text))
