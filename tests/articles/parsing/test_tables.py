"""CSV and XLSX with guessed and given columns."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from articles.parsing import ParseError, ParseOptions, parse
from articles.parsing.base import Source
from articles.parsing.records import tables


def outcomes(data: bytes, name: str, columns: dict[str, str] | None = None) -> list[Any]:
    return list(parse(data, name=name, options=ParseOptions(columns=columns)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_of_any_delimiter_and_encoding(delimiter, encoding):
    text = f'Headline{delimiter}Body{delimiter}Date\r\nTítle{delimiter}"One\r\n\r\nTwo{delimiter}x"{delimiter}2021-06-16\r\n'
    (article,) = outcomes(text.encode(encoding), "a.csv")
    assert article.canonical.text == f"Títle\n\nOne\n\n{' '.join(f'Two{delimiter}x'.split())}"
    assert article.published_at == datetime(2021, 6, 16, tzinfo=UTC)
    assert article.name == "a.csv#2"


def test_given_columns_win():
    data = b"a,b,title\nBody,Head,Other\n"
    (article,) = outcomes(data, "a.csv", {"a": "text", "b": "title"})
    assert article.canonical.text == "Head\n\nBody"


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (b"a,b\n1,2\n", None),
        (b"text\nx\n", {"nope": "text"}),
        (b"text\nx\n", {"text": "nonsense"}),
        (b"title,url\nT,u\n", None),
    ],
)
def test_columns_that_say_nothing_are_refused_with_the_names_found(data, columns):
    (failure,) = outcomes(data, "a.csv", columns)
    assert failure.code == "columns-unknown"


def test_a_bad_row_hurts_no_other():
    found = outcomes(b"title,text,url\nA,x,https://a.org\nB,,\n\nC,y,javascript:1\nD,z,\n", "a.csv")
    assert [getattr(outcome, "code", "ok") for outcome in found] == ["ok", "no-text", "invalid-url", "ok"]


def test_a_row_can_be_read_again_from_its_own_bytes():
    (article,) = outcomes(b"title,text,id\nA,x y,7\n", "a.csv")
    (again,) = outcomes(article.raw, "a.json")
    assert (again.canonical, again.external_id) == (article.canonical, "7")


def test_a_large_csv_is_read_as_a_stream(monkeypatch):
    monkeypatch.setattr("articles.parsing.records.tables.MAX_ITEM_BYTES", 10)
    data = "title,text\n" + "".join(f"Títle {n},text {n}\n" for n in range(500))
    assert [article.title for article in outcomes(data.encode(), "a.csv")] == [f"Títle {n}" for n in range(500)]
    broken = outcomes(data.encode() + b"x,\xff\n" + b"y,z\n" * 3000, "a.csv")
    assert broken[-1].code == "not-utf8"


LATIN = "title,text\né,Words of it.\n".encode("latin-1")
ENDLESS = b'title,text\n"a,' + b"Words\n" * 700_000


@pytest.mark.parametrize(("data", "code"), [(LATIN, "not-utf8"), (ENDLESS, "malformed-csv")])
def test_a_large_csv_that_cannot_be_read_says_why_on_every_screen(monkeypatch, data, code):
    monkeypatch.setattr(tables, "MAX_ITEM_BYTES", 10)
    assert [outcome.code for outcome in parse(data, name="a.csv")] == [code]
    with pytest.raises(ParseError) as refused:
        tables.first_rows(Source(data, name="a.csv"))
    assert refused.value.code == code


def test_header_only_is_refused():
    assert outcomes(b"title,text\n", "a.csv")[0].code == "no-text"


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_xlsx():
    rows: list[list[Any]] = [
        [],
        ["Headline", "Text", "Published", "ID"],
        ["Títle 😀", "One.\n\nTwo.", date(2021, 6, 16), 7.0],
        [],
        ["B", None],
    ]
    article, failure = outcomes(workbook(rows), "a.xlsx")
    assert article.canonical.text == "Títle 😀\n\nOne.\n\nTwo."
    assert (article.external_id, article.published_at) == ("7", datetime(2021, 6, 16, tzinfo=UTC))
    assert failure.code == "no-text"


def test_an_empty_workbook_is_refused():
    assert outcomes(workbook([]), "a.xlsx")[0].code == "no-text"


def test_a_workbook_with_a_bomb_inside_is_refused():
    stream = io.BytesIO(workbook([["text"], ["x"]]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/evil.xml", '<!DOCTYPE x [<!ENTITY l "ha">]><x/>')
    assert outcomes(stream.getvalue(), "a.xlsx")[0].code == "xml-entities"
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big", b"\x00" * 50_000_000)
    assert outcomes(stream.getvalue(), "a.xlsx")[0].code in {"archive-too-large", "xml-entities"}


LONG = "The ministry sent 80 requests abroad in two years."


@pytest.mark.parametrize(
    ("row", "reason"),
    [(f'B,"{LONG}', "none closes it"), (f'B,"He said "no" to {LONG}"', "has to be doubled")],
)
def test_a_row_is_not_swallowed_by_a_quotation_mark(row, reason):
    first, broken = outcomes(f"title,text\nA,{LONG}\n{row}\nC,{LONG}\n".encode(), "a.csv")
    assert first.canonical.text == f"A\n\n{LONG}"
    assert (broken.code, "line 3" in broken.detail, reason in broken.detail) == ("malformed-csv", True, True)


def test_words_are_not_cut_at_a_separator():
    data = f"title,text\nA,{LONG} No, nobody answered.\nB,{LONG},,\n".encode()
    cut, whole = outcomes(data, "a.csv")
    assert (cut.code, "3 cells" in cut.detail) == ("malformed-csv", True)
    assert whole.canonical.text == f"B\n\n{LONG}"


def test_the_separator_that_excel_states_is_no_header():
    (article,) = outcomes(f"sep=;\r\ntitle;text\r\nA;{LONG}\r\n".encode("utf-8-sig"), "a.csv")
    assert article.canonical.text == f"A\n\n{LONG}"


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", 12345678901234567890])
def test_cells_without_a_true_value_make_no_identity(cell):
    one, other = outcomes(workbook([["id", "title", "text"], [cell, "A", LONG], [7, "B", LONG]]), "a.xlsx")
    assert one.code == "invalid-field"
    assert other.external_id == "7"


def test_each_sheet_with_rows_is_read():
    book = openpyxl.Workbook()
    for name, rows in {
        "More": [["title", "text"], ["B", LONG]],
        "Notes": [["Remember"], ["milk"]],
        "Empty": [],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.active.append(["title", "text"])
    book.active.append(["A", LONG])
    hidden = book.copy_worksheet(book["More"])
    hidden.sheet_state = "hidden"
    saved = io.BytesIO()
    book.save(saved)
    first, second, notes = outcomes(saved.getvalue(), "a.xlsx")
    assert [(one.name, one.title) for one in (first, second)] == [("a.xlsx#2", "A"), ("a.xlsx/More#2", "B")]
    assert (notes.name, notes.code) == ("a.xlsx/Notes", "columns-unknown")


@pytest.mark.parametrize("above", ["\n\n", "sep=,\n", "\nsep=,\n\n"])
def test_a_line_is_counted_from_the_top_of_the_file(above):
    *_, broken = outcomes(f'{above}title,text\nA,{LONG}\nB,"{LONG}\n'.encode(), "a.csv")
    assert f"line {above.count(chr(10)) + 3} cannot" in broken.detail


def test_a_formula_that_nothing_computed_is_told():
    whole, bare, empty = outcomes(
        workbook([["title", "text"], ["A", LONG], ["B", f'=CONCATENATE("{LONG}","")'], ["C", ""]]), "a.xlsx"
    )
    assert whole.canonical.text == f"A\n\n{LONG}"
    assert (bare.code, "holds a formula without a value" in bare.detail) == ("invalid-field", True)
    assert empty.code == "no-text"


def test_a_formula_that_gave_an_empty_text_is_computed():
    """As spreadsheets write `=IF(A2="", A2, "")`: no value, but the type of a text."""
    given = workbook([["title", "text", "byline"], ["A", LONG, '=IF(A2="",A2,"")']])
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(given)) as book, zipfile.ZipFile(saved, "w") as copy:
        for name in book.namelist():
            copy.writestr(name, book.read(name).replace(b'<c r="C2">', b'<c r="C2" t="str">'))
    (article,) = outcomes(saved.getvalue(), "a.xlsx")
    assert article.canonical.text == f"A\n\n{LONG}"
