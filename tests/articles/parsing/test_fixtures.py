"""Every sample file of the formats' own test suites is imported or refused with a reason, and never hurts another."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from articles.parsing import ParsedArticle, ParseFailure, parse
from articles.text.canonical import normalise_inline


def outcomes(path: Path) -> list[Any]:
    return list(parse(path, name=path.name))


@pytest.mark.parametrize(
    "folder", ["ninjs", "newsml-g2", "feeds", "naughty", "json", "csv", "claimreview", "articles-18f"]
)
def test_every_file_is_taken_or_refused_with_a_reason(folder, shared_dir, caplog):
    caplog.set_level(logging.ERROR, logger="articles.parsing.registry")
    paths = [path for path in sorted((shared_dir / "fixtures" / folder).rglob("*")) if path.is_file()]
    assert paths
    for path in paths:
        found = outcomes(path)
        assert found, path
        for outcome in found:
            assert_whole(outcome, path)
    assert not caplog.records


def assert_whole(outcome: ParsedArticle | ParseFailure, path: Path) -> None:
    if isinstance(outcome, ParseFailure):
        assert outcome.code not in {"unreadable", "invalid"}, (path, outcome)
        assert len(outcome.detail) > 20, (path, outcome)
        return
    canonical = outcome.canonical
    assert canonical.text, path
    assert outcome.title, path
    assert outcome.raw, path
    assert "\n\n".join(canonical.of(block) for block in canonical.blocks) == canonical.text
    assert outcome.published_at is None or outcome.published_at.tzinfo, path


def test_ninjs_that_should_pass_and_has_words_becomes_an_article(shared_dir):
    suite = shared_dir / "fixtures" / "ninjs" / "validation" / "test_suite"
    checked = 0
    for path in sorted(suite.rglob("should_pass/*.json")):
        item = json.loads(path.read_bytes())
        keys = ("headline", "body", "headlines", "bodies", "description")
        has_words = any(key.startswith(keys) and value for key, value in item.items())
        (outcome,) = outcomes(path)
        if has_words:
            assert isinstance(outcome, ParsedArticle), (path, outcome)
            assert outcome.external_id == item["uri"]
            checked += 1
        elif isinstance(outcome, ParseFailure):
            assert outcome.code == "no-text", (path, outcome)
    assert checked > 30


@pytest.mark.parametrize(
    ("name", "language", "blocks", "byline"),
    [
        ("examples/2.1/dpa_text.json", "de", 5, "Von Christian Hollmann, dpa"),
        ("examples/3.0/tt_text_image_3.json", "sv", 5, ""),
        ("examples/1.4/ninjsExComplex1.json", "en", 2, "Paulo Santalucia and Frances d'Emilio"),
        ("examples/3.0/ntb_text.json", "nb-NO", 2, "NTB"),
    ],
)
def test_ninjs_of_agencies(name, language, blocks, byline, shared_dir):
    path = shared_dir / "fixtures" / "ninjs" / name
    item = json.loads(path.read_bytes())
    (article,) = outcomes(path)
    headline = item.get("headline") or item["headlines"][0]["value"]
    assert (article.title, article.language, article.byline) == (headline.strip(), language, byline)
    assert len(article.canonical.blocks) >= blocks
    assert article.published_at
    assert "<" not in article.canonical.text


def test_newsml_g2_text_items(shared_dir):
    examples = shared_dir / "fixtures" / "newsml-g2" / "examples"
    (article,) = outcomes(examples / "LISTING_2_NewsML-G2_Text_Document.xml")
    assert article.external_id == "urn:newsml:acmenews.com:20161121:US-FINANCE-FED"
    assert (article.origin_name, article.byline, article.language) == ("Associated Press", "Meredith Jameson", "en-US")
    assert article.source_name == "Acme News and Media LLC"
    assert len(article.canonical.blocks) == 3
    assert "\n" not in article.canonical.of(article.canonical.blocks[1])
    (story,) = outcomes(examples / "LISTING_22_Sports_story_in_NewsML-G2NITF.xml")
    assert [block.role for block in story.canonical.blocks[:3]] == ["headline", "standfirst", "body"]
    assert len(story.canonical.blocks) == 8


@pytest.mark.parametrize(
    ("name", "reason"),
    [("LISTING_18_Planning_Item_at_PCL.xml", "plan"), ("LISTING_6_Simple_NewsML-G2_Package.xml", "package")],
)
def test_newsml_items_without_text_say_what_they_are(name, reason, shared_dir):
    (failure,) = outcomes(shared_dir / "fixtures" / "newsml-g2" / "examples" / name)
    assert failure.code == "no-text"
    assert reason in failure.detail


def test_feed_encodings(shared_dir):
    folder = shared_dir / "fixtures" / "feeds"
    for name in ("utf-16le-bom.xml", "utf-32be-bom.xml", "big5.xml"):
        assert outcomes(folder / "encoding" / name)


def test_naughty_strings_go_through_the_canonical_text(shared_dir):
    strings = json.loads((shared_dir / "fixtures" / "naughty" / "blns.json").read_bytes())
    lines = "\n".join(json.dumps({"title": "T", "text": text, "id": str(n)}) for n, text in enumerate(strings))
    found = list(parse(lines.encode(), name="naughty.jsonl"))
    assert len(found) == len(strings)
    for outcome, text in zip(found, strings, strict=True):
        if isinstance(outcome, ParseFailure):
            assert outcome.code == "no-text"
            assert not normalise_inline(text), (text, outcome)


def test_articles_of_the_same_words_in_markdown_and_text_agree(shared_dir):
    folder = shared_dir / "fixtures" / "articles-18f"
    for path in sorted(folder.glob("*.md"))[:20]:
        (markdown,), (text,) = outcomes(path), outcomes(path.with_suffix(".txt"))
        assert abs(len(markdown.canonical.text) - len(text.canonical.text)) < 0.25 * len(text.canonical.text) + 100, (
            path
        )
