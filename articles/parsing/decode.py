"""Decode bytes into text: byte order mark, declared charset, UTF-8, and a guess only if it is certain."""

import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

from articles.parsing.base import ParseError
from articles.parsing.wide import wide_encoding
from articles.text.characters import words
from articles.text.languages import detect_language
from core.marked import gettext as _

# In either spelling: <meta charset="x"> and <meta http-equiv="Content-Type" content="text/html; charset=x">.
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.I)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([a-zA-Z0-9_:.-]{2,40})", re.I)
# A character of UTF-8 beyond ASCII. In Latin-1 it would be a letter such as Ã before a sign or a control character.
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_WESTERN = words("en de fr es it pt nl sv da no nb nn fi is ca gl eu ga id")
_GUESSED_FROM = 200_000  # bytes
_LEAST_TO_GUESS = 60  # bytes
_LOOKED_AT = 4096  # bytes
MAX_BROKEN = 200  # bytes of a page that are no UTF-8
_LEAST_WHOLE = 5  # characters beyond ASCII for each one that is broken
# What browsers read when a page says one of these.
_AS_BROWSERS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
}
_AS_BROWSERS |= {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
}
_NOT_TEXT = words(
    "base64 base64_codec hex hex_codec bz2 bz2_codec zip zip_codec zlib rot13 rot_13 quopri uu idna punycode"
)


class _Decoded(NamedTuple):
    text: str
    warnings: list[str]


def decode_text(raw: bytes, *, charset: str = "", is_markup: bool = False, may_guess: bool = True) -> _Decoded:
    """Decode a plain text or HTML file. Raises ParseError `not-utf8` or `binary`."""
    marked = _by_mark(raw)
    if marked is not None:
        return _Decoded(marked, [])
    declared = charset or (_declared(raw) if is_markup else "")
    if declared and not _is_utf8_name(declared) and not _is_utf8_after_all(raw, declared):
        text = _try(raw, _AS_BROWSERS.get(declared.lower(), declared))
        if text is not None:
            return _Decoded(text, [])
    _refuse_binary(raw)
    try:
        return _Decoded(raw.decode("utf-8"), [])
    except UnicodeDecodeError as error:
        if not may_guess:
            raise _not_utf8(raw, error) from error
        if is_markup and (mended := _as_a_browser(raw, declared)):
            return mended
        encoding, text = _guess(raw, error)
        return _Decoded(text, [_told_of_guess(declared, encoding)])


def _told_of_guess(declared: str, encoding: str) -> str:
    if declared:
        told = _(
            "It says that it is {declared}, which it is not; it was read as {encoding}. Check that accents are right."
        )
        return told.format(declared=declared.upper(), encoding=encoding)
    return _("The encoding was not declared; it was read as {encoding}. Check that accents are right.").format(
        encoding=encoding
    )


def decode_utf8(raw: bytes) -> str:
    """Decode formats that are UTF-8 by definition (JSON). Byte order marks of UTF-16 and UTF-32 are understood."""
    marked = _by_mark(raw)
    if marked is not None:
        return marked
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(raw, error) from error


def _refuse_binary(raw: bytes) -> None:
    """Raise ParseError if a tenth of the characters are controls. A stray NUL is allowed and dropped later."""
    sample = raw[:8192]
    # Below 9 and from 14 on are no white space; 27 begins an escape of ISO-2022, which is text.
    odd = sum(1 for byte in sample if byte < 9 or (14 <= byte < 32 and byte != 27))
    if odd and odd * 10 > len(sample):
        raise ParseError("binary", _("It holds binary data and no text. Nothing was stored. Send the article's text."))


def _not_utf8(raw: bytes, error: UnicodeDecodeError, encoding: str = "utf-8") -> ParseError:
    return ParseError(
        "not-utf8",
        _(
            "It is not valid {encoding}: byte 0x{raw:02X} at position {start:,} cannot be read, and the encoding"
            " cannot be told with certainty. Nothing was stored. Save it as UTF-8 and send it again."
        ).format(encoding=encoding.upper(), raw=raw[error.start], start=error.start),
    )


def _by_mark(raw: bytes) -> str | None:
    """Return the encoding that a byte order mark or, for UTF-16 and UTF-32, the zero bytes show."""
    encoding = "utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else wide_encoding(raw)
    try:
        return raw.decode(encoding) if encoding else None
    except UnicodeDecodeError as error:
        raise _not_utf8(raw, error, encoding) from error


def _declared(raw: bytes) -> str:
    head = raw[:4096]
    found = _XML_ENCODING.search(head) or _META_CHARSET.search(head)
    return found.group(1).decode("ascii") if found else ""


def _is_utf8_name(charset: str) -> bool:
    return charset.lower().replace("_", "-") in {"utf-8", "utf8", "unicode-1-1-utf-8"}


def _is_utf8_after_all(raw: bytes, declared: str) -> bool:
    """Return whether a page declared as ISO-8859-1 or similar is UTF-8.

    Words in any other encoding are no valid UTF-8. A declaration of UTF-16 that can be read as ASCII is always wrong.
    """
    if declared.lower().startswith(("utf-16", "utf16", "utf-32")):
        return b"\x00" not in raw[:_LOOKED_AT]
    return not raw.isascii() and _try(raw, "utf-8") is not None


def _as_a_browser(raw: bytes, declared: str) -> _Decoded | None:
    """Decode a page with a few broken bytes, which become U+FFFD. Returns None if too much is broken."""
    encoding = _codec(_AS_BROWSERS.get(declared.lower(), declared)) or "utf-8"
    text = raw.decode(encoding, errors="replace")
    broken, whole = text.count("\ufffd"), sum(not character.isascii() for character in text)
    if broken > MAX_BROKEN or broken * _LEAST_WHOLE > whole:
        return None
    return _Decoded(
        text,
        [
            _("{broken:,} of its bytes are not valid {encoding} and appear as �. See the original.").format(
                broken=broken, encoding=encoding
            )
        ],
    )


def _codec(encoding: str) -> str:
    """Return Python's name of a text encoding, or an empty string."""
    try:
        return codecs.lookup(encoding).name if encoding and encoding.lower() not in _NOT_TEXT else ""
    except LookupError:
        return ""


def _try(raw: bytes, encoding: str) -> str | None:
    if encoding.lower().replace("-", "_") in _NOT_TEXT:
        return None
    try:
        return raw.decode(encoding)
    # LookupError: an encoding that Python does not know. UnicodeDecodeError is a ValueError.
    except (LookupError, ValueError):
        return None


def _guess(raw: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    """Guess a legacy encoding if the bytes leave no doubt. UTF-8 with a broken byte is refused, not repaired."""
    sample = raw[:_GUESSED_FROM]
    if len(sample) < _LEAST_TO_GUESS or _MULTIBYTE.search(sample[: error.start]):
        raise _not_utf8(raw, error) from error
    western = _try(raw, "cp1252")
    if western and _is_western(western):
        return "cp1252", western
    best = from_bytes(sample).best()
    # Chaos is the share of odd sequences, coherence the fit to a language; both are strict, as a wrong guess is a wrong
    # quote.
    text = _try(raw, best.encoding) if best and best.chaos < 0.05 and best.coherence > 0.3 else None
    if best is None or text is None:
        raise _not_utf8(raw, error) from error
    return best.encoding, text


def _is_western(text: str) -> bool:
    """Return whether the text decoded as cp1252 is in a language written in cp1252."""
    language, confidence = detect_language(text)
    return language in _WESTERN and confidence > 0.99
