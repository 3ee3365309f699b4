"""Fold typography with offsets: ignore what may differ between equal words.

Quotes, dashes, the ellipsis and white space are folded. Case is not (`US` is not `us`), compatibility forms are not
(NFKC turns 10⁹ into 109), and a dash right before a digit is not (it may be a minus).
"""

import bisect
import re
from collections.abc import Iterator

_ONE_TO_ONE = {
    **dict.fromkeys(map(ord, "‘’‚‛‹›ʼ"), "'"),
    **dict.fromkeys(map(ord, "“”„‟«»"), '"'),
}
# A dash before a digit or a currency sign may be a minus, so it stays: "-5" and "5" must not become alike.
_BEFORE_DIGIT = r"(?![$€£¥]?[.,]?\d)"
# One expression for all: each text is walked once. The possessive quantifier keeps long runs of dashes linear.
_VARIANT = re.compile(
    rf"(?P<space>\s{{2,}}|[^\S ])"
    rf"|(?P<dots>\.\.\.|\. \. \.)"
    rf"|(?P<dash>[\u2010\u2011]|(?:[-\u2012-\u2015]{{2,}}+|[\u2012-\u2015]){_BEFORE_DIGIT})"
)


def straight_quotes(text: str) -> str:
    """Return the text with straight quotes, of the same length."""
    return text if text.isascii() else text.translate(_ONE_TO_ONE)


def _replace_character(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "space":
        return "\n" if "\n" in match.group() else " "
    return "…" if kind == "dots" else "-"


class FoldedText:
    """A text folded for comparison, with the map back to its own offsets.

    `folded` keeps one newline where the text has a line or paragraph break, so that structure stays visible;
    `flat` is the same, code point for code point, with a space there. Offsets are code points, half-open.
    """

    __slots__ = ("_folded_at", "_raw_at", "flat", "folded", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        # After the n-th change of length, folded offset _folded_at[n] and raw offset _raw_at[n] are the same place.
        self._raw_at = [0]
        self._folded_at = [0]
        self.folded = "".join(self._split_pieces(straight_quotes(raw)))
        self.flat = self.folded.replace("\n", " ")

    def _split_pieces(self, text: str) -> Iterator[str]:
        done = length = 0
        for match in _VARIANT.finditer(text):
            new = _replace_character(match)
            yield text[done : match.start()]
            yield new
            length += match.start() - done + len(new)
            done = match.end()
            if len(new) != match.end() - match.start():
                self._raw_at.append(done)
                self._folded_at.append(length)
        yield text[done:]

    def to_folded(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the text to `folded`; widened where it splits joined characters."""
        return self._fold_offset(start, inside=-1), self._fold_offset(end, inside=0)

    def _fold_offset(self, offset: int, *, inside: int) -> int:
        at = bisect.bisect_right(self._raw_at, offset) - 1
        folded = self._folded_at[at] + offset - self._raw_at[at]
        following = self._folded_at[at + 1] if at + 1 < len(self._folded_at) else len(self.folded) + 1
        return folded if folded < following else following + inside

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of `folded` to the text."""
        return self._raw_start(start), self._raw_end(end)

    def _raw_start(self, offset: int) -> int:
        at = bisect.bisect_right(self._folded_at, offset) - 1
        return self._raw_at[at] + offset - self._folded_at[at]

    def _raw_end(self, offset: int) -> int:
        at = bisect.bisect_left(self._folded_at, offset)
        if at < len(self._folded_at) and self._folded_at[at] == offset:
            return self._raw_at[at]
        return self._raw_at[at - 1] + offset - self._folded_at[at - 1]


def fold(text: str) -> str:
    """Return the text with folded typography and single spaces."""
    return FoldedText(text).flat
