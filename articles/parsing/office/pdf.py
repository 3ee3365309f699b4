"""PDF with a text layer: lines joined into paragraphs, page numbers and running heads left out."""

import io
import logging
import re
import time
from collections import Counter
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from articles.limits import MAX_DOCUMENT_BYTES, MAX_PDF_PAGES, MAX_PDF_SECONDS, MAX_TEXT_CODE_POINTS
from articles.parsing.base import Outcomes, ParseError, Source
from articles.parsing.build import build
from articles.text.canonical import RawBlock, canonical_from_blocks
from articles.text.plain_blocks import looks_like_headline
from core.marked import gettext as _

logger = logging.getLogger(__name__)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every oddity of a file, thousands of lines each

# D:20260304120000+01'00'. All but the year may be missing; the offset is not read.
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_SENTENCE_END = (".", "!", "?", "…", ":", "”", '"', "。", "»")
# The running heads of two pages differ in the number alone.
_DIGITS = re.compile(r"\d+")
# 7, Page 7, p. 7, 7/12, 7 of 12.
_PAGE_NUMBER = re.compile(r"(?:page |seite |p\. ?)?\d{1,4}(?: ?(?:/|of|von) ?\d{1,4})?", re.I)
_FULL = 0.8  # of the widest usual line: shorter, and the paragraph may end there
_EDGE = 2  # lines at the top and the bottom of a page where running heads stand


def parse_pdf(source: Source) -> Outcomes:
    raw = source.read(MAX_DOCUMENT_BYTES)
    reader = _opened(raw)
    pages = _pages(reader)
    blocks: list[RawBlock] = [("p", text) for text in _paragraphs(_without_running_heads(pages))]
    if not blocks:
        raise ParseError(
            "no-text-layer",
            _(
                "The PDF has no text layer: its pages are pictures. Nothing was stored."
                " Run it through text recognition (OCR) first."
            ),
        )
    stated = _stated(reader)
    title = blocks[0][1] if looks_like_headline(blocks) else stated.get("title", "")
    yield build(
        canonical_from_blocks(blocks, title=title),
        name=source.name,
        raw=raw,
        content_type="application/pdf",
        title=stated.get("title", ""),
        suggested={"byline": (stated.get("author", ""), _("The document's properties name its author."))},
        extra={"format": "pdf", "pages": len(pages), **({"created": stated["created"]} if "created" in stated else {})},
    )


def _opened(raw: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(raw))
        # Many a PDF is encrypted with an empty password, only to forbid printing or copying.
        if reader.is_encrypted and not reader.decrypt(""):
            raise ParseError("encrypted", _("The PDF needs a password. Nothing was stored. Send it without one."))
        count = len(reader.pages)
    except (
        # pypdf lets through whatever a damaged object leads to.
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        OSError,
        AttributeError,
        NotImplementedError,
    ) as error:
        raise ParseError("damaged-pdf", _("The PDF is damaged and cannot be read. Nothing was stored.")) from error
    if count > MAX_PDF_PAGES:
        raise ParseError(
            "too-large",
            _("The PDF has {count:,} pages; at most {limit:,} are read. Nothing was stored.").format(
                count=count, limit=MAX_PDF_PAGES
            ),
        )
    return reader


def _pages(reader: PdfReader) -> list[list[str]]:
    """Return the lines of each page. Raises ParseError if it takes too long or holds too much."""
    pages, size, until = [], 0, time.monotonic() + MAX_PDF_SECONDS
    for page in reader.pages:
        lines = [" ".join(line.split()) for line in _text_of_page(page).splitlines()]
        size += sum(map(len, lines))
        if time.monotonic() > until or size > MAX_TEXT_CODE_POINTS:
            raise ParseError(
                "too-long", _("The PDF holds more text than one article may have. Nothing was stored. Split it.")
            )
        pages.append(lines)
    return pages


def _text_of_page(page: Any) -> str:
    try:
        return str(page.extract_text())
    except Exception as error:  # pypdf raises anything on a broken page; the others are read
        logger.warning("a page of a PDF could not be read", exc_info=error)
        return ""


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers, and lines at the edge of more than half of the pages."""
    edges: Counter[str] = Counter()
    for lines in pages:
        edges.update({_DIGITS.sub("#", line) for line in _edge_lines(lines)})
    # On three pages at least: in a PDF of two pages one line on both is no running head yet.
    repeated = {line for line, count in edges.items() if count > 2 and 2 * count > len(pages)}
    return [_kept(lines, repeated) for lines in pages]


def _edge_lines(lines: list[str]) -> list[str]:
    filled = [line for line in lines if line]
    return [*filled[:_EDGE], *filled[-_EDGE:]]


def _kept(lines: list[str], repeated: set[str]) -> list[str]:
    edge = set(_edge_lines(lines))
    return [line for line in lines if line not in edge or not _is_running(line, repeated)]


def _is_running(line: str, repeated: set[str]) -> bool:
    return _DIGITS.sub("#", line) in repeated or bool(_PAGE_NUMBER.fullmatch(line))


def _paragraphs(pages: list[list[str]]) -> list[str]:
    lines = [line for page in pages for line in page]
    width = _usual_width([len(line) for line in lines if line])
    paragraphs: list[str] = []
    is_open = False
    for line in lines:
        if not line:
            is_open = is_open and not paragraphs[-1].endswith(_SENTENCE_END)
            continue
        if is_open:
            paragraphs[-1] = _joined(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        is_open = _runs_on(line, width)
    return paragraphs


def _usual_width(lengths: list[int]) -> int:
    lengths.sort()
    # Not the longest line: a heading or table may run over the margin.
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _runs_on(line: str, width: int) -> bool:
    """Return whether the paragraph continues on the next line: full lines do, short complete sentences do not."""
    return len(line) >= _FULL * width and len(line) > 30


def _joined(before: str, line: str) -> str:
    # A hyphen before a small letter was set by the typesetter; "Anglo-" before "Saxon" was not.
    if before.endswith(("-", "\u2010")) and line[:1].islower() and before[-2:-1].isalpha():
        return before[:-1] + line
    return f"{before} {line}"


def _stated(reader: PdfReader) -> dict[str, str]:
    try:
        info: Any = reader.metadata or {}
        stated = {"title": str(info.get("/Title") or ""), "author": str(info.get("/Author") or "")}
        created = _DATE.match(str(info.get("/CreationDate") or ""))
    # Damaged details must not refuse a text that can be read: pypdf raises whatever they lead to.
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    if created and created[2] and created[3]:
        stated["created"] = f"{created[1]}-{created[2]}-{created[3]}"
    return stated
