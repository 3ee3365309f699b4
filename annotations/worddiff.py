"""A word diff to read: what went, what came."""

from collections.abc import Iterable, Iterator
from typing import Literal

from annotations.anchoring.alignment import Block, align, tokenize

Operation = Literal["equal", "delete", "insert"]
Hunk = tuple[Operation, str]


def word_diff(old: str, new: str) -> list[Hunk]:
    """Hunks in reading order, a deletion before the insertion that replaces it.

    `equal` and `delete` joined give `old`, `equal` and `insert` joined give `new`. Bounded like every alignment: texts
    too large and too different to compare come back as one deletion and one insertion.
    """
    old_tokens, new_tokens = tokenize(old), tokenize(new)
    hunks: list[Hunk] = []
    done_old = done_new = 0
    for block in _readable(align(old_tokens, new_tokens), old_tokens, new_tokens):
        _add(hunks, "delete", old_tokens[done_old : block.old])
        _add(hunks, "insert", new_tokens[done_new : block.new])
        _add(hunks, "equal", old_tokens[block.old : block.old_end])
        done_old, done_new = block.old_end, block.new_end
    return hunks


def _add(hunks: list[Hunk], operation: Operation, tokens: list[str]) -> None:
    text = "".join(tokens)
    if text and hunks and hunks[-1][0] == operation:
        hunks[-1] = (operation, hunks[-1][1] + text)
    elif text:
        hunks.append((operation, text))


def _readable(blocks: Iterable[Block], old: list[str], new: list[str]) -> Iterator[Block]:
    """Without the equal spaces inside a rewording: "a b" to "c d" is one change. The last block is the end of both."""
    done_old = done_new = 0
    for block in blocks:
        is_between = block.old > done_old or block.new > done_new
        is_open = block.old_end < len(old) or block.new_end < len(new)
        if is_between and is_open and not any(map(_is_telling, old[block.old : block.old_end])):
            continue
        yield block
        done_old, done_new = block.old_end, block.new_end
    yield Block(len(old), len(new), 0)


def _is_telling(token: str) -> bool:
    return not token.isspace() or "\n" in token
