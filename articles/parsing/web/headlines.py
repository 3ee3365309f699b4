"""Choose a page's headline: titles often carry the outlet's name, or were cut by a quotation mark."""

import re
from collections.abc import Iterable, Iterator

from articles.text.characters import fold_words, normalise_line

# Headline | Paper. Where letters beyond ASCII stand around it, a dash needs no spaces.
_BETWEEN = re.compile(r"\s+(?:[|\-–—•·»«:/]|::)\s+|\s*[|｜_]+\s*|(?<=[^\x00-\x7f])-+(?=[^\x00-\x7f])")
_LOOSE = re.compile(r"\s:\s")
_LONGEST_SECTION = 4  # words: "CNN Politics", "BBC News Europe"


def headline(title: str, *, shown: Iterable[str], stated: str, outlets: Iterable[str]) -> str:
    """Return the headline of a page with this `title`; `shown` are its h1 lines, `stated` the JSON-LD's headline.

    Words are removed only if an h1, the JSON-LD or an outlet's name proves that they do not belong to it.
    """
    title, stated = normalise_line(title), normalise_line(stated)
    names = {folded for name in outlets if (folded := fold_words(name))}
    lines = [line for line in map(normalise_line, shown) if line and fold_words(line) not in names]
    if stated and (agreed := next((line for line in lines if fold_words(line) == fold_words(stated)), "")):
        return agreed
    return _proven(title, [stated, *lines], stated) or _mended(title, lines) or _without_outlet(title, names)


def _proven(title: str, candidates: list[str], stated: str) -> str:
    """Return the longest start or end of the title that the page also shows as a line of its own."""
    proofs = {fold_words(one): one for one in candidates if one}
    parts = [
        part
        for part, rest in _split_title(title)
        if fold_words(part) in proofs and (part == stated or len(part) >= rest)
    ]
    return max(parts, key=len, default="")


def _mended(title: str, lines: list[str]) -> str:
    """Complete a title from the h1: a meta tag whose content held a quotation mark ends there."""
    goes_on = (line for line in lines if title and line.startswith(title))
    return next((line for line in goes_on if line[len(title) :].lstrip().startswith(('"', "'"))), "")


def _without_outlet(title: str, names: set[str]) -> str:
    for part, _ in _split_title(title):
        rest = title.removeprefix(part) if title.startswith(part) else title.removesuffix(part)
        if _is_outlet(fold_words(rest), names):
            return part
    return title


def _is_outlet(folded: str, names: set[str]) -> bool:
    """Return whether it names the outlet (`cnn`) or a section of it (`cnn politics`)."""
    return any(
        folded == name or (folded.startswith(f"{name} ") and len(folded.split()) <= _LONGEST_SECTION) for name in names
    )


def _split_title(title: str) -> Iterator[tuple[str, int]]:
    """Yield the text before and after each separator, longest starts first, with the length of the rest."""
    breaks = list(_BETWEEN.finditer(title))
    for found in reversed(breaks):
        if found.start():
            yield title[: found.start()], len(title) - found.end()
    for found in breaks:
        if found.end() < len(title) and not _LOOSE.fullmatch(found.group()):
            yield title[found.end() :], found.start()
