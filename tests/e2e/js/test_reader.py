"""The reader as a whole: a small desk behind it that keeps marks, as the server's views do."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.js.articles import TROUBLE, cards_of, reader_html, span, span_of, text_of
from tests.e2e.js.conftest import Harness
from tests.e2e.js.server import Answer, HarnessServer, Request

pytestmark = pytest.mark.e2e

TEXT = text_of(TROUBLE)
ONE = span_of(TROUBLE, "words, then", "c1", label="First claim")
TWO = span_of(TROUBLE, "last words", "c2", label="Second claim")
INNER = span_of(TROUBLE, "then", "c3", label="Inner claim")
PINNED = {"id": "c1", "statement": "First claim"}


@dataclass
class Desk:
    """Answers as the reader's views must: marks with an undo, the state with an ETag."""

    server: HarnessServer
    spans: list[dict[str, Any]]
    pinned: dict[str, str] | None = None
    revision: int = 3
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    card_extra: str = ""

    def __post_init__(self) -> None:
        self.server.routes["GET /marks"] = self.state
        for name in ("claims", "appearances", "evidence"):
            self.server.routes[f"POST /marks/{name}"] = self.mark
        self.server.routes["POST /acts/undo/"] = self.undo

    def state(self, request: Request) -> Answer:
        etag = f'"{hash((str(self.spans), str(self.pinned), self.revision, self.card_extra))}"'
        if request.headers["If-None-Match"] == etag:
            return Answer(status=304, headers={"ETag": etag})
        header = request.headers["Reader-Has"]
        has = [header[at : at + 8] for at in range(0, len(header), 8)]
        cards = [
            [has.index(card["stamp"]), has.index(card["stamp"]) + 1] if card["stamp"] in has else card
            for card in cards_of(self.spans, self.card_extra)
        ]
        fragments = {"pinned-claim": (self.pinned or {}).get("statement", "")}
        data = {"revision": self.revision, "pinned": self.pinned, "cards": cards, "fragments": fragments}
        return Answer(data, headers={"ETag": etag})

    def mark(self, request: Request) -> Answer:
        form = request.form
        start, end = int(form["start"]), int(form["end"])
        if TEXT[start:end] != form["exact"]:
            return Answer({"detail": f"These words do not stand there; {TEXT[start:end]!r} does."}, status=422)
        self.posts.append((request.path, form))
        group = f"evidence-{form['stance']}" if "stance" in form else "claim-marked"
        new = span(start, end, form.get("claim", f"new{len(self.posts)}"), group=group, label=form["exact"])
        self.spans = [*self.spans, new]
        return Answer(
            {"message": "Marked.", "undo": {"url": "/acts/1/undo/"}, "spans": [new], "claim": new["claim"]}, status=201
        )

    def undo(self, request: Request) -> Answer:
        assert request.headers["X-CSRFToken"] == "token-of-the-page"
        self.spans = self.spans[:-1]
        return Answer({"message": "Undone.", "act": "1"})


def open_reader(
    js: Harness, spans: list[dict[str, Any]], *, pinned: dict[str, str] | None = None, query: str = ""
) -> tuple[Page, Desk]:
    desk = Desk(js.server, spans, pinned)
    page = js.open(reader_html(TROUBLE, spans, pinned=pinned), query=query)
    js.wait("document.querySelector('.selection-bar') !== null")
    return page, desk


SELECT = """(exact) => {
  for (const block of document.querySelectorAll('[data-start]')) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(exact);
      if (at >= 0) return document.getSelection().setBaseAndExtent(node, at, node, at + exact.length);
    }
  }
  throw new Error('no such words');
}"""
PAINT = "(group) => [...(CSS.highlights.get(group) ?? [])].map(String)"
BAR = "document.querySelector('.selection-bar:not([hidden])') !== null"


def select(js: Harness, exact: str) -> None:
    js.page.evaluate(SELECT, exact)
    js.wait(BAR)


def test_select_and_c_makes_a_claim_and_u_takes_it_back(js: Harness) -> None:
    page, desk = open_reader(js, [ONE])
    select(js, "last words")
    page.keyboard.press("c")
    js.wait("document.querySelectorAll('.claim-card').length === 2")
    assert desk.posts[0][0] == "/marks/claims"
    start = TEXT.index("last words")
    expected = {"revision": "3", "start": str(start), "end": str(start + 10), "exact": "last words"}
    assert desk.posts[0][1] == expected
    js.wait("document.querySelector('#claim-new1.is-active') !== null")
    assert page.evaluate(PAINT, "active") == ["last words"]
    assert page.locator(".selection-bar").is_hidden()
    page.keyboard.press("u")
    js.wait("document.querySelectorAll('.claim-card').length === 1")
    assert page.evaluate(PAINT, "claim-marked") == ["words, then"]
    assert page.evaluate(PAINT, "active") == []


def test_the_bar_by_mouse_with_words_wider_than_sixteen_bits(js: Harness) -> None:
    page, desk = open_reader(js, [])
    select(js, "\U0001f600 here")
    page.locator(".selection-bar [data-action=claim]").click()
    js.wait("document.querySelectorAll('.claim-card').length === 1")
    assert desk.posts[0][1]["exact"] == "\U0001f600 here"


def test_also_here_and_evidence_want_a_pinned_claim(js: Harness) -> None:
    page, desk = open_reader(js, [ONE])
    select(js, "last words")
    for key in ("a", "e"):
        page.keyboard.press(key)
    assert page.locator(".toast").count() == 2
    assert desk.posts == []
    assert page.evaluate("String(document.getSelection())") == "last words"


def test_evidence_in_two_keys(js: Harness) -> None:
    page, desk = open_reader(js, [ONE], pinned=PINNED)
    select(js, "last words")
    page.keyboard.press("r")
    assert desk.posts == [], "a stance without the question does nothing"
    page.keyboard.press("e")
    shown = page.locator(".selection-bar button:visible").all_inner_texts()
    assert [label.split() for label in shown] == [["Supports", "s"], ["Refutes", "r"], ["Context", "x"]]
    page.keyboard.press("r")
    js.wait("document.querySelectorAll('.claim-card').length === 2")
    path, form = desk.posts[0]
    assert (path, form["claim"], form["stance"], form["exact"]) == ("/marks/evidence", "c1", "refutes", "last words")
    js.wait("CSS.highlights.get('evidence-refutes')?.size === 1")


def test_also_here_adds_an_appearance_of_the_pinned_claim(js: Harness) -> None:
    page, desk = open_reader(js, [ONE], pinned=PINNED)
    select(js, "Crime")
    page.keyboard.press("a")
    js.wait("document.querySelectorAll('.toast').length === 1")
    assert [(path, form["claim"]) for path, form in desk.posts] == [("/marks/appearances", "c1")]


def test_tab_enters_the_bar_arrows_walk_escape_leaves(js: Harness) -> None:
    page, _ = open_reader(js, [ONE], pinned=PINNED)
    select(js, "last words")
    page.keyboard.press("Tab")
    active = "document.activeElement.dataset.action ?? document.activeElement.id"
    assert page.evaluate(active) == "claim"
    assert page.evaluate("String(document.getSelection())") == "last words"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(active) == "evidence"
    page.keyboard.press("Enter")
    assert page.evaluate(active) == "supports"
    page.keyboard.press("Escape")
    assert page.locator(".selection-bar [data-action=claim]").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".selection-bar").is_hidden()
    assert page.evaluate(active) == "article-text"


@pytest.mark.parametrize("width", [1280, 360])
def test_the_bar_stays_inside_the_window(js: Harness, width: int) -> None:
    page, _ = open_reader(js, [])
    page.set_viewport_size({"width": width, "height": 700})
    for exact in ("Crime", "minister", "last words", "قال"):
        select(js, exact)
        page.wait_for_timeout(80)
        box = page.locator(".selection-bar").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert 0 <= box["y"] <= 700 - box["height"]


def test_a_refusal_takes_the_paint_back_and_says_what_stands_there(js: Harness) -> None:
    page, _ = open_reader(js, [])
    refusal = Answer({"detail": "These words changed; “other” stands there now."}, status=422)
    js.server.routes["POST /marks/claims"] = lambda _: refusal
    select(js, "last words")
    page.keyboard.press("c")
    message = page.locator(".toast[data-kind=error]").inner_text()
    assert "stands there now" in message
    assert "Nothing was saved" in message
    assert page.evaluate(PAINT, "claim-marked") == []


def test_without_a_server_the_mark_can_be_tried_again(js: Harness, errors: list[str]) -> None:
    page, desk = open_reader(js, [])
    page.context.set_offline(True)
    select(js, "last words")
    page.keyboard.press("c")
    again = page.locator(".toast .toast-action")
    assert again.inner_text() == "Try again"
    page.context.set_offline(False)
    again.click()
    js.wait("document.querySelectorAll('.claim-card').length === 1")
    assert desk.posts[0][1]["exact"] == "last words"


def test_j_and_k_walk_with_focus_paint_and_voice(js: Harness) -> None:
    page, _ = open_reader(js, [ONE, TWO])
    focused = "document.activeElement.id"
    page.keyboard.press("j")
    assert page.evaluate(focused) == "claim-c1"
    assert page.evaluate(PAINT, "active") == ["words, then"]
    js.wait("document.getElementById('live-region').textContent === 'Claim 1 of 2: First claim'")
    page.keyboard.press("j")
    assert page.evaluate(focused) == "claim-c2"
    page.keyboard.press("j")
    js.wait("document.getElementById('live-region').textContent === 'That was the last claim.'")
    page.keyboard.press("k")
    assert page.evaluate(focused) == "claim-c1"


def test_cards_stand_beside_their_words_and_never_overlap(js: Harness) -> None:
    spans = [ONE, INNER, span_of(TROUBLE, "Plain", "c4"), span_of(TROUBLE, "10", "c5"), TWO]
    page, _ = open_reader(js, spans)
    placed = "document.querySelector('.claim-card').style.translate !== ''"
    js.wait(f"document.querySelector('.reader-margin.is-aligned') && {placed}")
    # they glide there
    js.wait("""(() => {
      const boxes = [...document.querySelectorAll('.claim-card')].map((card) => card.getBoundingClientRect());
      const words = document.querySelector('article p').getBoundingClientRect();
      return boxes.length === 5 && Math.abs(boxes[0].top - words.top) < 40
        && boxes.every((box, i) => i === 0 || boxes[i - 1].bottom <= box.top);
    })()""")
    page.set_viewport_size({"width": 500, "height": 800})
    js.wait("!document.querySelector('.reader-margin').classList.contains('is-aligned')")
    assert page.evaluate("document.querySelector('.claim-card').style.translate") == ""


def test_a_press_on_words_opens_their_claim_and_asks_where_two_overlap(js: Harness) -> None:
    page, _ = open_reader(js, [ONE, INNER])
    place = """(exact) => { const node = document.querySelector('article p').firstChild; const at = node.data.indexOf(exact);
      const r = document.createRange(); r.setStart(node, at); r.setEnd(node, at + exact.length);
      const b = r.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }"""
    page.mouse.move(*page.evaluate(place, "words"))
    js.wait("document.querySelector('#claim-c1.is-active') !== null")
    page.mouse.move(5, 5)
    js.wait("document.querySelector('.is-active') === null")
    page.mouse.click(*page.evaluate(place, "words"))
    assert page.evaluate("document.activeElement.id") == "claim-c1"
    page.mouse.click(*page.evaluate(place, "then"))
    items = page.locator("[role=menuitem]")
    assert items.all_inner_texts() == ["Inner claim", "First claim"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "claim-c1"


def test_the_quote_field_finds_places_and_marks_without_a_selection(js: Harness) -> None:
    page, desk = open_reader(js, [])
    page.locator("[name=quote]").fill("crime  " + TROUBLE[0][1].split()[1] + " doesn’t")
    assert page.locator("[data-quote-form] output").inner_text() == "1 of 1"
    assert page.evaluate(PAINT, "search") == [" ".join(TROUBLE[0][1].split()[:3])]
    page.locator("[name=quote]").fill("words")
    assert page.locator("[data-quote-form] output").inner_text() == "1 of 2"
    page.locator("[data-quote-step]").click()
    assert page.locator("[data-quote-form] output").inner_text() == "2 of 2"
    page.locator("[data-quote-form] [data-action=claim]").click()
    js.wait("document.querySelectorAll('.claim-card').length === 1")
    assert int(desk.posts[0][1]["start"]) == TEXT.index("words of all")
    page.locator("[name=quote]").fill("nowhere")
    assert "are not in this article" in page.locator("[data-quote-form] output").inner_text()


def test_marks_of_others_arrive_within_seconds_and_disturb_nobody(js: Harness) -> None:
    page, desk = open_reader(js, [ONE])
    page.evaluate("window.body = document.querySelector('article').firstElementChild.firstChild")
    page.keyboard.press("j")
    page.evaluate("window.card = document.activeElement")
    select(js, "Crime")
    desk.spans = [*desk.spans, TWO]
    js.wait("document.getElementById('claim-c2') !== null")
    assert page.evaluate("String(document.getSelection())") == "Crime"
    assert page.evaluate("document.activeElement === window.card && window.card.isConnected")
    assert page.evaluate("document.querySelector('article').firstElementChild.firstChild === window.body")
    js.wait("CSS.highlights.get('claim-marked').size + CSS.highlights.get('active').size === 2")


def test_words_being_typed_in_a_card_survive_its_refresh(js: Harness) -> None:
    extra = '<form data-live method="post" action="/rename"><textarea name="statement">old</textarea></form>'
    page, desk = open_reader(js, [])
    desk.card_extra, desk.spans = extra, [ONE]
    select(js, "Crime")
    page.keyboard.press("c")
    js.wait("document.querySelectorAll('.claim-card textarea').length === 2")
    page.locator("#claim-c1 textarea").fill("being typed")
    desk.card_extra = extra.replace("old", "newer")
    js.wait("document.querySelector('#claim-new1 textarea').value === 'newer'")
    assert page.locator("#claim-c1 textarea").input_value() == "being typed"
    assert page.evaluate("document.activeElement.name") == "statement"


def test_a_form_in_a_card_is_sent_without_leaving_the_page(js: Harness) -> None:
    page, desk = open_reader(js, [ONE])
    desk.card_extra = '<form data-live method="post" action="/rename"><input name="statement" value="x"></form>'
    js.server.routes["POST /rename"] = lambda _: Answer({"message": "Renamed."})
    select(js, "Crime")
    page.keyboard.press("c")
    page.locator("#claim-c1 input").fill("better")
    page.locator("#claim-c1 input").press("Control+Enter")
    js.wait("[...document.querySelectorAll('.toast')].some((t) => t.textContent.includes('Renamed.'))")
    assert js.server.calls("POST", "/rename")[0].form == {"statement": "better"}


def test_a_changed_article_is_told_and_the_text_stays(js: Harness) -> None:
    page, desk = open_reader(js, [ONE])
    desk.revision = 4
    select(js, "Crime")
    page.keyboard.press("c")
    js.wait("document.querySelector('.toast-action')?.textContent !== undefined")
    js.wait("[...document.querySelectorAll('.toast')].some((t) => t.textContent.includes('publisher changed'))")
    assert page.locator("article h1").inner_text() == TROUBLE[0][1]


def test_links_to_exact_words_and_to_a_claim(js: Harness) -> None:
    start = TEXT.index("last words")
    page, _ = open_reader(js, [ONE], query=f"#at={start}-{start + 10}")
    js.wait("CSS.highlights.get('search')?.size === 1")
    assert page.evaluate(PAINT, "search") == ["last words"]
    page.evaluate("location.hash = '#claim-c1'")
    js.wait("document.activeElement.id === 'claim-c1'")


def test_a_page_whose_text_is_not_the_stored_text_refuses_marks(js: Harness) -> None:
    desk = Desk(js.server, [])
    broken = reader_html(TROUBLE, []).replace("Plain words", "Plain  words")
    page = js.open(broken)
    js.wait("document.querySelector('.toast[data-kind=error]') !== null")
    page.evaluate(SELECT, "Crime")
    page.wait_for_timeout(200)
    page.keyboard.press("c")
    page.wait_for_timeout(200)
    assert desk.posts == []


def test_the_same_story_with_mark_elements(js: Harness) -> None:
    page, desk = open_reader(js, [ONE], query="?marks=1")
    js.wait("document.querySelectorAll('mark').length === 1")
    select(js, "last words")
    page.keyboard.press("c")
    js.wait("document.querySelectorAll('.claim-card').length === 2")
    assert desk.posts[0][1]["exact"] == "last words"
    js.wait("[...document.querySelectorAll('mark')].some((m) => m.dataset.claims.includes('new1'))")
