"""Details of an article that its words propose."""

from datetime import datetime
from typing import Any

import pytest

from articles.text.canonical import canonical_from_plain
from articles.text.dates import find_date, is_date_line, parse_datetime
from articles.text.proposals import propose


def proposed(field: str, text: str, file_name: str | None = None) -> Any:
    found = [
        proposal for proposal in propose(canonical_from_plain(text), file_name=file_name) if proposal.field == field
    ]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("lead", "value", "basis"),
    [
        ("Leaders agreed on Monday, as per \"Interfax\".", "Interfax", "as per \"Interfax\""),
        ("Leaders agreed, according to Interfax news agency.", "Interfax", "according to Interfax news agency"),
        ("Leaders agreed, according to the state news agency TASS.", "TASS", None),
        ("GENEVA, June 16 (Reuters) - Leaders agreed.", "Reuters", "GENEVA, June 16 (Reuters) -"),
        ("BERLIN (dpa) – Man einigte sich.", "dpa", "BERLIN (dpa) –"),
        ("GENEVA (AP) — Leaders agreed.", "AP", "GENEVA (AP) —"),
        ("Leaders agreed, AP reported on Monday.", "AP", "AP reported"),
        ("Leaders agreed, according to The Associated Press.", "AP", None),
        ("Leaders agreed. Source: AFP", "AFP", "Source: AFP"),
        ("Leaders agreed on Monday (AFP/Paul Roe).", "AFP", None),
        ("Laut „Interfax“ einigte man sich.", "Interfax", None),
        ("Leaders agreed on the map (left) - at last.", None, None),
        ("Apples and maps are reported by nobody.", None, None),
    ],
)  # fmt: skip
def test_origin(lead, value, basis):
    found = proposed("origin", f"Headline\n\n{lead}\n\nMore.")
    assert (found.value if found else None) == value
    if basis:
        assert found.basis == basis


@pytest.mark.parametrize(
    ("lead", "value"),
    [
        ("Shafaq News/ The president said so.", "Shafaq News"),
        ("شفق نيوز/ قال الرئيس", "شفق نيوز"),
        ("GENEVA, June 16 (Reuters) - Leaders agreed.", "Reuters"),
        ("He and/ or she said so.", None),
        ("See https://x.org/ for more.", None),
        ("Plain text.", None),
    ],
)
def test_source(lead, value):
    found = proposed("source", f"Headline\n\n{lead}\n\nMore.")
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("2021-06-16T17:08:16+00:00", "2021-06-16T17:08:16+00:00"),
        ("2021-06-16", "2021-06-16T00:00:00+00:00"),
        ("June 16, 2021", "2021-06-16T00:00:00+00:00"),
        ("Published: Wednesday, June 16, 2021 at 5:08 PM EDT", "2021-06-16T17:08:00-04:00"),
        ("16 June 2021 17:08 GMT", "2021-06-16T17:08:00+00:00"),
        ("Wed, 16 Jun 2021 17:08:16 +0200", "2021-06-16T17:08:16+02:00"),
        ("16. Juni 2021, 17:08 Uhr", "2021-06-16T17:08:00+00:00"),
        ("Publié le 16 juin 2021 à 17h08", "2021-06-16T17:08:00+00:00"),
        ("16 de junio de 2021", "2021-06-16T00:00:00+00:00"),
        ("16 июня 2021 г.", "2021-06-16T00:00:00+00:00"),
        ("16.06.2021", "2021-06-16T00:00:00+00:00"),
        ("06/16/2021", "2021-06-16T00:00:00+00:00"),
        ("2021年6月16日", "2021-06-16T00:00:00+00:00"),
        ("06/07/2021", None),
        ("31 February 2021", None),
    ],
)
def test_published_at(line, value):
    found = proposed("published_at", f"Headline\n\n{line}\n\nThe text stands here.")
    assert (found.value if found else None) == value
    if value:
        assert found.basis == line


@pytest.mark.parametrize(
    "line", ["He was born on 16 June 2021.", "The 2021 report of June", "Chapter 16", "May 5 people come"]
)
def test_a_sentence_with_a_date_is_no_date_line(line):
    assert not is_date_line(line)


def test_a_dated_file_name_is_second_best():
    assert proposed("published_at", "T\n\nText.", "2021-06-16-story.txt").value == "2021-06-16T00:00:00+00:00"
    assert proposed("published_at", "T\n\n2020-01-02\n\nText.", "2021-06-16.txt").value.startswith("2020")
    assert proposed("published_at", "T\n\nText.", "000_3348636276d90a48.txt") is None


def test_byline_and_language():
    text = "Headline of the day\n\nBy Ann Lee and Bo Ek\n\nThe president said on Monday that the economy had grown."
    assert proposed("byline", text).value == "Ann Lee and Bo Ek"
    assert proposed("language", text).value == "en"
    assert proposed("language", "12 34") is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("20210616T170816Z", "2021-06-16T17:08:16+00:00"),
        ("20210616T170816+0200", "2021-06-16T17:08:16+02:00"),
        ("2021-06-16 17:08", "2021-06-16T17:08:00+00:00"),
        ("20210616", "2021-06-16T00:00:00+00:00"),
        ("Wed, 16 Jun 2021 17:08:16 EST", "2021-06-16T17:08:16-05:00"),
        ("2021-06-16T17:08:16.123456789Z", "2021-06-16T17:08:16.123456+00:00"),
        ("June 16, 2021 at 5pm EST", "2021-06-16T17:00:00-05:00"),
        ("16 June 2021, 12 a.m.", "2021-06-16T00:00:00+00:00"),
        ("5 PM, June 16, 2021", "2021-06-16T17:00:00+00:00"),
        ("June 16, 2021, 15 pm", "2021-06-16T00:00:00+00:00"),
        ("0001-01-01", None),
        ("yesterday", None),
        ("", None),
        ("99999999999999999999", None),
    ],
)
def test_dates_of_metadata(given, expected):
    found = parse_datetime(given)
    assert (found.isoformat() if found else None) == expected


def test_find_date_says_whether_the_time_is_known():
    found = [find_date("on 16 June 2021"), find_date("16 June 2021 17:08")]
    assert [date.has_time for date in found if date] == [False, True]


def test_seeds(shared_dir):
    found = {}
    for path in sorted((shared_dir / "seeds").glob("*.txt")):
        canonical = canonical_from_plain(path.read_text())
        found[path.name[:3]] = {proposal.field: proposal.value for proposal in propose(canonical, file_name=path.name)}
    assert found["003"]["source"] == "Shafaq News"
    assert datetime.fromisoformat(found["003"]["published_at"]).isoformat() == "2021-06-16T17:08:16+00:00"
    assert found["004"]["origin"] == "Interfax"
    assert all(details["language"] == "en" for details in found.values())
    assert set(found["000"]) == {"language"}
