"""offsets.js: code points of the revision to DOM points and back, judged by Python's own counting."""

import random

import pytest

from tests.e2e.js.articles import TROUBLE, text_of
from tests.e2e.js.conftest import Harness

pytestmark = pytest.mark.e2e

INDEX = "m.createOffsets(document.querySelector('article'))"


def test_every_stretch_is_the_same_text_in_python_and_in_the_page(js: Harness) -> None:
    text = text_of(TROUBLE)
    pairs = [(a, b) for a in range(len(text)) for b in range(a + 1, min(a + 9, len(text) + 1))]
    js.open_article(TROUBLE)
    code = f"(m, pairs) => {{ const o = {INDEX}; return pairs.map(([a, b]) => o.slice(a, b)); }}"
    assert js.run("reader/text/offsets.js", code, pairs) == [text[a:b] for a, b in pairs]


def test_ranges_hold_the_words_without_the_gaps_and_lead_back_to_their_offsets(js: Harness) -> None:
    text = text_of(TROUBLE)
    random.seed(7)
    inner = [n for n in range(len(text)) if text[n] != "\n"]
    pairs = [sorted(random.sample(inner, 2)) for _ in range(300)]
    js.open_article(TROUBLE)
    code = f"""(m, pairs) => {{ const o = {INDEX}; return pairs.map(([a, b]) => {{
      const r = o.rangeOf(a, b + 1);
      return [r.toString(), o.pointToOffset(r.startContainer, r.startOffset, 'start'),
              o.pointToOffset(r.endContainer, r.endOffset, 'end')];
    }}); }}"""
    for (a, b), (shown, start, end) in zip(pairs, js.run("reader/text/offsets.js", code, pairs), strict=True):
        # Between blocks the page has its own white space; inside a block every character counts.
        assert "".join(shown.split()) == "".join(text[a : b + 1].split())
        assert (start, end) == (a, b + 1)


@pytest.mark.parametrize(
    ("where", "bias", "expected"),
    [
        ("[document.body, 0]", "start", "first"),
        ("[document.body, document.body.childNodes.length]", "end", "end"),
        ("[document.querySelector('article'), 0]", "start", "first"),
        ("[document.querySelector('ul'), 0]", "start", "list"),
        ("[document.querySelector('ul'), 0]", "end", "before-list"),
        ("[document.querySelector('article'), document.querySelector('article').childNodes.length]", "start", "end"),
    ],
)
def test_points_outside_blocks_go_to_the_neighbour(js: Harness, where: str, bias: str, expected: str) -> None:
    js.open_article(TROUBLE)
    starts, at = [], 0
    for _, block in TROUBLE:
        starts.append(at)
        at += len(block) + 2
    places = {"first": 0, "end": len(text_of(TROUBLE)), "list": starts[3], "before-list": starts[3] - 2}
    code = f"(m, bias) => {INDEX}.pointToOffset(...{where}, bias)"
    assert js.run("reader/text/offsets.js", code, bias) == places[expected]


def test_nested_marks_do_not_move_an_offset(js: Harness) -> None:
    js.open_article(TROUBLE)
    code = f"""(m) => {{ const o = {INDEX}; const block = o.blocks[1].element; const text = block.textContent;
      const mark = document.createElement('mark'); mark.textContent = text.slice(3, 9);
      block.replaceChildren(text.slice(0, 3), mark, text.slice(9));
      return [o.rangeOf(o.blocks[1].start + 2, o.blocks[1].start + 12).toString(),
              o.pointToOffset(mark.firstChild, 2) - o.blocks[1].start]; }}"""
    assert js.run("reader/text/offsets.js", code) == [TROUBLE[1][1][2:12], 5]


def test_a_page_that_contradicts_its_offsets_is_noticed(js: Harness) -> None:
    js.open_article(TROUBLE)
    assert js.run("reader/text/offsets.js", f"(m) => {INDEX}.mismatches()") == []
    js.page.evaluate("document.querySelector('p').append('!')")
    assert len(js.run("reader/text/offsets.js", f"(m) => {INDEX}.mismatches()")) == 1


def test_empty_and_outside_stretches_have_no_range(js: Harness) -> None:
    js.open_article(TROUBLE)
    code = f"(m, pairs) => pairs.map(([a, b]) => {INDEX}.rangeOf(a, b))"
    end = len(text_of(TROUBLE))
    assert js.run("reader/text/offsets.js", code, [[5, 5], [9, 3], [-1, 4], [end, end + 4]]) == [None] * 4
