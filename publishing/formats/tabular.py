"""CSV and XLSX, written row by row. No cell can run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import IO, Any

from articles.cells import defuse, defuse_inside
from core.canonical_json import rfc3339
from publishing.formats.workbook import number_cell, open_sheet, text_cell
from publishing.formats.xmltext import legal

_MAX_XLSX_CELL = 32_767  # characters; Excel repairs, and so cuts, a file with more
_CUT_MARK = " … [cut here: a cell holds 32,767 characters; the CSV and JSONL exports are whole]"
# Characters, whatever the number of rows: a rationale may have 60,000.
_PIECE = 256 * 1024

FACT_CHECK_COLUMNS = (
    "id",
    "url",
    "version",
    "state",
    "language",
    "headline",
    "claim",
    "claimant",
    "claimant_role",
    "said_at",
    "rating",
    "rating_class",
    "rating_value",
    "rating_best",
    "rating_worst",
    "summary",
    "rationale",
    "topics",
    "byline",
    "articles",
    "quotes",
    "supports",
    "refutes",
    "context",
    "sources",
    "published_at",
    "modified_at",
    "corrections",
)


def fact_check_row(document: Mapping[str, Any]) -> list[Any]:
    """Return the row of a `fact_check` document. Several values in a cell stand on lines of their own."""
    claim, evidence = document["claim"], document["evidence"]
    claimant, rating = claim["claimant"] or {}, document["rating"] or {}
    appearances = claim["appearances"]
    stances = [item["stance"] for item in evidence]
    return [
        document["id"],
        document["canonical_url"] or document["url"],
        document["version"],
        document["state"],
        document["language"],
        document["headline"],
        claim["statement"],
        claimant.get("name"),
        claimant.get("role"),
        _lines([appearance["said_at"] for appearance in appearances]),
        rating.get("label"),
        rating.get("class"),
        rating.get("value"),
        rating.get("best"),
        rating.get("worst"),
        document["summary"],
        document["rationale"]["text"],
        _lines(document["topics"]),
        _lines(document["byline"]),
        _lines([appearance["url"] for appearance in appearances]),
        _lines([appearance["quote"] for appearance in appearances]),
        stances.count("supports"),
        stances.count("refutes"),
        stances.count("context"),
        _lines([item["url"] for item in evidence]),
        document["published_at"],
        document["modified_at"],
        _lines([f"{item['at']} {item['kind']}: {item['note']}" for item in document["corrections"]]),
    ]


def csv_stream(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield CSV in UTF-8 with a byte order mark (else Excel reads another encoding), CRLF, in pieces of a quarter megabyte."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in chain([columns], rows):
        writer.writerow(_defuse_inside(_defused(row)))
        if buffer.tell() >= _PIECE:
            yield _take(buffer)
    yield _take(buffer)


def write_xlsx(
    target: IO[bytes], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "Export"
) -> int:
    """Write a workbook. Returns the number of rows. Rows go straight into the file, not to memory.

    Every text is stored as text, also `=1+1`; text beyond what a cell can hold is cut and says so.
    """
    count = -1  # the header is no row of the export
    with open_sheet(target, title=title) as write:
        for row in chain([columns], rows):
            write("".join([_xlsx_cell(cell) for cell in _defused(row)]))
            count += 1
    return count


def _lines(values: Sequence[str | None]) -> str:
    return "\n".join([value for value in values if value])


def _defused(row: Sequence[Any]) -> list[Any]:
    """Return the cells, none of which a spreadsheet runs."""
    # Text from a letter or digit on is harmless. To ask `defuse` of each cell was a third of an export's time (2026-11-30).
    return [
        cell
        if type(cell) is str and ("A" <= cell < "{" or "0" <= cell < "=")
        else defuse(cell if isinstance(cell, str) else _plain(cell))
        for cell in row
    ]


def _defuse_inside(row: list[Any]) -> list[Any]:
    # Without a tab or a line break, which are not printable, or a semicolon there is nothing to find.
    return [
        defuse_inside(cell) if type(cell) is str and (";" in cell or not cell.isprintable()) else cell for cell in row
    ]


def _plain(cell: Any) -> Any:
    """Write times as RFC 3339, because spreadsheets keep no time zone."""
    if isinstance(cell, datetime):
        return rfc3339(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, str | int | float):
        return cell
    return str(cell)


def _take(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    # truncate() cuts at the position, and the writer goes on from it.
    buffer.seek(0)
    buffer.truncate()
    return data


def _xlsx_cell(value: Any) -> str:
    """Return the XML of a defused cell."""
    if not isinstance(value, str):
        return number_cell(value)
    text = legal(value)
    if len(text) > _MAX_XLSX_CELL:
        text = text[: _MAX_XLSX_CELL - len(_CUT_MARK)] + _CUT_MARK
    return text_cell(text)
