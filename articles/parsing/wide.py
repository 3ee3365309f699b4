"""UTF-16 and UTF-32, with a byte order mark or recognised by the position of their zero bytes."""

import codecs
import unicodedata

_MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_SAMPLE = 4096  # bytes; whole code units of both
_LEAST_LATIN = 0.02  # of the characters: spaces and line ends alone are more, but in Chinese
_SPACES = "\t\n\r\f"
_NO_CHARACTERS = {"Cc", "Cn", "Co", "Cs"}


def wide_encoding(raw: bytes) -> str:
    """Return Python's name of the encoding, or an empty string. Without a mark only if the bytes leave no doubt.

    Read in the wrong byte order, spaces become rare characters and the text another script's, without spaces. So the
    reading with spaces, digits and Latin letters is right, if it contains no unassigned character.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    sample = raw[:_SAMPLE]
    return _unmarked(sample) if _has_many_zeros(sample) or (b"\x00" in sample and not _is_utf8(sample)) else ""


def utf8_of(head: bytes) -> bytes:
    """Return a file's first bytes in UTF-8 if they are UTF-16 or UTF-32, else unchanged."""
    encoding = wide_encoding(head)
    return _decoded(head, encoding).encode(errors="replace") if encoding else head


def _unmarked(sample: bytes) -> str:
    found = {
        encoding: _latin_share(text)
        for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        if (text := _decoded(sample, encoding)) and _is_sane(text)
    }
    best = max(found, key=lambda encoding: found[encoding], default="")
    is_clear = best and all(found[best] > 3 * share for encoding, share in found.items() if encoding != best)
    return best if is_clear and found[best] >= _LEAST_LATIN else ""


def _has_many_zeros(sample: bytes) -> bool:
    """Return whether there are more zero bytes than the stray ones that texts carry."""
    zeros = sample.count(0)
    return zeros * 50 > len(sample)


def _is_utf8(sample: bytes) -> bool:
    return bool(_decoded(sample, "utf-8"))


def _decoded(sample: bytes, encoding: str) -> str:
    """Decode, without a character cut by the sample's end. Empty if the bytes are not in this encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return ""


def _is_sane(text: str) -> bool:
    return all(character in _SPACES or unicodedata.category(character) not in _NO_CHARACTERS for character in text)


def _latin_share(text: str) -> float:
    return sum(character < "\x7f" for character in text) / len(text)
