"""Any bytes get the right parser or a refusal with a stable code, never an exception."""

import io
import json
import time
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.limits import MAX_ITEM_BYTES, MAX_TEXT_CODE_POINTS
from articles.parsing import ParsedArticle, ParseFailure, detect_format, parse


def failure_of(data: bytes | Path, name: str, content_type: str | None = None) -> ParseFailure:
    (outcome,) = parse(data, name=name, content_type=content_type)
    assert isinstance(outcome, ParseFailure), outcome
    return outcome


def article_of(data: bytes | Path, name: str, content_type: str | None = None) -> ParsedArticle:
    (outcome,) = parse(data, name=name, content_type=content_type)
    assert isinstance(outcome, ParsedArticle), outcome
    return outcome


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.txt", "empty-file"),
        (b" \n\t\r\n", "a.html", "empty-file"),
        (b"\xef\xbb\xbf", "a.json", "empty-file"),
        (b"\x00\x01\x02\x03" * 50, "a.txt", "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "a.txt", "unsupported-format"),
        (b"\xff\xd8\xff\xe0", "photo", "unsupported-format"),
        (b"\x1f\x8b\x08\x00", "a.json.gz", "unsupported-format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "unsupported-format"),
        (b"{\\rtf1 hello}", "a.rtf", "unsupported-format"),
        (b"caf\xc3\xa9 and \xff\xfe broken", "a.txt", "not-utf8"),
        (b"\xc3\x28", "a.txt", "not-utf8"),
        (b'{"title": "\xff", "text": "x"}', "a.json", "not-utf8"),
        (b"x" * (MAX_TEXT_CODE_POINTS + 1), "a.txt", "too-long"),
        (b"<html><script>alert(1)</script></html>", "a.html", "no-text"),
        (b"<p>\xe2\x80\x8b</p>", "a.html", "no-text"),
        (b"{", "a.json", "malformed-json"),
        (b"null", "a.json", "unsupported-format"),
        (b"[]", "a.json", "no-text"),
        (b"[" * 100_000, "a.json", "too-deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "a.json", "too-deep"),
        (b"[" * 100_000 + b"]" * 100_000, "a.jsonl", "too-deep"),
        (b"<div>" * 100_000 + b"text", "a.html", "too-deep"),
    ],
)
def test_refusals(data, name, code):
    start = time.process_time()
    failure = failure_of(data, name)
    assert failure.code == code
    assert failure.name.startswith(name)
    assert failure.detail
    assert time.process_time() - start < 3


def test_unsupported_input_is_told_what_is_supported():
    assert "NewsML-G2" in failure_of(b"RIFF\x00\x00\x00\x00WAVE", "a.wav").detail


def test_an_item_over_the_byte_limit_is_refused_without_reading_it_all():
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            return offset

        def read(self, size: int = -1) -> bytes:
            assert size >= 0
            self.given += size
            return b"x" * size

    stream = Endless()
    (outcome,) = parse(cast("BinaryIO", stream), name="a.txt")
    assert isinstance(outcome, ParseFailure)
    assert outcome.code == "too-large"
    assert stream.given < 2 * MAX_ITEM_BYTES


def test_the_same_from_bytes_path_and_stream(tmp_path):
    data = "Títle\n\nBody 😀".encode()
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    found = [list(parse(given, name="a.txt")) for given in (data, path, io.BytesIO(data))]
    assert found[0] == found[1] == found[2]


def test_a_missing_file_is_a_failure(tmp_path):
    assert failure_of(tmp_path / "gone.txt", "gone.txt").code == "unreadable"


@pytest.mark.parametrize(
    ("data", "name", "content_type", "expected"),
    [
        (b"Hello", "a.txt", None, "plain"),
        (b"Hello", "noname", None, "plain"),
        (b'{"a": 1}', "a.txt", None, "json"),
        (b'{"a": 1}\n{"a": 2}\n', "a.txt", None, "jsonl"),
        (b"{Aside} he said", "a.txt", None, "plain"),
        (b"<!doctype html><p>x", "a.txt", None, "html"),
        (b"<?xml version='1.0'?><rss/>", "a.txt", None, "xml"),
        (b"{}", "noname", None, "json"),
        (b"# T", "a.md", None, "markdown"),
        (b"<!DOCTYPE html><p>x", "noname", None, "html"),
        (b"<p>x", "noname", "text/html; charset=utf-8", "html"),
        (b"<?xml version='1.0'?><rss/>", "noname", None, "xml"),
        (b"<rss/>", "a.html", None, "xml"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html/>", "a.xml", None, "html"),
        (b"a,b\n1,2", "a.csv", None, "csv"),
        (b"%PDF-1.4", "a.txt", None, "pdf"),
        (b"PK\x03\x04", "a.docx", None, "zip"),
    ],
)
def test_detection(data, name, content_type, expected):
    assert detect_format(data, name=name, content_type=content_type) == expected


@pytest.mark.parametrize(
    ("data", "name", "content_type", "title"),
    [
        ("Títle\n\nBody".encode("utf-16"), "a.txt", None, "Títle"),
        ("Títle\n\nBody".encode("utf-8-sig"), "a.txt", None, "Títle"),
        ("Títle\n\nBody".encode("cp1252"), "a.txt", "text/plain; charset=iso-8859-1", "Títle"),
        ("<meta charset=windows-1251><title>Привет</title><p>Мир".encode("cp1251"), "a.html", None, "Привет"),
        ("<title>東京</title><p>記事".encode("shift_jis"), "a.html", "text/html; charset=Shift_JIS", "東京"),
        (b"Title\r\n\r\nBody\x00", "a.txt", None, "Title"),
    ],
)
def test_encodings(data, name, content_type, title):
    assert article_of(data, name, content_type).title == title


WIDE = [
    "The bridge\n\nIt cost 40 million euros, the mayor said on Monday. 😀",
    "Мост\n\nЯк сказав міністр, міст коштував 40 мільйонів.",
    "الجسر\n\nقال الوزير إن الجسر كلّف 40 مليونا.",
    "大桥\n\n市长称，大桥耗资 4000 万欧元。一年后完工。\n\n没有人反对。",
    "पुल\n\nमंत्री ने कहा कि पुल की लागत 40 करोड़ थी।",
]


@pytest.mark.parametrize("text", WIDE)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_a_mark_are_known_by_their_zero_bytes(text, encoding):
    article = article_of(text.encode(encoding), "a.txt")
    assert article.canonical.text == text
    item = f'{{"title": "T", "text": {json.dumps(text, ensure_ascii=False)}}}'
    assert text in article_of(item.encode(encoding), "noname").canonical.text
    table = f'title,text\nT,"{text}"'
    assert text in article_of(table.encode(encoding), "a.csv").canonical.text
    page = f"<html><title>T</title><article><p>{text}</p></article></html>"
    assert text[:2] in article_of(page.encode(encoding), "noname").canonical.text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("市长称大桥耗资四千万欧元而没有人反对".encode("utf-16-le"), "not-utf8"),  # nothing tells the byte order
        (bytes(range(256)) * 8, "binary"),
        (b"".join(number.to_bytes(2, "little") for number in range(900)), "binary"),
        (WIDE[0].encode("utf-16-le")[:-1], "not-utf8"),
        (WIDE[0].encode("utf-16-le")[:40] + b"\x00\xd8" + WIDE[0].encode("utf-16-le"), "binary"),
    ],
)
def test_what_only_looks_like_a_wide_encoding_is_refused(data, code):
    assert failure_of(data, "a.txt").code == code


def test_an_undeclared_legacy_encoding_is_read_only_when_sure_and_said():
    text = "Le président a déclaré à Genève que l'économie était résiliente, après une année très difficile pour tous."
    article = article_of(f"Économie\n\n{text}".encode("cp1252"), "a.txt")
    assert text in article.canonical.text
    assert "cp1252" in article.extra["warnings"][0]


@settings(deadline=None)
@given(
    data=st.binary(max_size=400),
    name=st.sampled_from(["a.txt", "a.html", "a.json", "a.jsonl", "a.xml", "a.csv", "a.md", "a"]),
)
def test_any_bytes_are_an_article_or_a_refusal(data, name):
    for outcome in parse(data, name=name):
        assert isinstance(outcome, ParsedArticle | ParseFailure)
        assert not (isinstance(outcome, ParseFailure) and outcome.code == "unreadable"), outcome


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"<html><title>" + b"a - " * 600_000 + b"</title><p>words</p></html>", "a.html", "too-long"),
        (b"<rss><channel>" + b"<item></item>" * 260_000, "a.xml", "too-large"),
        (b"<nitf><body>" + b"<p></p>" * 260_000, "a.xml", "too-large"),
    ],
)
def test_what_would_take_minutes_or_much_memory_is_refused_at_once(data, name, code):
    begun = time.process_time()
    (refusal,) = parse(data, name=name)
    assert refusal.code == code
    assert time.process_time() - begun < 5


def test_huge_json_ld_is_data_and_left_out():
    script = (
        b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"' + b"x" * 1_100_000 + b'"}</script>'
    )
    (article,) = parse(
        b"<html><title>T</title>" + script + b"<article><h1>T</h1><p>Words.</p></article>", name="a.html"
    )
    assert article.title == "T"
