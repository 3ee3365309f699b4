"""Find the stretches of a span that survive, and the region of new text they mark."""

import bisect
from collections.abc import Sequence

import regex

from core.diff.alignment import UNSPACED, Block

# Text inserted between two surviving stretches costs, because a lone "the" three paragraphs on is chance. Within its
# paragraph it costs less: a sentence often grows by a bracket or a clause.
_GAP_COST, _GAP_COST_INSIDE = 0.3, 0.1
_FREE_GAP = 16  # characters that a replacement may grow without a cost
_EDGE = 40  # characters searched for a glued number or word; no real one is longer

# Characters that make another number or word of a span's first or last one: "80" in "-80", "80.5", "80%".
_WORD = rf"[\w--[{UNSPACED}]]"
_BEFORE_NUMBER = regex.compile(r"[\w.,:/+\-−–$€£¥#]*\Z")
_BEFORE_WORD = regex.compile(rf"(?:{_WORD}+['’/-])*{_WORD}*\Z", regex.VERSION1)
_AFTER_NUMBER = regex.compile(rf"(?:[.,:/-]?{_WORD})*[%‰°$€£¥]*", regex.VERSION1)
_AFTER_WORD = regex.compile(rf"{_WORD}*(?:['’/-]{_WORD}+)*", regex.VERSION1)
# No space stands behind the full stop of Chinese and Japanese.
_SENTENCE_END = regex.compile(r"[.!?]['\"’”»)\]]{0,2}(?=\s)|[。！？]['\"’”」』)]{0,2}|\n")
_DENSE = regex.compile(rf"[{UNSPACED}\p{{Hangul}}]", regex.VERSION1)
_IS_WORD = regex.compile(_WORD, regex.VERSION1)


def ink(text: str) -> int:
    """Count characters that are not white space.

    Chance survivors are mostly spaces, so they must not add weight.
    """
    return len("".join(text.split()))


def telling(text: str) -> int:
    """Count characters as `ink` does, those of scripts that write a syllable or a word with one of them twice."""
    return ink(text) + len(_DENSE.findall(text))


def ink_of_words(text: str) -> int:
    """Count letters and digits; 0 means that the text is punctuation alone."""
    return sum(map(str.isalnum, text))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without outer white space."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def sentence_sides(text: str, start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Return the text before and after the span in its sentence, `size` at most each."""
    before, after = text[max(0, start - size) : start], text[end : end + size]
    stops = [m.end() for m in _SENTENCE_END.finditer(before)]
    following = _SENTENCE_END.search(after)
    if any(stop.end() == end for stop in _SENTENCE_END.finditer(text, max(start, end - 3), end + 1)):
        after = ""  # it ends with its sentence
    return [
        (start - len(before) + (stops[-1] if stops else 0), start),
        (end, end + (following.start() if following and after else len(after))),
    ]


def clip(blocks: Sequence[Block], start: int, end: int) -> list[Block]:
    """Return the parts of the blocks inside the old span."""
    first = bisect.bisect_right(blocks, start, key=lambda b: b.old_end)
    last = bisect.bisect_left(blocks, end, key=lambda b: b.old)
    return [_clip_one(b, start, end) for b in blocks[first:last]]


def _clip_one(block: Block, start: int, end: int) -> Block:
    skip = max(0, start - block.old)
    return Block(block.old + skip, block.new + skip, min(block.old_end, end) - block.old - skip)


def excess(lost: int, come: int) -> int:
    """Return how many characters too long the replacement is; 0 if sizes match."""
    return max(0, come - 2 * lost - _FREE_GAP)


def core(islands: Sequence[Block], weights: Sequence[int], new: str) -> tuple[int, int]:
    """Return the islands [first, last) that belong together.

    Picks the run of most weight after subtracting the text inserted between its islands.
    """
    best, best_score, first, score = (0, 0), 0.0, 0, 0.0
    for at, island in enumerate(islands):
        if at:
            score -= _gap_cost(islands[at - 1], island, new)
        if score < 0:
            first, score = at, 0.0
        score += weights[at]
        if score >= best_score:
            best, best_score = (first, at + 1), score
    return best if best_score else (0, 0)


def _gap_cost(one: Block, other: Block, new: str) -> float:
    rate = _GAP_COST if "\n" in new[one.new_end : other.new] else _GAP_COST_INSIDE
    return rate * excess(other.old - one.old_end, other.new - one.new_end)


def reach_back(text: str, floor: int, stop: int, size: int) -> int:
    """Return the start of about `size` characters of whole words before `stop`.

    Stays in one paragraph and not before `floor`.
    """
    start = max(floor, stop - size, text.rfind("\n", floor, stop) + 1)
    while floor < start < stop and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    return start


def reach_on(text: str, start: int, ceiling: int, size: int) -> int:
    """Return the end of about `size` characters of whole words after `start`.

    Stays in one paragraph and not after `ceiling`.
    """
    line_end = text.find("\n", start, ceiling)
    end = min(ceiling, start + size, line_end if line_end >= 0 else ceiling)
    while start < end < ceiling and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    return end


def glued(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what is written onto the span's first and last word or number."""
    return _glued_before(text, start), _glued_after(text, end)


def _glued_before(text: str, start: int) -> str:
    if not _IS_WORD.match(text, start):
        return ""
    pattern = _BEFORE_NUMBER if text[start].isdigit() else _BEFORE_WORD
    found = pattern.search(text[max(0, start - _EDGE) : start])
    return str(found.group()) if found else ""


def _glued_after(text: str, end: int) -> str:
    if not _IS_WORD.match(text, end - 1):
        return ""
    pattern = _AFTER_NUMBER if text[end - 1].isdigit() else _AFTER_WORD
    found = pattern.match(text[end : end + _EDGE])
    return str(found.group()) if found else ""
