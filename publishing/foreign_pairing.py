"""Pair checks of another desk with their reworded versions. Pure.

One page may review several claims, so its address does not tell which check is which. Two claims are paired by their `@id`, by
nearly the same words, or, when the whole page was read, by their place on it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

# Of 100. "The bridge cost 40 million euros" and the same with "over the Elbe" have 82, with another number 97. Two claims
# of one page may be as similar, but they come in one import and are never compared.
LEAST_LIKE = 75.0


@dataclass(frozen=True, slots=True)
class Wording:
    claim: str
    claim_id: str = ""
    claimant: str = ""


def reworded(old: Sequence[Wording], new: Sequence[Wording], *, is_whole_page: bool) -> dict[int, int]:
    """Return {index in `new`: index in `old`} of the reworded checks.

    `old` and `new` hold, in the order of the page, the checks without an equal on the other side. With `is_whole_page`, as many
    remaining old checks as new ones are paired in that order.
    """
    pairs = _by_id(old, new)
    pairs |= _by_words(old, new, pairs)
    left_old = [number for number in range(len(old)) if number not in pairs.values()]
    left_new = [number for number in range(len(new)) if number not in pairs]
    if is_whole_page and len(left_old) == len(left_new):
        pairs |= dict(zip(left_new, left_old, strict=True))
    return pairs


def _by_id(old: Sequence[Wording], new: Sequence[Wording]) -> dict[int, int]:
    """Pair claims with the same `@id`. An id that several claims of one side share comes from a template and pairs none."""
    known, given = _once(old), _once(new)
    return {given[claim_id]: known[claim_id] for claim_id in given if claim_id in known}


def _once(wordings: Iterable[Wording]) -> dict[str, int]:
    wordings = list(wordings)
    counts = Counter(wording.claim_id for wording in wordings)
    return {
        wording.claim_id: number
        for number, wording in enumerate(wordings)
        if wording.claim_id and counts[wording.claim_id] == 1
    }


def _by_words(old: Sequence[Wording], new: Sequence[Wording], paired: dict[int, int]) -> dict[int, int]:
    """Return the pairs, most similar first."""
    scores = sorted(
        (
            (-score, at_new, at_old)
            for at_new, after in enumerate(new)
            for at_old, before in enumerate(old)
            if at_new not in paired and at_old not in paired.values() and (score := _like(before, after)) >= LEAST_LIKE
        )
    )
    pairs: dict[int, int] = {}
    for _, at_new, at_old in scores:
        if at_new not in pairs and at_old not in pairs.values():
            pairs[at_new] = at_old
    return pairs


def _like(before: Wording, after: Wording) -> float:
    # The same words from another mouth are another claim.
    if before.claimant and after.claimant and before.claimant.casefold() != after.claimant.casefold():
        return 0.0
    return fuzz.ratio(before.claim.casefold(), after.claim.casefold())
