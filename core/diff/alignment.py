"""Align two texts by tokens: find the stretches of the old text in the new one.

Words, numbers, runs of white space and single other characters are tokens; a script without spaces between words has
one token per character. `rapidfuzz.distance.Indel` finds a longest common subsequence; it keeps a bit for every pair of
tokens, so beyond `MAX_PAIRS` the texts are first aligned by paragraph, then by sentence, and a stretch that is still
too large on both sides counts as replaced. Never difflib: it took over a minute on 12,000 words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import Indel

MAX_PAIRS = 800_000_000  # bits: 100 MB, about 14,000 changed words against 14,000
# Tokens. Below this a run of equal words at both ends is chance, not a doubled passage.
MIN_SLIDE = 7

# Without spaces between words a whole paragraph would be one token, and one edit would replace it.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# A number with separators is one token: "1,500" must not align with the "500" of another number.
_TOKEN = regex.compile(
    rf"\d+(?:[.,]\d+)+|[{UNSPACED}]\p{{M}}*|[\w--[{UNSPACED}]]+|\s+|\X",
    regex.VERSION1,
)
_BREAKS = ("\n", ".!?。！？।؟")  # first by paragraph, then by sentence


@dataclass(frozen=True, slots=True)
class Block:
    """`size` equal items at `old` and at `new`."""

    old: int
    new: int
    size: int

    @property
    def old_end(self) -> int:
        return self.old + self.size

    @property
    def new_end(self) -> int:
        return self.new + self.size


def tokenize(text: str) -> list[str]:
    tokens: list[str] = _TOKEN.findall(text)
    return tokens


def align_text(old: str, new: str, *, is_caseless: bool = False) -> list[Block]:
    """Return equal stretches of two texts in code points, in order.

    Adjoining stretches are merged. Single spaces are not aligned, because as tokens they would outvote the words; a
    stretch continues over them.
    """
    old_words, old_at = _split_words(old, is_caseless=is_caseless)
    new_words, new_at = _split_words(new, is_caseless=is_caseless)
    stretches: list[Block] = []
    following = (-1, -1)
    for i, j in _count_pairs(align(old_words, new_words)):
        token = Block(old_at[i], new_at[j], len(old_words[i]))
        if (i, j) == following and _is_as_far(stretches[-1], token):
            last = stretches.pop()
            token = Block(last.old, last.new, token.old_end - last.old)
        stretches.append(token)
        following = (i + 1, j + 1)
    return stretches


def _count_pairs(blocks: Iterable[Block]) -> Iterator[tuple[int, int]]:
    return ((b.old + n, b.new + n) for b in blocks for n in range(b.size))


def _is_as_far(one: Block, other: Block) -> bool:
    """Return whether the two gaps both have a space, or both have none."""
    return other.old - one.old_end == other.new - one.new_end


def _split_words(text: str, *, is_caseless: bool) -> tuple[list[str], list[int]]:
    """Return the tokens other than single spaces, and where each begins."""
    words, starts, at = [], [], 0
    for word in tokenize(text):
        if word != " ":
            words.append(_fold_case(word) if is_caseless else word)
            starts.append(at)
        at += len(word)
    return words, starts


def _fold_case(token: str) -> str:
    """Return keys for tokens that ignore case, so that a heading in capitals aligns.

    Equal keys have tokens of equal length, so offsets stay linear.
    """
    lower = token.lower()
    # Some characters change their length in lower case ("İ"): those tokens keep their case.
    return lower if len(lower) == len(token) else token


def align(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return equal runs of two token lists in order, adjoining runs unmerged."""
    # Integers instead of strings: rapidfuzz compares them directly.
    number: dict[str, int] = {}
    old_ids = [number.setdefault(token, len(number)) for token in old]
    new_ids = [number.setdefault(token, len(number)) for token in new]
    breaks = [frozenset(number[t] for t in number if set(t) & set(chars) and not t.isalnum()) for chars in _BREAKS]
    return _keep_first_copies(list(_align(old_ids, new_ids, breaks)), old_ids, new_ids)


def _align(old: list[int], new: list[int], breaks: list[frozenset[int]]) -> Iterator[Block]:
    # Most revisions change one place: cutting the equal ends first leaves little to align.
    head = common_prefix_length(old, new)
    tail = common_prefix_length(old[head:][::-1], new[head:][::-1])
    if head:
        yield Block(0, 0, head)
    old_core, new_core = old[head : len(old) - tail], new[head : len(new) - tail]
    for block in _align_core(old_core, new_core, breaks):
        yield Block(block.old + head, block.new + head, block.size)
    if tail:
        yield Block(len(old) - tail, len(new) - tail, tail)


def _align_core(old: list[int], new: list[int], breaks: list[frozenset[int]]) -> Iterator[Block]:
    # Without finer breaks nothing is yielded: the stretch counts as replaced, which errs on the side of a recheck.
    if len(old) * len(new) <= MAX_PAIRS:
        yield from _longest_common(old, new)
    elif breaks:
        yield from _align_by_parts(old, new, breaks)


def _longest_common(old: Sequence[object], new: Sequence[object]) -> Iterator[Block]:
    for op in Indel.opcodes(old, new):
        if op.tag == "equal":
            yield Block(op.src_start, op.dest_start, op.src_end - op.src_start)


def _align_by_parts(old: list[int], new: list[int], breaks: list[frozenset[int]]) -> Iterator[Block]:
    """Align whole paragraphs or sentences, then the gaps by the next finer unit."""
    old_parts, new_parts = _split_parts(old, breaks[0]), _split_parts(new, breaks[0])
    pairs = len(old_parts) * len(new_parts)
    equal = list(_longest_common(old_parts, new_parts)) if pairs <= MAX_PAIRS else []
    old_at, new_at = _count_offsets(old_parts), _count_offsets(new_parts)
    done_old = done_new = 0
    for part in [*equal, Block(len(old_parts), len(new_parts), 0)]:
        start_old, start_new = old_at[part.old], new_at[part.new]
        for block in _align(old[done_old:start_old], new[done_new:start_new], breaks[1:]):
            yield Block(block.old + done_old, block.new + done_new, block.size)
        done_old, done_new = old_at[part.old_end], new_at[part.new_end]
        if part.size:
            yield Block(start_old, start_new, done_old - start_old)


def _split_parts(ids: list[int], breaks: frozenset[int]) -> list[tuple[int, ...]]:
    parts, start = [], 0
    for at, token in enumerate(ids, 1):
        if token in breaks:
            parts.append(tuple(ids[start:at]))
            start = at
    if start < len(ids):
        parts.append(tuple(ids[start:]))
    return parts


def _keep_first_copies(blocks: list[Block], old: list[int], new: list[int]) -> list[Block]:
    """Keep the first copy where a passage was doubled, or one of two deleted.

    Both alignments are equally long; without a rule chance decides. Shorter runs stay: sliding them would tear words
    apart (the "The" of an inserted sentence, taken for the "The" of the next).
    """
    settled = blocks[:1]
    for block in blocks[1:]:
        last, rest = settled[-1], block
        if (last.old_end == block.old) != (last.new_end == block.new):
            slide = _measure_slide(last, block, old, new)
            settled[-1] = Block(last.old, last.new, last.size + slide)
            rest = Block(block.old + slide, block.new + slide, block.size - slide)
        settled.append(rest)
    return [b for b in settled if b.size]


def _measure_slide(last: Block, block: Block, old: list[int], new: list[int]) -> int:
    ahead_old = old[last.old_end : last.old_end + block.size]
    ahead_new = new[last.new_end : last.new_end + block.size]
    size = common_prefix_length(ahead_old, ahead_new)
    return size if size >= MIN_SLIDE else 0


def common_prefix_length(old: Sequence[object], new: Sequence[object]) -> int:
    size = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        size += 1
    return size


def _count_offsets(items: Sequence[Sequence[object]]) -> list[int]:
    offsets, at = [0], 0
    for item in items:
        at += len(item)
        offsets.append(at)
    return offsets
