"""Real revisions with gold spans, and the quotes that the Hypothesis client tests its own anchoring with."""

import json
from collections import Counter
from itertools import pairwise

import pytest
from lxml import html

from annotations.anchoring import RevisionDiff
from annotations.quotes import find_quote
from annotations.typography import fold
from bench.anchoring import outcome
from core.diff.words import word_diff

UPSTREAM = "fixtures/anchoring-upstream-tests/hypothesis-anchoring/src/annotator/anchoring/test/html-baselines"


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_gold_spans_of_real_revisions(shared_dir):
    folder = shared_dir / "fixtures" / "anchoring"
    diffs = {row["pair"]: RevisionDiff(row["old_text"], row["new_text"]) for row in rows(folder / "pairs.dev.jsonl")}
    texts = {row["pair"]: row["new_text"] for row in rows(folder / "pairs.dev.jsonl")}
    results: Counter[str] = Counter()
    duplicates: Counter[str] = Counter()
    for quote in rows(folder / "quotes.dev.jsonl"):
        anchor = diffs[quote["pair"]].place(quote["start"], quote["end"])
        gold = None if quote["gold_start"] is None else (quote["gold_start"], quote["gold_end"])
        result = outcome(quote["kind"], gold, anchor)
        results[result] += 1
        duplicates[result] += quote["kind"] == "duplicate"
        if anchor.status in {"placed", "moved"}:
            assert fold(anchor.exact).strip() == fold(quote["exact"]).strip()
        if anchor.exact is not None:
            assert texts[quote["pair"]][anchor.start : anchor.end] == anchor.exact
    assert results["right"] / results.total() >= 0.96
    assert results["wrong"] / results.total() <= 0.01
    assert duplicates["right"] / duplicates.total() >= 0.95


def upstream_quotes(folder):
    for name in ("minimal", "wikipedia-regression-testing"):
        document = html.fromstring((folder / f"{name}.html").read_text())
        for row in json.loads((folder / f"{name}.json").read_text())["rows"]:
            for selector in row["target"][0]["selector"]:
                if selector["type"] == "TextQuoteSelector":
                    yield document.text_content(), selector


def test_the_quotes_of_the_hypothesis_client_are_found(shared_dir):
    quotes = list(upstream_quotes(shared_dir / UPSTREAM))
    assert len(quotes) == 6
    for text, selector in quotes:
        (found,) = find_quote(text, selector["exact"], selector.get("prefix", ""), selector.get("suffix", ""))
        assert fold(found.exact) == fold(selector["exact"]).strip()
        assert fold(text[: found.start]).rstrip().endswith(fold(selector["prefix"]).strip()[-12:])


@pytest.mark.parametrize(
    ("exact", "count"),
    [
        ("Pellentesque habitant morbi tristique senectus et netus et malesuada fames ac turpis egestas.", 1),
        ("Donec non enim in turpis pulvinar facilisis.", 1),
        ("sit amet", 4),
        ("tortor commodo", 0),
    ],
)
def test_a_quote_across_elements_and_line_breaks(shared_dir, exact, count):
    page = shared_dir / "fixtures/anchoring-upstream-tests/dom-anchor-text-quote/test/fixtures/test.html"
    text = html.fromstring(page.read_text()).text_content()
    assert len(find_quote(text, exact)) == count


def test_naughty_strings_are_placed_found_and_diffed(shared_dir):
    strings = json.loads((shared_dir / "fixtures/naughty/blns.json").read_text())
    assert len(strings) > 400
    for one, other in pairwise(strings):
        old, new = f"Before {one} after. {other}", f"{other} and before {one} after. {one}"
        hunks = word_diff(old, new)
        assert "".join(text for operation, text in hunks if operation != "delete") == new
        anchor = RevisionDiff(old, new).place(0, len(old))
        assert anchor.exact is None or new[anchor.start : anchor.end] == anchor.exact
        assert all(c.exact == new[c.start : c.end] for c in find_quote(new, one, "before "))
