"""Find the names in a text, and words that are worth searching for, by rules. Pure.

Used as reasons, filters and one-click terms, never as a score.
"""

from collections.abc import Set as AbstractSet

import regex

from articles.text.characters import words

_PART = r"\p{Lu}[\p{L}'’-]*\p{L}"
_LINK = r"[ \u00a0](?:of|the|de|van|von|al|bin)?[ \u00a0]?"
# Ada Lovelace, Ludwig van Beethoven; U.N.; NATO.
_NAME = regex.compile(rf"{_PART}(?:{_LINK}{_PART})*|\b(?:\p{{Lu}}\.){{2,}}|\b\p{{Lu}}{{2,}}\b")
_CONTRACTED = regex.compile(r"[’'](?:re|ve|ll|m|d|t)$")  # "We’re" is no name
NO_NAMES = words(
    """
    the a an in on at of to and but or if it its he she they we you i his her their our this that these those there here as
    for from by with when while after before no not one some many most both all what who how why where then so yet also
    according meanwhile however more than over under monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december mr mrs ms dr
    since last next first second third just let indeed nevertheless nonetheless furthermore moreover besides instead thus
    hence otherwise perhaps maybe now today yesterday tomorrow earlier later still even only such each every another other
    during despite although though because unless until once whether given like unlike among between against about around
    without within through across along following including says said asked imagine notable overall altogether
    """
)
# Words with the ending of an adverb or a verb that are neither.
_NAMED = words("italy sicily emily kelly billy sally molly holly beijing boeing nanjing king united")
_GERUND = regex.compile(r"\p{L}{2,}ing")
_ADVERB_OR_VERB = regex.compile(r"\p{L}{2,}(?:ly|ing|[^e]ed)")
_SPEAKS = words(
    """
    say says said tell tells told add adds claim claims state states note notes argue argues insist insists stress reply
    warn warns declare declares explain explains suggest suggests mention mentions deny denies believe believes express
    expresses remark conclude concludes allege alleges announce announces question ask asks hope hopes urge urges vow vows
    pledge promise promises accuse accuses make makes made take takes took give gives gave get gets got come comes came go
    goes went know knows knew think thinks thought want wants see sees saw put puts keep keeps kept raise raises
    """
)
_DETERMINED = r"\b(?:the|a|an|this|that|its|their|his|her|our|no|any|each|every|some)\s+"
_STARTS_AFTER = '.!?:\n”"'
_OPENING = ' \u00a0"“«‘('
_SHORT = 4


def names_in(text: str, inside: AbstractSet[str] | None = None) -> list[str]:
    """Return the capitalised names in order, each once. A language without capital letters has none.

    A single word that begins a sentence has its capital letter anyway: it is a name where `inside` (`names_inside` of a longer
    text about the same) or the text itself has it within a sentence. Without `inside`, unless it looks like no name.
    """
    known = names_inside(text) | (inside or set())
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        starts = _starts_sentence(text, match.start())
        parts = match.group().replace("\u00a0", " ").split(" ")
        while parts and _is_no_name(parts[0], known, starts=starts):
            parts, starts = parts[1:], False
        name = _without_s(" ".join(parts))
        if len(name) < 2 or _CONTRACTED.search(name):
            continue
        if starts and len(parts) == 1 and not _is_name_at_start(name, known, is_strict=inside is not None):
            continue
        found.setdefault(name)
    return list(found)


def names_inside(text: str) -> set[str]:
    """Return the words that have a capital letter within a sentence."""
    matches = (match for match in _NAME.finditer(text) if not _starts_sentence(text, match.start()))
    return {_without_s(part) for match in matches for part in match.group().split()}


def _without_s(name: str) -> str:
    return name.removesuffix("’s").removesuffix("'s")


def _is_no_name(word: str, known: AbstractSet[str], *, starts: bool) -> bool:
    return _without_s(word).lower() in NO_NAMES or (starts and word not in known and _is_adverb_or_verb(word))


def _is_name_at_start(name: str, known: AbstractSet[str], *, is_strict: bool) -> bool:
    if name.isupper() or name in known:
        return True
    return not is_strict and len(name) >= _SHORT


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(_OPENING)
    return not before or before[-1] in _STARTS_AFTER


def _is_adverb_or_verb(word: str) -> bool:
    lower = word.lower()
    return lower not in _NAMED and _ADVERB_OR_VERB.fullmatch(lower) is not None


def is_telling(word: str, text: str) -> bool:
    """Return whether an English word is worth searching for: no adverb, no plain verb.

    `text` is where it was found: "the hearing" there makes a noun of a word in -ing.
    """
    lower = word.lower()
    if lower in _SPEAKS or lower in NO_NAMES:
        return False
    if _GERUND.fullmatch(lower) and regex.search(_DETERMINED + regex.escape(lower) + r"\b", text, regex.I):
        return True
    return not _is_adverb_or_verb(lower)


def surname_of(name: str) -> str:
    """Return the last word of the name that begins with a capital letter, or the last one of all."""
    parts = [part.strip(".,") for part in name.split() if len(part.strip(".,")) > 1]
    capitalised = [part for part in parts if part[0].isupper() and part.lower() not in {"jr", "sr"}]
    return (capitalised or parts or [""])[-1]
