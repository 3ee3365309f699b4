"""The formats and the one entry: bytes, a path or a stream in, outcomes out."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from articles.parsing.archive import checked_zip, kind_of_zip, parse_zip
from articles.parsing.base import Outcomes, ParseFailure, ParseOptions, Source, failure
from articles.parsing.detect import detect_format as _detect
from articles.parsing.docx import parse_docx
from articles.parsing.html import parse_html
from articles.parsing.json_items import parse_json, parse_jsonl
from articles.parsing.markdown import parse_markdown
from articles.parsing.pdf import parse_pdf
from articles.parsing.plain import parse_plain
from articles.parsing.tables import parse_csv, parse_xlsx
from articles.parsing.xml_formats import parse_xml_file
from factcheck.errors import DomainError

logger = logging.getLogger(__name__)


def parse(
    data: bytes | Path | BinaryIO, *, name: str, content_type: str | None = None, options: ParseOptions | None = None
) -> Outcomes:
    """The articles and failures of one file, in order, read as they are asked for. Never raises for its content."""
    source = None
    try:
        source = Source(data, name=name, content_type=content_type or "", options=options)
        yield from parse_source(source)
    except DomainError as error:
        yield failure(name, error)
    except OSError as error:
        logger.warning("file could not be read", exc_info=error, extra={"item": name})
        yield ParseFailure(
            name, "unreadable", "The file could not be opened or read. Nothing was stored. Send it again."
        )
    finally:
        if source:
            source.close()


def parse_source(source: Source) -> Outcomes:
    """As `parse`, of a Source; its refusals are outcomes too."""
    try:
        yield from PARSERS[_detect(source)](source)
    except DomainError as error:
        yield failure(source.name, error)
    except Exception:
        logger.exception("parser failed", extra={"item": source.name})
        yield ParseFailure(
            source.name,
            "unreadable",
            "It is damaged or not what its name says. What came before it in the file was kept.",
        )


def _parse_zip_family(source: Source) -> Outcomes:
    with checked_zip(source.stream()) as archive:
        kind = kind_of_zip(archive)
    if kind == "docx":
        yield from parse_docx(source)
    elif kind == "xlsx":
        yield from parse_xlsx(source)
    else:
        yield from parse_zip(source, parse_source)


PARSERS: dict[str, Callable[[Source], Outcomes]] = {
    "plain": parse_plain,
    "markdown": parse_markdown,
    "html": parse_html,
    "json": parse_json,
    "jsonl": parse_jsonl,
    "xml": parse_xml_file,
    "csv": parse_csv,
    "pdf": parse_pdf,
    "zip": _parse_zip_family,
}


def detect_format(data: bytes | Path | BinaryIO, *, name: str, content_type: str | None = None) -> str:
    """The format a file would be read as. Raises ParseError."""
    source = Source(data, name=name, content_type=content_type or "")
    try:
        return _detect(source)
    finally:
        source.close()
