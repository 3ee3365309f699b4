"""Parse CSV and XLSX: a header row, one article per row. Columns are guessed by name or mapped by the caller."""

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

import openpyxl
import orjson

from articles.limits import (
    MAX_DOCUMENT_BYTES,
    MAX_ITEM_BYTES,
    MAX_OFFICE_BYTES,
    MAX_ROW_CHARACTERS,
    MAX_SHEET_COLUMNS,
    MAX_SHEET_ROWS,
)
from articles.parsing.archive import checked_zip, refuse_hostile
from articles.parsing.base import Outcome, Outcomes, ParseError, Source, failure
from articles.parsing.decode import decode_text
from articles.parsing.records.items import FIELDS, WORDS, article_from_item, guess_field
from core.errors import DomainError
from core.marked import gettext

logger = logging.getLogger(__name__)

_DELIMITERS = ",;\t|"
_HEADER_BYTES = 65_536
_SAMPLE, _SHEET_START = 200, 50  # code points of a cell, rows of a sheet, that a person chooses columns by

# Python's own limit, 131,072 characters, is shorter than a long article.
csv.field_size_limit(MAX_ROW_CHARACTERS)


def parse_csv(source: Source) -> Outcomes:
    """Parse CSV. Up to the item limit a file may have a legacy encoding; a larger one is streamed and must be UTF-8."""
    lines, warnings = _lines(source)
    with _unreadable_refused():
        yield from _articles(_csv_rows(lines), source, warnings)


@contextmanager
def _unreadable_refused() -> Iterator[None]:
    """Raise ParseError where the bytes are no UTF-8 or no table any more."""
    try:
        yield
    except csv.Error as error:
        raise ParseError(
            "malformed-csv",
            gettext("The table cannot be read further: {error}. The rows before were read.").format(error=error),
        ) from error
    except UnicodeDecodeError as error:
        raise ParseError(
            "not-utf8",
            gettext("The table is not valid UTF-8 from some row on. The rows before were read. Save it as UTF-8."),
        ) from error


def first_rows(source: Source, count: int = 4) -> list[list[str]]:
    """Return the header and the first rows, to choose columns by; cells are cut. Raises ParseError without a header."""
    with _unreadable_refused():
        rows = _workbook_rows(source) if source.head.startswith(b"PK") else _csv_rows(_lines(source)[0])
        found = [[cell[:_SAMPLE] for cell in row[:MAX_SHEET_COLUMNS]] for row in islice(filter(any, rows), count)]
    if not found:
        raise ParseError("no-text", gettext("The table is empty."))
    return [[name.strip().removeprefix("\ufeff") for name in found[0]], *found[1:]]


def guessed_fields(header: Sequence[str]) -> dict[str, str]:
    """Map each header to the field that is used without a mapping."""
    return {header[at]: field for at, field in _guessed(header)}


def _csv_rows(lines: io.TextIOBase) -> Iterator[list[str]]:
    """Return the rows from the first line that is not blank, which is the header."""
    first = lines.readline(_HEADER_BYTES)
    while first and not first.strip():
        first = lines.readline(_HEADER_BYTES)
    return csv.reader(_read_rest(first, lines), delimiter=_delimiter(first), strict=False)


def _workbook_rows(source: Source) -> Iterator[list[str]]:
    with checked_zip(source.stream()) as archive:
        refuse_hostile(archive, MAX_OFFICE_BYTES)
    book = _workbook(source)
    try:
        for sheet in book.worksheets:
            rows = [list(map(_cell, row)) for row in islice(sheet.iter_rows(values_only=True), _SHEET_START)]
            if any(map(any, rows)):
                yield from rows
                return
    finally:
        book.close()


def parse_xlsx(source: Source) -> Outcomes:
    """Parse the first sheet that has rows. Formulas give their last computed value."""
    # Only for its bound: openpyxl reads the file by itself.
    source.read(MAX_DOCUMENT_BYTES)
    with checked_zip(source.stream()) as archive:
        refuse_hostile(archive, MAX_OFFICE_BYTES)
    book = _workbook(source)
    try:
        for sheet in book.worksheets:
            rows = (list(map(_cell, row)) for row in sheet.iter_rows(max_col=MAX_SHEET_COLUMNS, values_only=True))
            header = next((row for row in rows if any(row)), None)
            if header:
                yield from _articles(chain([header], rows), source, [])
                return
    finally:
        book.close()
    raise ParseError("no-text", gettext("No sheet of the workbook has rows. Nothing was stored."))


def _workbook(source: Source) -> Any:
    try:
        return openpyxl.load_workbook(source.stream(), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a damaged part of the file leads to
        logger.warning("workbook could not be opened", exc_info=error, extra={"item": source.name})
        raise ParseError(
            "damaged-file", gettext("The workbook is damaged and cannot be opened. Nothing was stored.")
        ) from error


def _lines(source: Source) -> tuple[io.TextIOBase, list[str]]:
    stream = source.stream()
    if stream.seek(0, 2) <= MAX_ITEM_BYTES:
        text, warnings = decode_text(source.read(), charset=source.charset)
        return io.StringIO(text, newline=""), warnings
    stream.seek(0)
    return io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""), []


def _read_rest(first: str, lines: io.TextIOBase) -> Iterator[str]:
    """Yield the remaining lines, each bounded: a file without line breaks must not be read whole."""
    yield first
    while line := lines.readline(MAX_ROW_CHARACTERS):
        yield line


def _delimiter(header: str) -> str:
    """Return the sign that splits the header into most columns that we know, else into most columns."""

    def worth(delimiter: str) -> tuple[int, int]:
        # Read as CSV and not split: a quoted header may hold any of the signs.
        names = next(csv.reader([header], delimiter=delimiter), [])
        return sum(bool(guess_field(name)) for name in names), len(names)

    try:
        return max(_DELIMITERS, key=worth)
    except csv.Error:
        return ","


def _articles(rows: Iterable[Sequence[str]], source: Source, warnings: list[str]) -> Iterator[Outcome]:
    iterator = iter(rows)
    header = next(iterator, [])
    columns = _columns(header, source.options.columns)
    found = 0
    for number, row in enumerate(iterator, start=2):
        if not any(cell.strip() for cell in row):
            continue
        found += 1
        if found > MAX_SHEET_ROWS:
            raise ParseError(
                "too-large",
                gettext("It has more than {limit:,} rows; the rest was left out. Split it.").format(
                    limit=MAX_SHEET_ROWS
                ),
            )
        yield _parse_row(row, columns, f"{source.name}#{number}", warnings)
    if not found:
        raise ParseError("no-text", gettext("The table has a header and no rows. Nothing was stored."))


def _parse_row(row: Sequence[str], columns: list[tuple[int, str]], name: str, warnings: list[str]) -> Outcome:
    item = {field: row[at] for at, field in columns if at < len(row) and row[at].strip()}
    try:
        article = article_from_item(item, name=name, raw=orjson.dumps(item, option=orjson.OPT_NON_STR_KEYS))
    except DomainError as error:
        return failure(name, error)
    except (TypeError, ValueError) as error:
        raise ParseError("unreadable", gettext("Row {name} cannot be read.").format(name=name)) from error
    if warnings:
        article.extra["warnings"] = [*warnings, *article.extra.get("warnings", [])]
    return article


def _columns(header: Sequence[str], given: dict[str, str] | None) -> list[tuple[int, str]]:
    """Return (position, our field) of each used column. Raises ParseError `columns-unknown` without a text column."""
    names = [name.strip().removeprefix("\ufeff") for name in header[:MAX_SHEET_COLUMNS]]
    columns = list(_mapped(names, given)) if given else _guessed(names)
    if not any(field in WORDS for _, field in columns):
        listed = ", ".join(f"“{name[:40]}”" for name in names[:12] if name) or "none"
        raise ParseError(
            "columns-unknown",
            gettext(
                "No column holds the article's words. The columns are: {listed}. Nothing was stored. Name one “text”"
                " or “html”, or say which column is which."
            ).format(listed=listed),
        )
    return columns


def _mapped(names: list[str], given: dict[str, str]) -> Iterator[tuple[int, str]]:
    for column, field in given.items():
        if field not in FIELDS:
            raise ParseError(
                "columns-unknown",
                gettext("“{field}” is not a field of an article. Fields are {fields}.").format(
                    field=field, fields=", ".join(FIELDS)
                ),
            )
        if column not in names:
            raise ParseError(
                "columns-unknown",
                gettext("The table has no column “{column}”. Nothing was stored.").format(column=column[:40]),
            )
        yield names.index(column), field


def _guessed(names: Sequence[str]) -> list[tuple[int, str]]:
    """Return the best-named column for each field, each column once."""
    best: dict[str, tuple[int, int]] = {}
    for at, name in enumerate(names):
        field = guess_field(name)
        if field:
            best.setdefault(field, (at, at))
    return [(at, field) for field, (at, _) in best.items()]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    # A workbook stores every number as a float: an id 42 would be "42.0".
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
