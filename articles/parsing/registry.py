"""Parse bytes, a path or a stream of any format into outcomes."""

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from articles.parsing.archive import checked_zip, kind_of_zip, parse_zip
from articles.parsing.base import Outcomes, ParseFailure, ParseOptions, Source, failure
from articles.parsing.detect import detect_format as _detect
from articles.parsing.formats import PARSERS
from core.errors import DomainError
from core.marked import gettext

logger = logging.getLogger(__name__)


def parse(
    data: bytes | Path | BinaryIO, *, name: str, content_type: str | None = None, options: ParseOptions | None = None
) -> Outcomes:
    """Yield the articles and failures of one file, in order. Never raises for its content."""
    source = None
    try:
        source = Source(data, name=name, content_type=content_type or "", options=options)
        yield from _parse_source(source)
    except DomainError as error:
        yield failure(name, error)
    except OSError as error:
        logger.warning("file could not be read", exc_info=error, extra={"item": name})
        yield ParseFailure(
            name, "unreadable", gettext("The file could not be opened or read. Nothing was stored. Send it again.")
        )
    finally:
        if source:
            source.close()


def _parse_source(source: Source) -> Outcomes:
    """Parse a Source; its refusals are outcomes too."""
    try:
        kind = _detect(source)
        yield from _parse_zip_family(source) if kind == "zip" else _parser(kind)(source)
    except DomainError as error:
        yield failure(source.name, error)
    # One file of thousands must never end the run; the log has what the parser did.
    except Exception:
        logger.exception("parser failed", extra={"item": source.name})
        yield ParseFailure(
            source.name,
            "unreadable",
            gettext("It is damaged or not what its name says. What came before it in the file was kept."),
        )


def _parse_zip_family(source: Source) -> Outcomes:
    with checked_zip(source.stream()) as archive:
        kind = kind_of_zip(archive)
    yield from parse_zip(source, _parse_source) if kind == "zip" else _parser(kind)(source)


def _parser(kind: str) -> Callable[[Source], Outcomes]:
    module, _, function = PARSERS[kind].rpartition(".")
    parser: Callable[[Source], Outcomes] = getattr(import_module(f"articles.parsing.{module}"), function)
    # Loaded by name at the first file of its format, see FORMATS.
    return parser


def detect_format(data: bytes | Path | BinaryIO, *, name: str, content_type: str | None = None) -> str:
    """Return the format that a file would be read as. Raises ParseError."""
    source = Source(data, name=name, content_type=content_type or "")
    try:
        return _detect(source)
    finally:
        source.close()
