"""The formats and the one entry: bytes, a path or a stream in, outcomes out."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from articles.parsing.base import Outcomes, ParseError, ParseFailure, ParseOptions, Source, failure, supported
from articles.parsing.detect import detect_format as _detect
from articles.parsing.html import parse_html
from articles.parsing.json_items import parse_json, parse_jsonl
from articles.parsing.plain import parse_plain
from factcheck.errors import DomainError

logger = logging.getLogger(__name__)

PARSERS: dict[str, Callable[[Source], Outcomes]] = {
    "plain": parse_plain,
    "html": parse_html,
    "json": parse_json,
    "jsonl": parse_jsonl,
}


def parse(
    data: bytes | Path | BinaryIO, *, name: str, content_type: str | None = None, options: ParseOptions | None = None
) -> Outcomes:
    """The articles and failures of one file, in order, read as they are asked for. Never raises for its content."""
    source = None
    try:
        source = Source(data, name=name, content_type=content_type or "", options=options)
        yield from PARSERS.get(_detect(source), _not_read)(source)
    except DomainError as error:
        yield failure(name, error)
    except Exception:
        logger.exception("parser failed", extra={"item": name})
        yield ParseFailure(
            name,
            "unreadable",
            "It is damaged or not what its name says, and could not be read. What came before it was kept.",
        )
    finally:
        if source:
            source.close()


def _not_read(source: Source) -> Outcomes:
    raise ParseError("unsupported-format", f"“{source.name}” is of a kind that is not read. {supported()}")


def detect_format(data: bytes | Path | BinaryIO, *, name: str, content_type: str | None = None) -> str:
    """The format a file would be read as. Raises ParseError."""
    source = Source(data, name=name, content_type=content_type or "")
    try:
        return _detect(source)
    finally:
        source.close()
