import csv
import io
import json
import re
import time
import tracemalloc
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from articles.cells import defuse, defuse_inside
from publishing.documents import fact_check_document
from publishing.formats.tabular import (
    FACT_CHECK_COLUMNS,
    csv_stream,
    fact_check_row,
    write_xlsx,
)
from publishing.formats.xmltext import legal
from tests.publishing.formats.samples import arabic_frozen, empty_preview, frozen, publication, shared


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\u3000@x"])
def test_what_could_run_is_defused(text):
    assert defuse(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["plain", "a=b", "", None, -5, 2.5, True, "عربي", "😀", "'=1"])
def test_the_rest_stays(cell):
    assert defuse(cell) is cell


def csv_rows(columns, rows):
    text = b"".join(csv_stream(columns, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def xlsx_rows(columns, rows):
    target = io.BytesIO()
    count = write_xlsx(target, columns, rows)
    sheet = load_workbook(target).active
    assert sheet is not None
    assert sheet.max_row == count + 1
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sheet


def test_csv_quotes_breaks_and_values():
    row = [
        "a,b",
        'say "x"',
        "two\nlines",
        "=1",
        -3,
        None,
        datetime(2026, 3, 4, tzinfo=UTC),
        date(2026, 3, 4),
        UUID(int=1),
    ]
    data = b"".join(csv_stream(["=head", "b"], [row]))
    assert data.startswith(b"\xef\xbb\xbf'=head,b\r\n")
    assert csv_rows(["x"], [row])[1] == [
        "a,b", 'say "x"', "two\nlines", "'=1", "-3", "", "2026-03-04T00:00:00Z", "2026-03-04", str(UUID(int=1))
    ]  # fmt: skip


def test_csv_comes_in_pieces():
    rows = [[number, "word " * 1000] for number in range(150)]
    assert len(list(csv_stream(["n", "text"], rows))) == 3
    assert len(csv_rows(["n", "text"], rows)) == 151


def test_xlsx_keeps_numbers_and_runs_nothing():
    values, sheet = xlsx_rows(["n", "text"], [[-3, "=1+1"], [2.5, "#N/A"], [None, "bell\a عربي 😀"]])
    assert values == [["n", "text"], [-3, "'=1+1"], [2.5, "#N/A"], [None, "bell عربي 😀"]]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_xlsx_says_where_it_cut():
    values, _ = xlsx_rows(["text"], [["x" * 40_000]])
    assert len(values[1][0]) == 32_767
    assert values[1][0].endswith("are whole]")


def test_naughty_strings_run_nowhere():
    rows = [[text] for text in json.loads(shared("naughty", "blns.json").read_text("utf-8"))]
    for cells in (csv_rows(["x"], rows), xlsx_rows(["x"], rows)[0]):
        assert not [cell for (cell,) in cells if isinstance(cell, str) and cell[:1] in set("=+-@\t\r")]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_csv_text_comes_back(rows):
    assert csv_rows(["a", "b"], rows)[1:] == [
        [defuse_inside(str(defuse(cell))).encode("utf-8", "replace").decode() for cell in row] for row in rows
    ]


@given(st.lists(st.lists(st.text(";\"'=+-@＝,\n\r\t a1"), min_size=2, max_size=3), min_size=1, max_size=3))
@example([["a, b;=1+1", 'a "b";"=1+1"', "a\n=1+1;"]])
def test_nothing_runs_where_a_spreadsheet_separates_by_something_else(rows):
    """Commas are text to it then, and so are the quotes that follow them."""
    text = b"".join(csv_stream(["x"], rows)).decode("utf-8-sig")
    for separator in ";\t":
        cells = [cell.strip() for row in csv.reader(text.splitlines(), delimiter=separator) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))] == []


def test_empty_lines_are_looked_at_once():
    """A rationale may be of nothing else, and no other thread works meanwhile: looked at from each of them, these take 10 s."""
    begun = time.process_time()
    assert defuse_inside("\r\n" * 20_000 + "=1") == "\r\n" * 20_000 + "'=1"
    assert defuse_inside("\r\n" * 20_000 + "x") == "\r\n" * 20_000 + "x"
    assert time.process_time() - begun < 2


@given(st.text())
def test_only_characters_that_xml_forbids_go(text):
    assert legal(text) == re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


@pytest.mark.parametrize("content", [frozen(), arabic_frozen(), empty_preview()])
def test_a_fact_check_is_one_row(content):
    row = fact_check_row(fact_check_document(content, publication()))
    assert len(row) == len(FACT_CHECK_COLUMNS)
    cells = dict(zip(FACT_CHECK_COLUMNS, row, strict=True))
    assert cells["claim"] == content["claim"]["statement"]
    assert (cells["refutes"], cells["supports"]) == (len(content["evidence"]) // 2, 0)
    assert cells["corrections"] == "2026-03-05T09:30:00Z correction: We first wrote 1,000."


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(count):
        tracemalloc.start()
        with (tmp_path / f"{count}.xlsx").open("wb") as target:
            write_xlsx(target, ["a", "b"], ([n, f"words {n}"] for n in range(count)))
        for _ in csv_stream(["a", "b"], ([n, f"words {n}"] for n in range(count))):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)  # imports
    assert peak(6_000) < 2 * peak(1_500)
