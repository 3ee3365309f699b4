"""Which format a file is: by its first bytes where they say it, else by content type, name, or the look of the text."""

import codecs
import re

from articles.parsing.base import ParseError, Source, supported
from articles.parsing.wide import utf8_of

_BY_EXTENSION = {
    "txt": "plain", "text": "plain", "md": "markdown", "markdown": "markdown", "mdown": "markdown",
    "html": "html", "htm": "html", "xhtml": "html", "json": "json", "jsonld": "json", "ninjs": "json",
    "jsonl": "jsonl", "ndjson": "jsonl", "jsonlines": "jsonl", "csv": "csv", "tsv": "csv", "tab": "csv",
    "xml": "xml", "rss": "xml", "atom": "xml", "rdf": "xml", "nitf": "xml", "newsml": "xml", "xsd": "xml", "xsl": "xml",
}  # fmt: skip
_BY_TYPE = {
    "text/html": "html", "application/xhtml+xml": "html", "text/markdown": "markdown", "application/json": "json",
    "application/ld+json": "json", "application/feed+json": "json", "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl", "application/json-lines": "jsonl", "application/x-jsonlines": "jsonl",
    "text/csv": "csv", "text/tab-separated-values": "csv", "application/rss+xml": "xml", "application/atom+xml": "xml",
    "application/rdf+xml": "xml", "application/xml": "xml", "text/xml": "xml",
    "application/vnd.iptc.g2.newsitem+xml": "xml", "text/vnd.iptc.newsml": "xml",
}  # fmt: skip
# First bytes of what is recognised only to be refused by its name.
_REFUSED = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word, Excel or PowerPoint file; save it as DOCX or XLSX"),
    (b"{\\rtf", "a Rich Text file; save it as DOCX or plain text"),
    (b"\x1f\x8b", "a gzip file; send it unpacked or as zip"),
    (b"BZh", "a bzip2 file; send it unpacked or as zip"),
    (b"\xfd7zXZ\x00", "an xz file; send it unpacked or as zip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file; send it as zip"),
    (b"Rar!\x1a\x07", "a RAR file; send it as zip"),
    (b"\x89PNG\r\n", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"RIFF", "a picture, sound or film"), (b"ID3", "a sound file"), (b"OggS", "a sound or film file"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"), (b"SQLite format 3", "a database"),
]  # fmt: skip
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p|h1|main)[\s>]", re.I)
_ANY_TAG = re.compile(rb"<[a-z!/?]", re.I)
_XML = re.compile(
    rb"\s*(?:<\?xml|<(?:[a-z]+:)?(?:rss|feed|rdf|channel|newsitem|newsmessage|packageitem|nitf|newsml)\b)", re.I
)


_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,40}:)?([A-Za-z][\w.-]{0,60})[\s/>]")
_PROLOGUE = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)


def detect_format(source: Source) -> str:
    """`plain`, `markdown`, `html`, `json`, `jsonl`, `csv`, `xml`, `pdf` or `zip` (DOCX and XLSX included).

    Raises ParseError `empty-file`, `unsupported-format` or `binary`.
    """
    head = source.head
    if not head.strip():
        _refuse_empty(source)
    if head.startswith(_ZIP):
        return "zip"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    _refuse_known(head)
    named = _BY_EXTENSION.get(source.extension) or _BY_TYPE.get(source.content_type)
    readable = utf8_of(head)
    found = named or _by_look(readable)
    if found == "jsonl" and readable is not head:
        raise ParseError("not-utf8", "JSON Lines are UTF-8, and this is UTF-16 or UTF-32. Nothing was stored.")
    _refuse_nul(readable, found)
    return _corrected(found, readable)


def _refuse_empty(source: Source) -> None:
    if not source.stream().read(1024 * 1024).strip():
        raise ParseError("empty-file", "It is empty. Nothing was stored.")


def _refuse_known(head: bytes) -> None:
    for magic, kind in _REFUSED:
        if head.startswith(magic) and not (magic.isalpha() and head[:200].isascii() and b"\x00" not in head[:200]):
            raise ParseError("unsupported-format", f"It is {kind}. Nothing was stored. {supported()}")
    if head[4:8] == b"ftyp":
        raise ParseError("unsupported-format", f"It is a film or picture. Nothing was stored. {supported()}")


def _refuse_nul(head: bytes, found: str) -> None:
    """Texts hold no NUL but a stray one; XML and JSON say themselves what is wrong with them."""
    zeros = head.count(b"\x00")
    if found in {"xml", "json"}:
        return
    if zeros > 3 and zeros * 50 > len(head):
        raise ParseError("binary", f"It holds binary data and no text. Nothing was stored. {supported()}")


def _by_look(head: bytes) -> str:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if _XML.match(start):
        return "xml"
    if start.startswith(b"<") and _HTML.search(start[:1024]):
        return "html"
    if start[:1] in (b"{", b"["):
        return "json"
    return "plain"


def _corrected(found: str, head: bytes) -> str:
    """XHTML served as XML is a page; a feed, news item or plain text saved as a page is what it looks like."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if found == "xml" and root_name(start) == b"html":
        return "html"
    if found == "html" and _XML.match(start) and root_name(start) != b"html":
        return "xml"
    if found == "html" and not _ANY_TAG.search(head):
        return "plain"
    return found


def root_name(head: bytes) -> bytes:
    """The root element's local name from a file's first bytes, whatever else is wrong with it."""
    plain = _PROLOGUE.sub(b"", head.replace(b"\x00", b""))
    found = _ROOT.search(plain)
    return found.group(1).lower() if found else b""
