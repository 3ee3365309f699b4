"""Turn plain text into blocks: blank lines, bullets, hard-wrapped lines."""

import re
from collections.abc import Iterator
from itertools import pairwise

from articles.text.characters import drop_invisible, single_spaced
from articles.text.dates import is_date_line

# Code points; a longer first line is the first paragraph.
MAX_HEADLINE = 250
WRAP_FROM, WRAP_TO = 55, 85  # "60 to 80 characters", with the slack that a long last word leaves

# Word writes a vertical tab for a line break within a paragraph.
_LINE_BREAK = re.compile("\r\n?|\x0b|\u2028")
_PARAGRAPH_BREAK = re.compile("\x0c|\u2029")
_BULLETS = frozenset("•‣⁃◦▪▫●○■□∙·")

Line = str
Group = list[Line]


def blocks_of_plain(raw: str) -> list[tuple[str, str]]:
    """Return (tag, text) of each block, tags `p` and `li`, without bullets, not yet composed."""
    groups = _groups(raw)
    if _is_hard_wrapped(groups):
        lines = [line for group in groups for line in _unwrapped(group)]
    else:
        lines = [line for group in groups for line in group]
    return [_block(line) for line in lines]


def looks_like_headline(blocks: list[tuple[str, str]]) -> bool:
    """Return whether the first block is a headline: short, no date, and more text follows."""
    if len(blocks) < 2:
        return False
    tag, text = blocks[0]
    return tag == "p" and len(text) <= MAX_HEADLINE and not is_date_line(text)


def _groups(raw: str) -> list[Group]:
    """Yield runs of lines between blank lines, stripped and with single spaces."""
    groups: list[Group] = [[]]
    for line in _lines(raw):
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _lines(raw: str) -> Iterator[Line]:
    lines = raw.split("\n")
    if all(map(str.isprintable, lines)):  # most text: nothing to drop, and no white space but the plain space
        yield from map(single_spaced, lines)
        return
    text = drop_invisible(_PARAGRAPH_BREAK.sub("\n\n", _LINE_BREAK.sub("\n", raw)))
    for line in text.split("\n"):
        yield " ".join(line.split())


def _is_hard_wrapped(groups: list[Group]) -> bool:
    """Return whether most lines have the width of a wrapped line and run on in lower case."""
    followed = sum(len(group) - 1 for group in groups)
    if not followed:
        return False
    wide = [following for group in groups for line, following in pairwise(group) if WRAP_FROM <= len(line) <= WRAP_TO]
    running_on = sum(following[0].islower() for following in wide)
    return 2 * len(wide) > followed and 2 * running_on > len(wide)


def _unwrapped(group: Group) -> list[Line]:
    """Join lines that run on into the next: a wide line, or a next line in lower case."""
    joined: list[list[Line]] = []
    width = 0
    for line in group:
        runs_on = joined and not _is_item(line) and (width >= WRAP_FROM or line[0].islower())
        if runs_on:
            joined[-1].append(line)
        else:
            joined.append([line])
        width = len(line)
    return [" ".join(lines) for lines in joined]


def _is_item(line: Line) -> bool:
    return line[0] in _BULLETS or line.startswith(("- ", "* "))


def _block(line: Line) -> tuple[str, str]:
    if _is_item(line) and len(line) > 1:
        return "li", line[1:].lstrip()
    return "p", line
