"""The first lines of a text, as the rules of `messages` and `code` read them."""

import re
from collections.abc import Callable
from functools import cached_property

_COMMENTS = re.compile(
    r"/\*.*?\*/|\"\"\".*?\"\"\"|'''.*?'''|^[ \t]*(?://|--|;|%|\\|#(?![A-Za-z])|#[ ]?[A-Z])[^\n]*$", re.S | re.M
)
_OPEN_COMMENT = re.compile(r"(?:/\*|\"\"\"|''').*\Z", re.S)


class Look:
    """The first lines of a text, as rules read them. `is_whole` where the file holds nothing more."""

    def __init__(self, text: str, *, is_whole: bool) -> None:
        self.text = text.lstrip("\ufeff \t\r\n")
        self.is_whole = is_whole

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines that are not blank, without the last if the sample may have cut it."""
        lines = [line.strip() for line in self.text.splitlines()]
        # A line that was cut in the middle would match no rule.
        if not self.is_whole and len(lines) > 1:
            lines.pop()
        return [line for line in lines if line]

    @cached_property
    def without_comments(self) -> "Look":
        """Return the same lines without comments and docstrings: code begins with a licence, which reads like prose."""
        text = _COMMENTS.sub("", self.text)
        if not self.is_whole:  # the sample may have cut a comment
            text = _OPEN_COMMENT.sub("", text)
        return Look(text, is_whole=self.is_whole)

    @cached_property
    def header(self) -> list[str]:
        """Return the lines before the first blank one, with folded lines joined to the line before."""
        header: list[str] = []
        for line in self.text.splitlines():
            if not line.strip():
                break
            if header and line[0] in " \t":
                header[-1] = f"{header[-1]} {line.strip()}"
            else:
                header.append(line)
        return header

    def share(self, pattern: re.Pattern[str]) -> float:
        """Return the share of lines that match the pattern at their start, 0 to 1."""
        return sum(bool(pattern.match(line)) for line in self.lines) / max(len(self.lines), 1)

    def count(self, pattern: re.Pattern[str]) -> int:
        return sum(bool(pattern.match(line)) for line in self.lines)


Rule = Callable[[Look], bool]


def starts_with(*starts: str) -> Rule:
    """Return the rule that a text begins with one of these."""
    return lambda look: look.text.startswith(starts)
