"""Prepare text for the search index, and questions too. Pure.

In the C locale Postgres takes every character beyond ASCII for a letter: “quoted” with its quotation marks would be one
word, not found by the word inside. So such punctuation becomes a space here.
"""

import unicodedata

import regex

from articles.text.languages import cjk_bigrams, has_cjk

_LATIN = "cp1252"  # Latin letters and the typographic marks: most texts, and the fastest way through them
_MARKS = regex.compile(r"[\p{P}\p{S}\p{Z}--[\x00-\x7f]]", regex.V1)
# The most frequent ones: as a rule the text is ASCII without them.
_FREQUENT = "’“”–—‘…\u00a0"
# Turkish writes i with and without a dot, and so do names of Turkey elsewhere. A zero-width non-joiner ends a word.
_FOLDED = str.maketrans("\u2010\u2011\u0130\u0131\u200b\u200c", "--Ii  ")

_ACCENTED = regex.compile(r"[\p{L}\p{M}]*[^\P{L}\x00-\x7f][\p{L}\p{M}]*")
_ACCENTS = regex.compile(r"([\p{Latin}\p{Greek}])\p{Mn}+")
_ADDRESS = regex.compile(r"(?:https?://|pic\.twitter\.com/|www\.)\S+")
_TAG = regex.compile(r"[#@](\w+)")
# #ClimateChange and #climate_change are two words.
_INNER = regex.compile(r"(?<=[\p{Ll}\d])(?=\p{Lu})|_")
# U.K. is UK. Written US a stop word of English is a country, which has three other spellings.
_DOTTED = regex.compile(r"\b(?:[A-Z]\.)+[A-Z]\b\.?")
_COUNTRY = regex.compile(r"\bUSA?\b")
_COUNTRY_IN_FULL = "United States"
_PLAIN_LETTERS = str.maketrans("øØłŁđĐёЁ", "oOlLdDеЕ") | str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
)


def search_words(text: str) -> str:
    """Return the text to be indexed.

    Punctuation beyond ASCII becomes spaces, ligatures and widths are folded (NFKC), Turkish i's become one, runs of
    characters without spaces between words (CJK, Thai) become overlapping pairs, and abbreviations lose their full stops.
    """
    return _fold_abbreviations(_fold_characters(text))


def _fold_abbreviations(text: str) -> str:
    # Most texts have none; looking for these two is fifty times as fast as the patterns.
    if "." in text[:-1]:
        text = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    return _COUNTRY.sub("usa", text) if "US" in text else text


def _fold_characters(text: str) -> str:
    for mark in _FREQUENT:
        if text.isascii():
            return text
        if mark in text:
            text = text.replace(mark, " ")
    text = text.replace("\u00ad", "")  # a soft hyphen is no break
    try:
        return text.encode(_LATIN).translate(_LATIN_WORDS).decode(_LATIN)
    except UnicodeEncodeError:
        words = unicodedata.normalize("NFKC", _MARKS.sub(" ", text.translate(_FOLDED)))
        return cjk_bigrams(words) if has_cjk(words) else words


def question_words(text: str) -> str:
    """Return a question without addresses, the words of its hashtags and handles apart: `#AustralianFires` as two."""
    if "#" not in text and "@" not in text and "//" not in text and "." not in text:
        return text
    return " ".join(_TAG.sub(lambda tag: _INNER.sub(" ", tag[1]), _ADDRESS.sub(" ", text)).split()) or text


def index_words(text: str) -> str:
    """Return the text to be indexed, with other spellings at its end: words without accents, the United States as `usa`."""
    words = search_words(text)
    others = {"usa"} if _COUNTRY_IN_FULL in text else set()
    if not words.isascii():
        others |= {plain for word in _ACCENTED.findall(words) if (plain := fold_accents(word)) != word}
    return f"{words} {' '.join(sorted(others))}" if others else words


def fold_accents(text: str) -> str:
    """Return Latin and Greek letters without their accents, ё as е. Other scripts' marks are letters of their own."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text.translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", plain))


def _as_word(byte: int) -> int:
    character = bytes([byte]).decode(_LATIN, "replace")
    return byte if byte < 128 or unicodedata.category(character)[0] in "LNM" else ord(" ")


_LATIN_WORDS = bytes(map(_as_word, range(256)))
