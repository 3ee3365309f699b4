"""JSON and JSON Lines in the API's shape and in others'."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from articles.limits import MAX_ITEM_BYTES
from articles.parsing import ParseFailure, parse
from articles.parsing.records.json_stream import array_elements

ITEM = {
    "url": "https://Example.org/a?utm_source=x",
    "title": "Títle",
    "text": "One.\n\nTwo 😀.",
    "source": {"name": "The Paper", "domain": "paper.example"},
    "byline": "Ann Lee",
    "published_at": "2021-06-16T17:08:16+02:00",
    "language": "en_us",
}


def outcomes(document: object, name: str = "a.json") -> list[Any]:
    return list(parse(json.dumps(document).encode(), name=name))


def test_the_api_shape():
    (article,) = outcomes(ITEM)
    assert article.canonical.text == "Títle\n\nOne.\n\nTwo 😀."
    assert (article.title, article.url, article.language) == ("Títle", "https://example.org/a", "en-US")
    assert (article.source_name, article.source_domain, article.byline) == ("The Paper", "paper.example", "Ann Lee")
    assert article.published_at == datetime(2021, 6, 16, 15, 8, 16, tzinfo=UTC)
    assert json.loads(article.raw) == ITEM


@pytest.mark.parametrize(
    "item",
    [
        {"headline": "T", "articleBody": "One.\n\nTwo."},
        {"Title": "T", "Full Text": "One.\n\nTwo."},
        {"title": "T", "content": "<p>One.</p><p>Two.</p>"},
        {"title": "T", "content_html": "<p>One.</p><p>Two.</p>", "content_text": "other"},
        {"title": {"rendered": "T"}, "content": {"rendered": "<p>One.</p><p>Two.</p>"}},
        {"title": "T", "html": "", "body": "One.\n\nTwo."},
    ],
)
def test_other_names_for_the_same(item):
    (article,) = outcomes(item)
    assert [article.canonical.of(block) for block in article.canonical.blocks] == ["T", "One.", "Two."]


def test_other_names_for_the_details():
    item = {
        "id": 7,
        "text": "x y",
        "authors": [{"name": "Ann"}, "Bo"],
        "publisher": {"name": "P", "url": "https://www.p.org/"},
    }
    (article,) = outcomes({**item, "datePublished": "Wed, 16 Jun 2021 17:08:16 GMT", "link": "http://p.org/1"})
    assert (article.external_id, article.byline, article.source_name, article.source_domain) == (
        "7",
        "Ann, Bo",
        "P",
        "p.org",
    )
    assert article.published_at == datetime(2021, 6, 16, 17, 8, 16, tzinfo=UTC)
    assert article.url == "http://p.org/1"


@pytest.mark.parametrize("envelope", ["articles", "items", "results", "data"])
def test_lists_and_envelopes(envelope):
    for document in ([ITEM, ITEM], {envelope: [ITEM, ITEM]}):
        found = outcomes(document)
        assert [article.name for article in found] == ["a.json#1", "a.json#2"]
        assert json.loads(found[0].raw) == ITEM


def test_jsonl_has_an_outcome_per_line_and_a_bad_line_hurts_nobody():
    lines = [
        json.dumps(ITEM),
        "",
        "{bad",
        '"text"',
        json.dumps({"title": "no text"}),
        json.dumps({**ITEM, "url": "javascript:1"}),
    ]
    found: list[Any] = list(parse("\n".join([*lines, json.dumps(ITEM)]).encode(), name="a.jsonl"))
    assert [outcome.name for outcome in found] == [f"a.jsonl:{n}" for n in (1, 3, 4, 5, 6, 7)]
    assert [getattr(outcome, "code", "ok") for outcome in found] == [
        "ok", "malformed-json", "unsupported-format", "no-text", "invalid-url", "ok",
    ]  # fmt: skip
    assert found[0].raw == json.dumps(ITEM).encode()


def test_a_line_over_the_limit_is_refused_and_the_next_is_read():
    long = b'{"text": "' + b"x" * (2 * MAX_ITEM_BYTES) + b'"}\n'
    found = list(parse(long + json.dumps(ITEM).encode(), name="a.jsonl"))
    assert [getattr(outcome, "code", "ok") for outcome in found] == ["too-large", "ok"]


@pytest.mark.parametrize(
    ("field", "value"), [("title", ["x"]), ("text", True), ("text", {"a": 1}), ("published_at", [1])]
)
def test_a_field_of_the_wrong_kind_is_refused_by_name(field, value):
    (failure,) = outcomes({**ITEM, field: value})
    assert failure.code == "invalid-field"
    assert field in failure.detail


def test_what_cannot_be_used_is_said_and_the_article_kept():
    (article,) = outcomes({**ITEM, "published_at": "yesterday", "language": "klingon!"})
    assert (article.published_at, article.language) == (None, "")
    assert len(article.extra["warnings"]) == 2


def test_a_large_array_is_read_as_a_stream(monkeypatch):
    monkeypatch.setattr("articles.parsing.records.json_items.MAX_ITEM_BYTES", 100)
    items = [{**ITEM, "text": 'quote " bracket ] \\ } ' * n} for n in range(1, 5)]
    found = outcomes(items)
    assert [json.loads(article.raw) for article in found] == items


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1000])
def test_array_elements_at_any_chunk_size(chunk, monkeypatch):
    monkeypatch.setattr("articles.parsing.records.json_stream.CHUNK", chunk)
    items = [{"a": 'x"\\', "b": [1, {"c": "]"}]}, "s,]", 5, [], {}, "é\\u0041"]
    found = array_elements(io.BytesIO(json.dumps(items).encode()))
    assert [json.loads(element) for element in found] == items
    assert list(array_elements(io.BytesIO(b"[ ]"))) == []


@pytest.mark.parametrize("broken", [b'[{"text":"x"}', b'["a",]', b"[,]", b'["a"] x', b'["abc'])
def test_a_broken_large_array_keeps_what_came_before(broken, monkeypatch):
    monkeypatch.setattr("articles.parsing.records.json_items.MAX_ITEM_BYTES", 3)
    codes = [outcome.code for outcome in parse(broken, name="a.json") if isinstance(outcome, ParseFailure)]
    assert codes[-1] == "malformed-json"


def test_a_whole_page_in_html_gives_its_article_only():
    page = "<html><body><nav>Menu</nav><article><p>One 😀.</p><p>Two.</p></article><footer>Foot</footer></body></html>"
    (article,) = outcomes({"title": "T", "html": page})
    assert article.canonical.text == "T\n\nOne 😀.\n\nTwo."


def test_a_text_that_only_repeats_the_title_is_still_a_text():
    (article,) = outcomes({"title": "T", "text": "T"})
    assert article.canonical.text == "T"
    (failure,) = outcomes({"title": "T", "html": "<p> </p>"})
    assert failure.code == "no-text"


def test_the_json_test_suite_is_taken_or_refused_with_a_reason(shared_dir):
    for path in sorted((shared_dir / "fixtures" / "json").rglob("*.json")):
        (outcome, *_) = parse(path, name=path.name)
        assert isinstance(outcome, ParseFailure), path
        if path.name.startswith("n_"):
            assert outcome.code in {"malformed-json", "not-utf8", "too-deep", "empty-file", "binary"}, (path, outcome)
        elif path.name.startswith("y_"):
            assert outcome.code in {"unsupported-format", "no-text"}, (path, outcome)


WORDS = "The ministry sent 80 requests abroad in two years."


@pytest.mark.parametrize("shape", ["{}", "[{}]", '{{"articles": [{}]}}'])
def test_a_field_that_stands_twice_is_refused(shape):
    item = f'{{"title": "A", "title": "B", "text": "{WORDS}"}}'
    (refused,) = parse(shape.format(item).encode(), name="a.json")
    assert (refused.code, "title" in refused.detail) == ("invalid-field", True)
    # The same value twice loses nothing, nor does a name that an object inside has too.
    same = f'{{"title": "A", "title": "A", "source": {{"title": "S"}}, "text": "{WORDS}"}}'
    (read,) = parse(shape.format(same).encode(), name="a.json")
    assert (read.title, read.source_name) == ("A", "S")


def test_a_number_that_loses_digits_is_no_identity():
    one, other = parse(
        b'[{"id": 12345678901234567890123, "text": "%(t)s"}, {"id": 9007199254740993, "text": "%(t)s"}]'
        % {b"t": WORDS.encode()},
        name="a.json",
    )
    assert one.code == "invalid-field"
    assert other.external_id == "9007199254740993"


def test_json_lines_may_be_named_json():
    line = f'{{"title": "A", "text": "{WORDS}"}}\n'.encode()
    found = list(parse(line + line.replace(b"A", b"B") + b"oops\n", name="a.json"))
    assert [getattr(one, "code", "ok") for one in found] == ["ok", "ok", "malformed-json"]


def test_an_id_is_never_cut():
    refused, whole = parse(
        json.dumps([{"id": "x" * 2_001, "text": WORDS}, {"id": "x" * 2_000, "text": WORDS}]).encode(), name="a.json"
    )
    assert refused.code == "invalid-field"
    assert whole.external_id == "x" * 2_000


@pytest.mark.parametrize(
    "work",
    [
        {"type": "claim", "statement": "It is so.", "appearances": []},
        {"type": "evidence", "claim": "0190163d", "stance": "refutes", "article": "0190163d-0000", "url": ""},
        {"type": "verdict", "claim": "0190163d", "headline": "No", "rationale": "Because."},
    ],
)
def test_a_desks_work_is_no_article(work):
    (refused,) = outcomes({"id": "1", "language": "en", **work})
    assert isinstance(refused, ParseFailure)
    assert (refused.code, f"type “{work['type']}”" in refused.detail) == ("unsupported-format", True)


def test_an_article_may_have_such_a_type():
    (article,) = outcomes({**ITEM, "type": "verdict"})
    assert article.title == "Títle"
