"""Find numbers with the thing that they count: does a passage give another number for the claim's own thing? Pure.

Units are found by English rules: the first plural after the number. Elsewhere two numbers fit where the same word follows.
Years, dates, times and numbers that name something ("Article 5") count nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import regex

from articles.search.numbers import WORDS, plain_number
from articles.text.characters import words

_SPELLED = "|".join(sorted(WORDS, key=len, reverse=True))
_QUANTITY = regex.compile(
    rf"""(?<![\p{{L}}\p{{N}}\-–./:#])
    (?P<sign>[$€£¥])?\s?
    (?P<number>\d+(?:[.,'\u00a0\u202f\u2009]\d+)*|(?i:(?:{_SPELLED})(?:-(?:{_SPELLED}))?))
    (?P<suffix>%|bn|m|k)?
    (?![\p{{L}}\p{{N}}:/]|-\d)""",
    regex.X,
)
_WORD = r"\p{L}[\p{L}'’]*(?:[-‑]\p{L}+)*"
_FOLLOWING = regex.compile(rf"(?:[\s\-‑]({_WORD}))+")
_PRECEDING = regex.compile(r"(\p{L}[\p{L}.]*)\s$")
_NOUN = regex.compile(r"\p{L}+")
_HYPHEN = regex.compile("[-‑]")
_SCALE_WORDS = {
    12: "dozen",
    100: "hundred",
    10**3: "thousand k",
    10**6: "million millions m mn millionen millones milioni миллионов",
    10**9: "billion bn milliarden milliards miliardi миллиардов",
    10**12: "trillion",
}
_SCALES = {word: factor for factor, names in _SCALE_WORDS.items() for word in words(names)}
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "%": "percent"}
_KNOWN = {"usd": "dollar", "eur": "euro", "gbp": "pound", "percent": "percent"} | {
    word: word for word in words("people men women children police troops euro yen yuan personnel staff")
}
_DURATIONS = words("second minute hour day week month year decade century")
_STOPS = words(
    """
    of to in on at for from by with and or but as is are was were has have had be been being that which who whom whose than
    the a an its his her their our this these those not no per out over under about after before since until while when
    would could should may might will did do does said says against into between because if so
    """
)
_MONTHS = words(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep
    sept oct nov dec
    """
)
_BEFORE_A_YEAR = words("in since of by until till from to during year early late mid the before after and")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_NEAR = 3  # words in which the counted noun stands: "80 cybercrime-related Russian requests"
_SHORTEST_PLURAL = 4


@dataclass(frozen=True, slots=True)
class _Quantity:
    """`unit` is the counted noun in its singular, "" where none was found; `follows` the word after the number."""

    value: Decimal
    unit: str
    follows: str
    words: str


# A question is compared with ninety passages, and much asked passages with many questions.
@lru_cache(maxsize=2_000)
def _read_text(text: str) -> tuple[tuple[_Quantity, ...], frozenset[str]]:
    """Return the quantities and the nouns of a text."""
    found = [_read_quantity(text, match) for match in _QUANTITY.finditer(text)]
    return tuple(one for one in found if one is not None), _nouns_in(text)


def other_quantities(one: str, other: str) -> list[str]:
    """Return the numbers of `other`, as written, that stand against a different number for the same thing in `one`.

    A thing whose number of `one` is in `other` too is left out: "from 40 to 61 million" contradicts neither. So are durations,
    unless `one` gives no other number: "two years" is mostly a circumstance.
    """
    (ours, nouns_of_one), (theirs, nouns_of_other) = _read_text(one), _read_text(other)
    if any(quantity.unit not in _DURATIONS for quantity in ours):
        ours = tuple(quantity for quantity in ours if quantity.unit not in _DURATIONS)

    def fits(our: _Quantity, their: _Quantity) -> bool:
        if our.unit and their.unit:
            return our.unit == their.unit
        if our.unit or their.unit:
            return our.unit in nouns_of_other if our.unit else their.unit in nouns_of_one
        return our.follows != "" and our.follows == their.follows

    found: dict[str, None] = {}
    for their in theirs:
        same = [our for our in ours if fits(our, their)]
        if same and not any(_is_named(our, theirs) for our in same) and not _is_named(their, same):
            found.setdefault(their.words)
    return list(found)


def _is_named(quantity: _Quantity, others: Sequence[_Quantity]) -> bool:
    return any(quantity.value == other.value for other in others)


def _nouns_in(text: str) -> frozenset[str]:
    return frozenset(_singular(word) for word in _NOUN.findall(text.lower()))


def _singular(word: str) -> str:
    return word.removesuffix("s") if _is_plural(word) else word


def _is_plural(word: str) -> bool:
    return len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _read_quantity(text: str, match: regex.Match[str]) -> _Quantity | None:
    after = _FOLLOWING.match(text, match.end())
    following = [word.lower() for word in after.captures(1)] if after else []
    scales = [match["suffix"]] if match["suffix"] in _SCALES else []
    first = next((number for number, word in enumerate(following) if word not in _SCALES), len(following))
    scales += following[:first]
    before = _PRECEDING.search(text, 0, match.start())
    preceding = before[1] if before else ""
    value = _value_of(match["number"].lower(), scales)
    unit, distance = _find_unit(match, following[first:])
    # "Of 2019" is a year and "Boeing 737" a name: neither may be compared as a number of something.
    if value is None or _is_date(match, value, preceding, following, unit) or _is_name(preceding, unit, scales):
        return None
    follows = "".join(word for word in following[first : first + 1] if word not in _STOPS)
    shown = first + distance
    end = after.ends(1)[shown - 1] if after and shown else match.end()
    return _Quantity(value, unit, follows, text[match.start() : end].strip())


def _is_name(preceding: str, unit: str, scales: Sequence[str]) -> bool:
    """Return whether the number belongs to a name: "Article 5", "Boeing 737"."""
    return not (unit or scales) and preceding[:1].isupper() and preceding.lower() not in _STOPS


def _value_of(written: str, scales: Sequence[str]) -> Decimal | None:
    parts = [WORDS.get(part) for part in written.split("-")]
    digits = str(sum(int(part) for part in parts if part)) if parts[0] else plain_number(written)
    try:
        value = Decimal(digits)
    except InvalidOperation:  # a date or a version: 1.2.3
        return None
    for scale in scales:
        value *= _SCALES[scale]
    return value


def _find_unit(match: regex.Match[str], following: Sequence[str]) -> tuple[str, int]:
    """Return the unit and how many of the following words it takes to say it."""
    sign = match["sign"] or match["suffix"]
    if sign in _SIGNS:
        return _SIGNS[sign], 0
    near = following[:_NEAR]
    if near[:2] == ["per", "cent"]:
        return "percent", 2
    # "45-year-old", "a two month delay"
    duration = _singular(_HYPHEN.split(near[0])[0]) if near else ""
    if duration in _DURATIONS:
        return duration, 1
    for number, word in enumerate(near, start=1):
        if word in _STOPS or word.endswith("ing"):
            break
        if word in _KNOWN:
            return _KNOWN[word], number
        if _is_plural(word):
            return _singular(word), number
    return "", 0


def _is_date(match: regex.Match[str], value: Decimal, preceding: str, following: Sequence[str], unit: str) -> bool:
    if match["sign"] or match["suffix"]:
        return False
    beside = {preceding.lower().rstrip("."), following[0] if following else ""}
    if beside & _MONTHS and value <= _LAST_YEAR:
        return True
    is_year = match["number"].isdecimal() and _FIRST_YEAR <= value <= _LAST_YEAR
    return is_year and (not unit or preceding.lower() in _BEFORE_A_YEAR)
