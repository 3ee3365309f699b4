"""Zip archives: members by their own format, and archives that mean harm."""

import io
import time
import tracemalloc
import zipfile
from typing import Any

import pytest

from articles.parsing import ParseFailure, parse


def archive(members: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return stream.getvalue()


def outcomes(data: bytes) -> list[Any]:
    return list(parse(data, name="a.zip"))


def test_members_are_read_by_their_own_format_and_a_bad_one_hurts_no_other():
    found = outcomes(
        archive(
            {
                "a.txt": "Títle\n\nBody",
                "sub/b.jsonl": '{"title": "B", "text": "x"}\nbad',
                "photo.jpg": b"\xff\xd8\xff\xe0",
                "empty.txt": "",
                "inner.zip": archive({"x.txt": "x"}),
                "__MACOSX/._a.txt": "junk",
                "c.html": "<title>C</title><p>text</p>",
            }
        )
    )
    assert [(outcome.name, getattr(outcome, "code", "ok")) for outcome in found] == [
        ("a.zip/a.txt", "ok"),
        ("a.zip/sub/b.jsonl:1", "ok"),
        ("a.zip/sub/b.jsonl:2", "malformed-json"),
        ("a.zip/photo.jpg", "unsupported-format"),
        ("a.zip/empty.txt", "empty-file"),
        ("a.zip/inner.zip", "nested-archive"),
        ("a.zip/c.html", "ok"),
    ]
    assert found[0].raw == "Títle\n\nBody".encode()


def test_zip_slip_is_refused_by_name():
    paths = ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:\\evil.txt"]
    found = outcomes(archive({**dict.fromkeys(paths, "x"), "good.txt": "fine"}))
    assert [getattr(outcome, "code", "ok") for outcome in found] == ["unsafe-path"] * 5 + ["ok"]


def test_a_bomb_ends_early_and_keeps_what_came_before():
    data = archive({"good.txt": "fine", "bomb.txt": b"\x00" * 300_000_000, "late.txt": "x"})
    tracemalloc.start()
    start = time.process_time()
    found = outcomes(data)
    assert time.process_time() - start < 5
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
    assert [getattr(outcome, "code", "ok") for outcome in found] == ["ok", "archive-too-large"]


def test_many_small_bombs_share_one_budget(monkeypatch):
    monkeypatch.setattr(
        "articles.parsing.archive.Budget.__init__", lambda self, limit=5_000: self.__dict__.update(given=0, limit=limit)
    )
    found = outcomes(archive({f"{n}.txt": "word " * 300 for n in range(10)}))
    assert found[-1].code == "archive-too-large"
    assert len(found) < 6


def test_too_many_entries_damage_and_office_files_are_refused(monkeypatch):
    good = archive({f"{n}.txt": "x" for n in range(30)})
    assert outcomes(good[:-40])[0].code == "damaged-archive"
    assert outcomes(b"PK\x03\x04 nothing more")[0].code == "damaged-archive"
    assert outcomes(archive({}))[0].code == "empty-file"
    assert (
        outcomes(archive({"[Content_Types].xml": "<x/>", "ppt/presentation.xml": "<x/>"}))[0].code
        == "unsupported-format"
    )
    monkeypatch.setattr("articles.parsing.archive.MAX_ARCHIVE_ENTRIES", 20)
    assert outcomes(good)[0].code == "too-many-entries"


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_damaged_office_file_is_refused(name):
    part = "word/document.xml" if name == "a.docx" else "xl/workbook.xml"
    data = bytearray(archive({part: "<a>AAAA</a>", "[Content_Types].xml": "<x/>"}, zipfile.ZIP_STORED))
    data[data.index(b"AAAA")] = ord("B")
    (failure,) = parse(bytes(data), name=name)
    assert isinstance(failure, ParseFailure)
    assert failure.code == "damaged-archive"


def test_a_damaged_member_hurts_no_other():
    data = bytearray(archive({"a.txt": "A" * 50, "b.txt": "fine"}, zipfile.ZIP_STORED))
    data[data.index(b"AAAA")] = ord("B")
    assert [getattr(outcome, "code", "ok") for outcome in outcomes(bytes(data))] == ["damaged-archive", "ok"]
