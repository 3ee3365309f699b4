"""Find the numbers in a text, to compare two texts. Pure."""

import unicodedata

import regex

# With any of the separators of thousands and of decimals, which languages exchange.
_NUMBER = regex.compile(r"\d+(?:[.,'\u00a0\u202f\u2009]\d+)*")
# Thousands: 1,500. Of 1,50 the comma is one of decimals.
_GROUPED = regex.compile(r"\d{1,3}(?:[,.'\u00a0\u202f\u2009]\d{3})+")
_NO_DIGIT = regex.compile(r"\D")
_WORD = regex.compile(r"\p{L}+")
_SMALL = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: str(number) for number, word in enumerate(_SMALL, start=2)}
WORDS |= {word: str(10 * tens) for tens, word in enumerate(_TENS, start=2)}


def numbers_in(text: str) -> set[str]:
    """Return the numbers as plain digits: "3,500" and "3 500" are "3500", "eighty" is "80". "One" is no number."""
    found = {plain_number(match.group()) for match in _NUMBER.finditer(text)}
    return found | {WORDS[word] for word in _WORD.findall(text.lower()) if word in WORDS}


def differing_numbers(one: str, other: str) -> list[str]:
    """Return the numbers of `other` that `one` lacks, if both have numbers and each has one of its own."""
    ours, theirs = numbers_in(one), numbers_in(other)
    if not ours - theirs or not theirs - ours:
        return []
    return sorted(theirs - ours, key=lambda number: (len(number), number))


def plain_number(written: str) -> str:
    """Return the digits without grouping: "3,500" is "3500", "4,5" is "4.5"."""
    digits = "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character for character in written
    )
    if _GROUPED.fullmatch(digits):
        return _NO_DIGIT.sub("", digits)
    return _NO_DIGIT.sub(".", digits).removesuffix(".0")
