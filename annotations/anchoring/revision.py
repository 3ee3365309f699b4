"""Where a span of the old revision stands in the new one: the steps of "When an article changes".

Everything inside counts in folded code points (`FoldedText`), so that typography never splits an alignment; only what
`RevisionDiff.place` takes and returns is in offsets of the texts themselves.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from annotations.anchoring import spans
from annotations.anchoring.alignment import Block, align_text
from annotations.anchoring.fuzzy import FuzzyIndex
from annotations.typography import FoldedText, straight_quotes

MIN_SURVIVAL = 0.5
MIN_SCORE, MIN_LEAD = 0.75, 0.05
CONTEXT = 32
_MAX_OCCURRENCES = 200
_TELLING = 20  # a quote with so many characters needs no context to be recognised elsewhere
_TELLING_CONTEXT = 8
_MIN_CONTEXT = 0.25

Status = Literal["placed", "changed", "moved", "orphaned"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A lookalike that a person may re-attach an orphan to; score in [0, 1]. Never applied by itself."""

    start: int
    end: int
    exact: str
    score: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """The answer for one span.

    `placed`: the same words in the same place. `changed`: the same place, other words. `moved`: the same words in
    another place, to be confirmed by a person. `orphaned`: nowhere, start, end and exact are None.
    `survival`: the share of the old span's characters, white space not counted, that the diff finds again in place.
    """

    status: Status
    start: int | None
    end: int | None
    exact: str | None
    survival: float
    suggestion: Suggestion | None = None


class RevisionDiff:
    """The diff of two revisions of one article: made once, then asked for every passage."""

    def __init__(self, old_text: str, new_text: str) -> None:
        self._is_same = old_text == new_text
        self._old = FoldedText(old_text)
        self._new = self._old if self._is_same else FoldedText(new_text)
        self._blocks = [] if self._is_same else align_text(self._old.folded, self._new.folded, is_caseless=True)

    def place(self, start: int, end: int) -> Anchor:
        """Place the old text's span [start, end), in code points. ValueError for an empty span or one outside."""
        if not 0 <= start < end <= len(self._old.raw):
            raise ValueError(f"There is no span [{start}, {end}) in a text of {len(self._old.raw)} code points.")
        if self._is_same:
            return Anchor("placed", start, end, self._old.raw[start:end], 1.0)
        old = spans.trim(self._old.flat, *self._old.to_folded(start, end))
        islands = self._islands(*old)
        survival = sum(map(self._ink, islands)) / max(1, spans.ink(self._old.flat[slice(*old)]))
        if islands and (anchor := self._in_place(old, islands, survival)):
            return anchor
        return self._moved(old, survival) or self._orphaned(old, survival)

    def _ink(self, block: Block) -> int:
        return spans.ink(self._old.flat[block.old : block.old_end])

    def _islands(self, start: int, end: int) -> list[Block]:
        """Step 2: what survives of the span, without chance survivors far off."""
        islands = spans.clip(self._blocks, start, end)
        first, last = spans.core(islands, [self._ink(b) for b in islands], self._new.folded)
        return islands[first:last]

    def _in_place(self, old: tuple[int, int], islands: list[Block], survival: float) -> Anchor | None:
        """Steps 3 and 4."""
        region = spans.trim(self._new.flat, *self._region(old, islands))
        same = self._same_words(old, region)
        if same:
            return self._same_or_glued(old, same, survival)
        if survival >= MIN_SURVIVAL:
            return self._anchor("changed", region, survival)
        return None

    def _region(self, old: tuple[int, int], islands: list[Block]) -> tuple[int, int]:
        """The new span: from the first survivor to the last, and what replaced the words lost at the edges."""
        first, last = islands[0], islands[-1]
        return self._region_start(old[0], first), self._region_end(old[1], last)

    def _region_start(self, old_start: int, first: Block) -> int:
        """Back from the first survivor over what stands for the words lost before it."""
        at = bisect.bisect_left(self._blocks, first.old, key=lambda b: b.old_end)
        before = self._blocks[at - 1] if at else Block(0, 0, 0)
        lost = first.old - max(old_start, before.old_end)
        is_own = not self._old.flat[before.old_end : old_start].strip()
        reach = _reach(lost, first.new - before.new_end, is_own=is_own)
        return spans.reach_back(self._new.folded, before.new_end, first.new, reach)

    def _region_end(self, old_end: int, last: Block) -> int:
        at = bisect.bisect_right(self._blocks, last.old_end, key=lambda b: b.old)
        end = Block(len(self._old.folded), len(self._new.folded), 0)
        after = self._blocks[at] if at < len(self._blocks) else end
        lost = min(old_end, after.old) - last.old_end
        is_own = not self._old.flat[old_end : after.old].strip()
        reach = _reach(lost, after.new - last.new_end, is_own=is_own)
        found = spans.reach_on(self._new.folded, last.new_end, after.new, reach)
        return max(found, self._own_stop(last, old_end))

    def _own_stop(self, last: Block, old_end: int) -> int:
        """After the span's closing marks where they still follow: the diff may give the full stop to the next sentence."""
        marks = self._old.flat[last.old_end : old_end].rstrip()
        is_there = marks and not spans.ink_of_words(marks) and self._new.flat.startswith(marks, last.new_end)
        return last.new_end + len(marks) if is_there else last.new_end

    def _same_words(self, old: tuple[int, int], region: tuple[int, int]) -> tuple[int, int] | None:
        """Step 3: the same words in the region, or in one place that overlaps it.

        Of several equally long alignments the diff may pick one that takes a word from a repetition next door.
        """
        exact = self._old.flat[slice(*old)]
        if self._new.flat[slice(*region)] == exact:
            return region
        begin = max(0, region[0] - len(exact))
        found = list(_occurrences(self._new.flat, exact, begin, region[1] + len(exact)))
        overlapping = [n for n in found if n[0] < region[1] and region[0] < n[1] and not self._is_taken(n, old)]
        return overlapping[0] if len(overlapping) == 1 else None

    def _same_or_glued(self, old: tuple[int, int], new: tuple[int, int], survival: float) -> Anchor:
        """`placed`, unless the words now continue into others ("80" in "80.5") or stand among others altogether."""
        before, after = _glued(self._new, new)
        if _glued(self._old, old) == (before, after):
            return self._anchor("placed" if self._is_recognised(old, new) else "moved", new, survival)
        start, end = self._new.to_raw(*new)
        return self._raw_anchor("changed", (start - len(before), end + len(after)), survival)

    def _is_recognised(self, old: tuple[int, int], new: tuple[int, int]) -> bool:
        """Whether a quote is long enough to be the same one anywhere, or something of its sentence is still there.

        A diff may well find a lone "80" again, in a sentence about something else.
        """
        if spans.ink(self._old.flat[slice(*old)]) >= _TELLING:
            return True
        sides = spans.sentence_sides(self._old.folded, *old, CONTEXT)
        kept = [b for side in sides for b in spans.clip(self._blocks, *side)]
        near = [b for b in kept if new[0] - 2 * CONTEXT <= b.new and b.new_end <= new[1] + 2 * CONTEXT]
        around = sum(spans.ink(self._old.flat[slice(*side)]) for side in sides)
        return sum(map(self._ink, near)) >= _MIN_CONTEXT * around

    def _moved(self, old: tuple[int, int], survival: float) -> Anchor | None:
        """Step 5: the same words with their context, once, in text that is new there."""
        exact = self._old.flat[slice(*old)]
        edges = _glued(self._old, old)
        found = [
            (self._context_in_common(old, n), n)
            for n in _occurrences(self._new.flat, exact, 0, len(self._new.flat))
            if not self._is_taken(n, old) and _glued(self._new, n) == edges
        ]
        best = max(found, default=None)
        if best is None or (best[0] < _TELLING_CONTEXT and (len(found) > 1 or spans.ink(exact) < _TELLING)):
            return None
        if sum(context == best[0] for context, _ in found) > 1:
            return None
        return self._anchor("moved", best[1], survival)

    def _is_taken(self, new: tuple[int, int], old: tuple[int, int]) -> bool:
        """Whether most of a new span is old text from outside the old span: a lookalike, not this passage."""
        first = bisect.bisect_right(self._blocks, new[0], key=lambda b: b.new_end)
        last = bisect.bisect_left(self._blocks, new[1], key=lambda b: b.new)
        taken = 0
        for block in self._blocks[first:last]:
            skip = max(0, new[0] - block.new)
            size = min(block.new_end, new[1]) - block.new - skip
            start = block.old + skip
            own = max(0, min(start + size, old[1]) - max(start, old[0]))
            taken += size - own
        return taken * 2 >= new[1] - new[0]

    def _context_in_common(self, old: tuple[int, int], new: tuple[int, int]) -> int:
        before = _common_prefix(
            self._old.flat[max(0, old[0] - CONTEXT) : old[0]][::-1],
            self._new.flat[max(0, new[0] - CONTEXT) : new[0]][::-1],
        )
        after = _common_prefix(
            self._old.flat[old[1] : old[1] + CONTEXT],
            self._new.flat[new[1] : new[1] + CONTEXT],
        )
        return before + after

    @cached_property
    def _index(self) -> FuzzyIndex:
        return FuzzyIndex(self._new.flat)

    def _orphaned(self, old: tuple[int, int], survival: float) -> Anchor:
        """Steps 6 and 7."""
        quote = self._old.flat[slice(*old)]
        match = self._index.find(quote, min_score=MIN_SCORE, min_lead=MIN_LEAD) if quote else None
        suggestion = None
        if match:
            start, end = self._new.to_raw(match.start, match.end)
            suggestion = Suggestion(start, end, self._new.raw[start:end], match.score)
        return Anchor("orphaned", None, None, None, survival, suggestion)

    def _anchor(self, status: Status, new: tuple[int, int], survival: float) -> Anchor:
        return self._raw_anchor(status, self._new.to_raw(*new), survival)

    def _raw_anchor(self, status: Status, new: tuple[int, int], survival: float) -> Anchor:
        return Anchor(status, *new, self._new.raw[slice(*new)], survival)


def _glued(text: FoldedText, span: tuple[int, int]) -> tuple[str, str]:
    before, after = spans.glued(text.raw, *text.to_raw(*span))
    return straight_quotes(before), straight_quotes(after)


def _reach(lost: int, available: int, *, is_own: bool) -> int:
    """How much of the text beside the survivors stands for `lost` characters.

    All of it if it replaced nothing else and is of a size with them; else as much as was lost.
    """
    if lost <= 0:
        return 0
    return available if is_own and not spans.excess(lost, available) else lost


def _occurrences(text: str, quote: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the quote stands, overlapping ones too; at most the first few hundred."""
    at = text.find(quote, begin, end)
    for _ in range(_MAX_OCCURRENCES):
        if at < 0 or not quote:
            return
        yield at, at + len(quote)
        at = text.find(quote, at + 1, end)


def _common_prefix(one: str, other: str) -> int:
    size = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        size += 1
    return size
