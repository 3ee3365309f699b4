"""Detect the format of a file: by its first bytes if they are unique, else by media type, name, or the text itself."""

import codecs
import re

import orjson

from articles.limits import MAX_ITEM_BYTES
from articles.parsing.base import HEAD_BYTES, ParseError, Source
from articles.parsing.formats import BY_EXTENSION, BY_MAGIC, BY_MEDIA_TYPE, supported
from articles.parsing.recognised.kinds import kind_of_text
from articles.parsing.recognised.names import refusal, refuse_by_bytes, refuse_by_label
from articles.parsing.wide import utf8_of
from core.marked import gettext as _

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HTML = re.compile(
    rb"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|section|main|header|div|p|h[1-6])[\s>]", re.I | re.S
)
_HTML_INSIDE = re.compile(rb"<(?:html|head|body|article|div|p|h1|main)[\s>]", re.I)
_INLINE = frozenset(
    b"a b i u em strong span font center blockquote ul ol table br img title meta link script style pre hr".split()
)
# The first key of an object, or an array of objects, arrays or texts: prose may begin with a bracket too.
_JSON = re.compile(rb"\{\s*\"|\[\s*[\[{\"]")
_ANY_TAG = re.compile(rb"<[a-z!/?]", re.I)
_XML = re.compile(
    rb"\s*(?:<\?xml|<(?:[a-z]+:)?(?:rss|feed|rdf|channel|newsitem|newsmessage|packageitem|nitf|newsml)\b)", re.I
)
# The root without its prefix: <atom:feed> is a feed.
_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,40}:)?([A-Za-z][\w.-]{0,60})[\s/>]")
_PROLOGUE = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)
_TEXTS = frozenset(["plain", "markdown", "html"])


def detect_format(source: Source) -> str:
    """Return the key of the file's format (`formats.FORMATS`), or `zip`, DOCX and XLSX included.

    Raises ParseError `empty-file`, `unsupported-format` or `binary`.
    """
    head = source.head
    if not head.strip():
        _refuse_empty(source)
    if head.startswith(_ZIP):
        return "zip"
    if found := next((key for magic, key in BY_MAGIC.items() if magic in head[:1024]), ""):
        return found
    refuse_by_bytes(head)
    return _format_of_text(source, utf8_of(head))


def _format_of_text(source: Source, readable: bytes) -> str:
    """Detect the format of a text. `readable` is the file's head in UTF-8."""
    named = BY_EXTENSION.get(source.extension) or BY_MEDIA_TYPE.get(source.content_type)
    if not named:
        # An address may end in ".js" or ".php" and give a page.
        refuse_by_label(extension="" if "://" in source.name else source.extension, media_type=source.content_type)
    found = named or _by_look(readable)
    if found == "plain":
        found = _misnamed(source, readable)
    # Lines are cut at the byte 0x0A, which wide encodings have inside of characters.
    if found == "jsonl" and readable is not source.head:
        raise ParseError("not-utf8", _("JSON Lines are UTF-8, and this is UTF-16 or UTF-32. Nothing was stored."))
    _refuse_nul(readable, found)
    found = _corrected(found, readable)
    if found in _TEXTS:
        _refuse_other_text(source, readable, found)
    return found


def _refuse_empty(source: Source) -> None:
    if not source.stream().read(1024 * 1024).strip():
        raise ParseError("empty-file", _("It is empty. Nothing was stored."))


def _refuse_nul(head: bytes, found: str) -> None:
    """Raise ParseError where a text holds more than stray NUL bytes."""
    zeros = head.count(b"\x00")
    # Their own parsers know wide encodings and say better what is wrong.
    if found in {"xml", "json"}:
        return
    if zeros > 3 and zeros * 50 > len(head):
        raise ParseError(
            "binary",
            _("It holds binary data and no text. Nothing was stored. {supported}").format(supported=supported()),
        )


def _refuse_other_text(source: Source, readable: bytes, found: str) -> None:
    """Raise ParseError where the text is mail, subtitles, code or another format that is no article."""
    text = readable.decode(errors="replace")
    if found == "html" and text.lstrip("\ufeff \t\r\n").startswith("<"):
        return
    is_whole = len(source.head) < HEAD_BYTES
    if kind := kind_of_text(text, is_whole=is_whole, may_hold_code=found != "plain"):
        raise refusal(kind)


def _by_look(head: bytes) -> str:
    start = _start_of(head)
    if _XML.match(start):
        return "xml"
    if _HTML.match(start) or (root_name(start) in _INLINE and _HTML_INSIDE.search(start)):
        return "html"
    return "json" if _JSON.match(start) else "plain"


def _misnamed(source: Source, head: bytes) -> str:
    """Return the format of a text file that holds a whole page, XML or JSON document; `plain` for any other."""
    start = _start_of(head)
    if _HTML.match(start):
        return "html"
    if _XML.match(start):
        return "xml"
    return _json_in(source) if start[:1] in (b"{", b"[") else "plain"


def _json_in(source: Source) -> str:
    """Return `json` or `jsonl` where the whole file is that, else `plain`."""
    # All of it, as a text may well begin with a bracket: "[Update] ...".
    raw = source.stream().read(MAX_ITEM_BYTES + 1)
    if _is_json(raw):
        return "json"
    lines = [line for line in raw[: 256 * 1024].splitlines()[:3] if line.strip()]
    # A single line may be a quote in brackets; two that both parse are no accident.
    return "jsonl" if len(lines) > 1 and all(map(_is_json, lines[:2])) else "plain"


def _is_json(raw: bytes) -> bool:
    try:
        orjson.loads(raw.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        return False
    return True


def _corrected(found: str, head: bytes) -> str:
    """Correct a wrong label: XHTML served as XML, a feed or plain text saved as a page."""
    start = _start_of(head)
    if found == "xml" and root_name(start) == b"html":
        return "html"
    if found == "html" and _XML.match(start) and root_name(start) != b"html":
        return "xml"
    if found == "html" and not _ANY_TAG.search(head):
        return "plain"
    return found


def _start_of(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def root_name(head: bytes) -> bytes:
    """Return the root element's local name from a file's first bytes; empty where none is."""
    plain = _PROLOGUE.sub(b"", head.replace(b"\x00", b""))
    found = _ROOT.search(plain)
    return found.group(1).lower() if found else b""
