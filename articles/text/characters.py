"""Characters and white space of canonical text.

Dropped: NUL and the other C0/C1 controls, zero width space, byte order mark, soft hyphen. Kept: zero width joiner and
non-joiner and the bidi marks (Persian, Indic scripts and emoji need them). Lone surrogates, which no encoding can hold,
become U+FFFD.
"""

import re
import unicodedata

import regex

MAX_MARKS_IN_A_ROW = 30  # the bound of the Stream-Safe Text Format, UAX #15

_WORD = re.compile(r"\w+")
# Control characters but tabs and line ends, soft hyphens, zero-width spaces, byte order marks: nobody sees them.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\ufeff]+")
# Half of a pair, which UTF-8 and so Postgres cannot hold.
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("[\n\r\x0b\x0c\u2028\u2029]")
_MANY_MARKS = regex.compile(rf"\p{{M}}{{{MAX_MARKS_IN_A_ROW + 1}}}")
_MARKS_BEFORE_ANOTHER = regex.compile(rf"[\p{{M}}--\u034f]{{{MAX_MARKS_IN_A_ROW}}}(?=[\p{{M}}--\u034f])", regex.V1)
_GRAPHEME_JOINER = "\u034f"
# Beyond Latin letters, typographic marks and currency signs: what stands before it is composed as it is, none of it joins.
_BEYOND_WESTERN = re.compile("[^\x00-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0]")


def drop_invisible(text: str) -> str:
    """Drop characters that canonical text may not hold; line breaks stay."""
    return mend_surrogates(_DROPPED.sub("", text))


def mend_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON can spell and no encoding can hold, by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def compose(text: str) -> str:
    """Compose to NFC in linear time: U+034F cuts absurd runs of marks, which unicodedata sorts quadratically."""
    if is_western(text):
        return text
    if _MANY_MARKS.search(text):
        return _cut_marks(unicodedata.normalize("NFC", _cut_marks(text)))  # composing may lengthen a run
    return unicodedata.normalize("NFC", text)


def is_western(text: str) -> bool:
    """Return whether the text is plain Latin, which needs no normalisation: most text is."""
    return text.isascii() or not _BEYOND_WESTERN.search(text)


def _cut_marks(text: str) -> str:
    return _MARKS_BEFORE_ANOTHER.sub(lambda found: found.group() + _GRAPHEME_JOINER, text)


def normalise_inline(text: str) -> str:
    """Normalise one block: NFC, no invisible characters, single spaces, single `\\n`."""
    if text.isprintable():  # nothing to drop, no line break, no white space but the plain space
        return compose(single_spaced(text))
    lines = (" ".join(line.split()) for line in _LINE_BREAK.split(drop_invisible(text)))
    return compose("\n".join(line for line in lines if line))


def single_spaced(printable: str) -> str:
    """Strip and collapse spaces of text that holds no other white space."""
    if "  " in printable or printable[:1] == " " or printable[-1:] == " ":
        return " ".join(printable.split())
    return printable


def normalise_line(text: str) -> str:
    """Normalise to one line, for titles and names."""
    return " ".join(normalise_inline(text).split())


def words(listed: str) -> frozenset[str]:
    """Split a whitespace-separated constant into words."""
    return frozenset(listed.split())


def fold_words(text: str) -> str:
    """Return the words without case, marks and spacing, to compare two spellings of one line."""
    return " ".join(_WORD.findall(text.casefold()))
