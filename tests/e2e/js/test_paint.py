"""paint.js and hit.js: the right words are painted, found under the pointer, and 10,000 spans stay quick."""

import random
from typing import Any

import pytest

from tests.e2e.js.articles import TROUBLE, span, span_of, text_of
from tests.e2e.js.conftest import Harness

pytestmark = pytest.mark.e2e

SETUP = """async (m, spans) => {
  const { createOffsets } = await import('/static/js/reader/text/offsets.js');
  const { createHitTester } = await import('/static/js/reader/paint/hit.js');
  window.offsets = createOffsets(document.querySelector('article'));
  window.painter = m.createPainter(window.offsets);
  window.hits = createHitTester(window.offsets);
  window.hits.setSpans(spans);
  window.painter.setSpans(spans);
  return window.painter.mode;
}"""
PAINTED = "() => Object.fromEntries([...CSS.highlights].map(([k, h]) => [k, [...h].map(String).sort()]))"
MARKED = "() => [...document.querySelectorAll('mark')].map((m) => [m.textContent, m.dataset.claims, m.dataset.groups])"
LONG = [("h1", "Many")] + [("p", f"Paragraph {n}: " + "words and more words " * 12) for n in range(200)]
A = span_of(TROUBLE, "words, then", "1")
B = span_of(TROUBLE, "then", "2", group="evidence-refutes")
ACROSS = span_of(TROUBLE, "minister\n\nPlain", "3", group="claim-published")
EMOJI = span_of(TROUBLE, "\U0001f600 here", "4", group="changed")
ARABIC = span_of(TROUBLE, "80 طلبًا", "5")
ALL = [A, B, ACROSS, EMOJI, ARABIC]


def start(js: Harness, blocks: list[tuple[str, str]], spans: list[dict[str, Any]], query: str = "") -> str:
    js.open_article(blocks, query=query)
    mode = str(js.run("reader/paint/paint.js", SETUP, spans))
    js.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))")
    return mode


def test_each_group_is_one_highlight_that_holds_its_words(js: Harness) -> None:
    assert start(js, TROUBLE, ALL) == "highlights"
    painted = js.page.evaluate(PAINTED)
    assert painted["claim-marked"] == sorted(["words, then", "80 طلبًا"])
    assert painted["evidence-refutes"] == ["then"]
    assert painted["changed"] == ["\U0001f600 here"]
    assert ["".join(one.split()) for one in painted["claim-published"]] == ["ministerPlain"]


def test_highlights_are_reused_and_unchanged_ranges_stay(js: Harness) -> None:
    start(js, TROUBLE, ALL)
    kept = """(spans) => {
      const before = CSS.highlights.get('claim-marked'); const ranges = [...before];
      window.painter.setSpans(spans);
      const after = CSS.highlights.get('claim-marked');
      return [before === after, [...after].filter((r) => ranges.includes(r)).length, after.size];
    }"""
    assert js.page.evaluate(kept, [A, ARABIC, span_of(TROUBLE, "last words", "9")]) == [True, 2, 3]


def test_the_active_claim_has_its_own_range_above_the_others(js: Harness) -> None:
    start(js, TROUBLE, ALL)
    js.page.evaluate("(spans) => window.painter.setActive(spans)", [A])
    assert js.page.evaluate(PAINTED)["active"] == ["words, then"]
    code = "() => ['active', 'search', 'changed', 'evidence-refutes', 'claim-marked'].map((g) => CSS.highlights.get(g)?.priority)"
    js.page.evaluate("(span) => window.painter.setSearch(span)", B)
    assert js.page.evaluate(code) == [4, 3, 2, 1, 0]
    js.page.evaluate("() => window.painter.setActive([])")
    assert js.page.evaluate(PAINTED)["active"] == []


def test_only_blocks_near_the_window_are_painted_and_scrolling_moves_them(js: Harness) -> None:
    text = text_of(LONG)
    spans = [span(at := text.index(f"Paragraph {n}:"), at + len(f"Paragraph {n}:"), str(n)) for n in range(200)]
    start(js, LONG, spans)
    first = js.page.evaluate(PAINTED)["claim-marked"]
    assert "Paragraph 0:" in first
    assert "Paragraph 199:" not in first
    assert len(first) < 100
    js.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    js.wait("[...CSS.highlights.get('claim-marked')].map(String).includes('Paragraph 199:')")
    assert "Paragraph 0:" not in js.page.evaluate(PAINTED)["claim-marked"]


def test_marks_are_flat_carry_all_claims_and_leave_the_text_alone(js: Harness) -> None:
    assert start(js, TROUBLE, ALL, "?marks=1") == "marks"
    assert js.page.evaluate(MARKED)[1:4] == [
        ["Plain", "3", "claim-published"],
        ["words, ", "1", "claim-marked"],
        ["then", "1 2", "claim-marked evidence-refutes"],
    ]
    assert js.page.evaluate("document.querySelectorAll('mark mark').length") == 0
    shown = js.page.evaluate("[...document.querySelectorAll('[data-start]')].map((b) => b.textContent)")
    assert shown == [block for _, block in TROUBLE]
    js.page.evaluate("() => window.painter.setSpans([])")
    assert js.page.evaluate(MARKED) == []


def test_marks_keep_the_selection_when_they_change(js: Harness) -> None:
    start(js, TROUBLE, [A], "?marks=1")
    js.page.evaluate("""() => { const { start } = window.offsets.blocks[1];
      const r = window.offsets.rangeOf(start + 2, start + 9);
      document.getSelection().setBaseAndExtent(r.endContainer, r.endOffset, r.startContainer, r.startOffset); }""")
    before = js.page.evaluate("String(document.getSelection())")
    js.page.evaluate("(spans) => window.painter.setSpans(spans)", [A, B])
    assert js.page.evaluate("String(document.getSelection())") == before == TROUBLE[1][1][2:9]


def test_server_rendered_marks_are_unwrapped_where_highlights_work(js: Harness) -> None:
    js.open_article(TROUBLE)
    js.page.evaluate("document.querySelector('p').innerHTML = 'Plain <mark>words</mark> end'")
    js.run("reader/paint/paint.js", SETUP, [])
    assert js.page.evaluate("document.querySelector('p').innerHTML") == "Plain words end"


@pytest.mark.parametrize("query", ["", "?marks=1"])
def test_the_point_over_words_finds_their_spans_shortest_first(js: Harness, query: str) -> None:
    start(js, TROUBLE, ALL, query)
    hit = """([a, b, dx, dy]) => { const r = window.offsets.rangeOf(a, b).getClientRects()[0];
      return window.hits.at(r.x + r.width / 2 + dx, r.y + r.height / 2 + dy).map((s) => s.claim); }"""
    for one, found in [(B, ["2", "1"]), (EMOJI, ["4"]), (ARABIC, ["5"])]:
        assert js.page.evaluate(hit, [one["start"], one["end"], 0, 0]) == found
    assert js.page.evaluate(hit, [A["start"], A["start"] + 5, 0, 0]) == ["1"]


def test_empty_space_beside_a_line_hits_nothing(js: Harness) -> None:
    last = span_of(TROUBLE, "of all.", "7")
    start(js, TROUBLE, [last])
    at = """([a, b, dx, dy]) => { const r = window.offsets.rangeOf(a, b).getBoundingClientRect();
      return window.hits.at(r.right + dx, r.y + r.height / 2 + dy).length; }"""
    assert js.page.evaluate(at, [last["start"], last["end"], -3, 0]) == 1
    assert js.page.evaluate(at, [last["start"], last["end"], 60, 0]) == 0
    assert js.page.evaluate(at, [last["start"], last["end"], -3, 60]) == 0


def test_intervals_agree_with_a_plain_search(js: Harness) -> None:
    random.seed(3)
    spans = [span(a := random.randrange(500), a + random.randrange(1, 120), str(n)) for n in range(300)]
    js.open_article(TROUBLE)
    code = """(m, [spans, asks]) => { const t = m.createIntervals(spans);
      return asks.map(([a, b]) => t.touching(a, b).map((s) => +s.claim)); }"""
    asks = [[a := random.randrange(620), a + random.choice([0, 0, 5, 90])] for _ in range(200)]
    for (a, b), got in zip(asks, js.run("reader/paint/intervals.js", code, [spans, asks]), strict=True):
        expected = [int(one["claim"]) for one in spans if one["start"] <= b and one["end"] >= a]
        assert sorted(got) == sorted(expected)


MEASURE = """async (m, { spans, naive }) => {
  const { createOffsets } = await import('/static/js/reader/text/offsets.js');
  const offsets = createOffsets(document.querySelector('article'));
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame(); await frame();
  const style = new CSSStyleSheet();
  if (naive) style.replaceSync(spans.map((_, i) => `::highlight(n${i}) { background-color: yellow }`).join(''));
  document.adoptedStyleSheets = [style];
  const started = performance.now();
  if (naive) spans.forEach((s, i) => CSS.highlights.set(`n${i}`, new Highlight(offsets.rangeOf(s.start, s.end))));
  else m.createPainter(offsets).setSpans(spans);
  await frame(); await frame(); await frame();
  return performance.now() - started;
}"""


@pytest.mark.parametrize("many", [4_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_many_spans_cost_a_fraction_of_one_highlight_each(js: Harness, many: int) -> None:
    blocks = [("h1", "Many")] + [("p", "word " * 200) for _ in range(200)]
    text = text_of(blocks)
    spans = [span(n * len(text) // many, n * len(text) // many + 12, str(n)) for n in range(many - 10)]
    js.page.set_default_timeout(60_000)
    js.open_article(blocks)
    grouped = js.run("reader/paint/paint.js", MEASURE, {"spans": spans, "naive": False})
    js.open_article(blocks)
    naive = js.run("reader/paint/paint.js", MEASURE, {"spans": spans, "naive": True})
    assert grouped < naive / 5, f"grouped and windowed {grouped:.0f} ms, one highlight each {naive:.0f} ms"
