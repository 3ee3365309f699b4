"""Parse CSV and XLSX: a header row, one article per row. Columns are guessed by name or mapped by the caller."""

import csv
import io
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain, islice
from typing import Any
from zipfile import ZipFile

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
# What Excel writes before the header.
_STATED_DELIMITER = re.compile("sep=(.)", re.I)
_EXACT_DIGITS = 10**15  # from here on a spreadsheet's numbers end in digits that were not typed
_DIGITS_LOST = "#DIGITS"
_NOT_COMPUTED = "#FORMULA"
# A formula without a value that was computed: a program wrote it, and no spreadsheet has opened the file since.
_BARE_FORMULA = re.compile(rb"</f>\s{0,20}(?:<v\s{0,20}/>|<v>\s{0,20}</v>)?\s{0,20}</c>|<f/>\s{0,20}</c>")
# What stands in a cell in place of its value: taken for words, two rows with the same error would be one article.
_NO_VALUES = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"])
_SAMPLE, _SHEET_START = 200, 50  # code points of a cell, rows of a sheet, that a person chooses columns by

# Python's own limit, 131,072 characters, is shorter than a long article.
csv.field_size_limit(MAX_ROW_CHARACTERS)


def parse_csv(source: Source) -> Outcomes:
    """Parse CSV. Up to the item limit a file may have a legacy encoding; a larger one is streamed and must be UTF-8."""
    lines, warnings = _lines(source)
    with _unreadable_refused():
        yield from _articles(_csv_rows(lines), source, warnings, name=source.name, may_have_more=False)


@contextmanager
def _unreadable_refused() -> Iterator[None]:
    """Raise ParseError where the bytes are no UTF-8 any more."""
    try:
        yield
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
    """Yield the rows from the first line that is not blank, which is the header. Raises ParseError."""
    first, above = _first_line(lines)
    stated = _STATED_DELIMITER.fullmatch(first.strip("\ufeff\r\n"))
    if stated:
        first, more = _first_line(lines)
        above += 1 + more
    delimiter = stated[1] if stated else _delimiter(first)
    # Strict: read as it comes, a cell with an open quotation mark swallows the rows after it without a word.
    reader = csv.reader(_read_rest(first, lines), delimiter=delimiter, strict=True)
    began = above + 1
    try:
        for row in reader:
            yield row
            began = above + reader.line_num + 1
    except csv.Error as error:
        raise ParseError(
            "malformed-csv",
            gettext(
                "The row that begins in line {line:,} cannot be read: {reason}. It and what follows were left out; the rows"
                " before were read."
            ).format(line=began, reason=_reason(str(error))),
        ) from error


def _reason(error: str) -> str:
    if "end of data" in error:
        return gettext("a quotation mark opens a cell and none closes it")
    if "expected after" in error:
        return gettext("a quotation mark inside a quoted cell has to be doubled")
    return error


def _first_line(lines: io.TextIOBase) -> tuple[str, int]:
    """Return the first line that is not blank, and how many stand above it."""
    above = 0
    while line := lines.readline(_HEADER_BYTES):
        if line.strip():
            break
        above += 1
    return line, above


def _workbook_rows(source: Source) -> Iterator[list[str]]:
    with checked_zip(source.stream()) as archive:
        refuse_hostile(archive, MAX_OFFICE_BYTES)
    book = _workbook(source)
    try:
        for sheet in _shown_sheets(book):
            rows = [list(map(_cell, row)) for row in islice(sheet.iter_rows(values_only=True), _SHEET_START)]
            if any(map(any, rows)):
                yield from rows
                return
    finally:
        book.close()


def parse_xlsx(source: Source) -> Outcomes:
    """Parse each sheet that has rows. Formulas give their last computed value."""
    # Only for its bound: openpyxl reads the file by itself.
    source.read(MAX_DOCUMENT_BYTES)
    with checked_zip(source.stream()) as archive:
        refuse_hostile(archive, MAX_OFFICE_BYTES)
        has_bare = _has_bare_formulas(archive)
    book = _workbook(source)
    formulas = _workbook(source, is_computed=False) if has_bare else None
    found = 0
    try:
        for sheet in _shown_sheets(book):
            rows = _rows_of(sheet, formulas[sheet.title] if formulas else None)
            header = next((row for row in rows if any(row)), None)
            if header:
                found += 1
                name = source.name if found == 1 else f"{source.name}/{sheet.title}"
                yield from _sheet(chain([header], rows), source, name)
    finally:
        book.close()
        if formulas:
            formulas.close()
    if not found:
        raise ParseError("no-text", gettext("No sheet of the workbook has rows. Nothing was stored."))


def _has_bare_formulas(archive: ZipFile) -> bool:
    names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
    return any(_BARE_FORMULA.search(archive.read(name)) for name in names)


def _rows_of(sheet: Any, formulas: Any) -> Iterator[list[str]]:
    """Yield the cells of each row. `formulas` is the same sheet with its formulas, where some have no computed value."""
    if formulas is None:
        yield from (list(map(_cell, row)) for row in sheet.iter_rows(max_col=MAX_SHEET_COLUMNS, values_only=True))
        return
    written = formulas.iter_rows(max_col=MAX_SHEET_COLUMNS, values_only=True)
    for row, texts in zip(sheet.iter_rows(max_col=MAX_SHEET_COLUMNS), written, strict=False):
        yield [
            _NOT_COMPUTED if text is not None and _is_not_computed(cell) else _cell(cell.value)
            for cell, text in zip(row, texts, strict=False)
        ]


def _is_not_computed(cell: Any) -> bool:
    # A formula that gave an empty text has no value either, and the type of a text.
    return cell.value is None and getattr(cell, "data_type", "n") != "str"


def _sheet(rows: Iterable[Sequence[str]], source: Source, name: str) -> Outcomes:
    """Yield the outcomes of one sheet; what one cannot be read for does not keep the next from being read."""
    try:
        yield from _articles(rows, source, [], name=name)
    except ParseError as error:
        yield failure(name, error)


def _shown_sheets(book: Any) -> list[Any]:
    """Return the sheets that whoever opens the workbook sees: what somebody hid, nobody meant to send."""
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets


def _workbook(source: Source, *, is_computed: bool = True) -> Any:
    try:
        return openpyxl.load_workbook(source.stream(), read_only=True, data_only=is_computed, keep_links=False)
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


def _articles(
    rows: Iterable[Sequence[str]], source: Source, warnings: list[str], *, name: str, may_have_more: bool = True
) -> Iterator[Outcome]:
    """Yield the outcome of each row. Where a row may not have more cells than the header, one that has is refused."""
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
        if not may_have_more and any(cell.strip() for cell in row[len(header) :]):
            yield failure(f"{name}#{number}", _too_many_cells(len(row), len(header)))
        else:
            yield _parse_row(row, columns, f"{name}#{number}", warnings)
    if not found:
        raise ParseError("no-text", gettext("The table has a header and no rows. Nothing was stored."))


def _too_many_cells(cells: int, columns: int) -> ParseError:
    """Make the refusal of a row whose words were probably cut at a comma of theirs."""
    return ParseError(
        "malformed-csv",
        gettext(
            "The row has {cells:,} cells and the header {columns:,}: a cell that holds the separator has to stand in quotation"
            " marks. The row was not stored; the others were."
        ).format(cells=cells, columns=columns),
    )


def _refuse_no_values(item: dict[str, str]) -> None:
    for field, cell in item.items():
        if cell == _DIGITS_LOST:
            told = gettext(
                "The number in “{field}” is too long for a spreadsheet, which changed its last digits. Write it as text. The"
                " row was not stored."
            )
        elif cell == _NOT_COMPUTED:
            told = gettext(
                "“{field}” holds a formula without a value: the program that wrote the workbook did not compute it. Open and save"
                " it in a spreadsheet. The row was not stored."
            )
        elif cell.strip() in _NO_VALUES:
            told = gettext("“{field}” holds the error {cell} in place of a value. The row was not stored.")
        else:
            continue
        raise ParseError("invalid-field", told.format(field=field, cell=cell.strip()))


def _parse_row(row: Sequence[str], columns: list[tuple[int, str]], name: str, warnings: list[str]) -> Outcome:
    item = {field: row[at] for at, field in columns if at < len(row) and row[at].strip()}
    try:
        _refuse_no_values(item)
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
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT_DIGITS:
        return _DIGITS_LOST
    # A workbook stores every number as a float: an id 42 would be "42.0".
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
