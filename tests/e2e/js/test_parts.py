"""The small parts: where boxes go, how fresh HTML comes in, a touch screen, a page read from right to left."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.js.articles import TROUBLE, page_html, reader_html, span_of
from tests.e2e.js.conftest import Harness
from tests.e2e.js.server import Answer, HarnessServer
from tests.e2e.js.test_reader import Desk

pytestmark = pytest.mark.e2e

STACK = "(m, [wanted, heights, active]) => m.stack(wanted, heights, { gap: 10, active })"


@pytest.mark.parametrize(
    ("wanted", "heights", "active", "tops"),
    [
        ([], [], -1, []),
        ([5, 300], [40, 40], -1, [5, 300]),
        ([100, 100, 110], [40, 40, 40], -1, [100, 150, 200]),
        ([100, 100, 110], [40, 40, 40], 2, [10, 60, 110]),
        ([100, 100, 110, 400], [40, 40, 40, 40], 1, [50, 100, 150, 400]),
        ([0, 0, 5], [40, 40, 40], 2, [0, 50, 100]),
        ([-30, 20], [40, 40], -1, [0, 50]),
    ],
)
def test_cards_make_room_for_the_active_one(
    js: Harness, wanted: list[int], heights: list[int], active: int, tops: list[int]
) -> None:
    js.open(page_html(""))
    assert js.run("reader/place.js", STACK, [wanted, heights, active]) == tops


BOX = "(m, [rect, below]) => m.placeBeside(rect, { width: 200, height: 40 }, { width: 800, height: 600 }, { below })"


@pytest.mark.parametrize(
    ("left", "top", "below", "place"),
    [
        (400, 300, False, (350, 252)),
        (400, 300, True, (350, 328)),
        (0, 300, False, (8, 252)),
        (790, 300, False, (592, 252)),
        (400, 10, False, (350, 38)),
        (400, 570, True, (350, 522)),
    ],
)
def test_the_bar_is_placed_inside_the_view(
    js: Harness, left: int, top: int, below: bool, place: tuple[int, int]
) -> None:
    js.open(page_html(""))
    rect = {"left": left, "top": top, "bottom": top + 20, "width": 100, "height": 20}
    got = js.run("reader/place.js", BOX, [rect, below])
    assert (got["left"], got["top"]) == place


LIST = (
    "<div id='list'><div class='claim-chunk'>"
    + "".join(f"<div class='claim-card' id='{key}'><button data-action='pin'>{key}</button></div>" for key in "ab")
    + "</div><div class='claim-chunk'><div class='claim-card' id='c'><button data-action='pin'>c</button></div></div></div>"
)
APPLY = """(m, items) => { const list = document.getElementById('list');
  const cards = m.createCardList(list, ['a1', 'b1', 'c1'].map((stamp) => ({ stamp, spans: [] })));
  const nodes = [...list.querySelectorAll('.claim-card')]; document.querySelector('#b button').focus();
  const changed = cards.apply(items);
  const found = [...list.children].map((chunk) => [...chunk.children].map((c) => `${c.id}${nodes.includes(c) ? '=' : '+'}`));
  return [changed, found.map((ids) => ids.join(' ')).join(' | '),
          document.activeElement.dataset.action ?? document.activeElement.tagName, cards.stamps()]; }"""


def fresh(key: str) -> dict[str, object]:
    html = f"<div class='claim-card' id='{key}'><button data-action='pin'>new</button></div>"
    return {"stamp": f"{key}2", "html": html, "spans": []}


@pytest.mark.parametrize(
    ("items", "changed", "kept", "stamps"),
    [
        ([[0, 3]], False, "a= b= | c=", "a1b1c1"),
        ([fresh("n"), [1, 2]], True, "n+ b=", "n2b1"),
        ([fresh("b"), [0, 1], [2, 3]], True, "b+ a= | c=", "b2a1c1"),
        ([[0, 2], fresh("n"), [2, 3]], True, "a= b= | n+ c=", "a1b1n2c1"),
    ],
)
def test_fresh_cards_keep_what_did_not_change_and_the_focus(
    js: Harness, items: list[object], changed: bool, kept: str, stamps: str
) -> None:
    js.open(page_html(LIST))
    assert js.run("reader/margin/card-list.js", APPLY, items) == [changed, kept, "pin", stamps]


@pytest.fixture
def phone(js_browser: Browser, server: HarnessServer) -> Iterator[Page]:
    context = js_browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, base_url=server.url
    )
    yield context.new_page()
    context.close()


def test_a_claim_by_touch(phone: Page, server: HarnessServer) -> None:
    js = Harness(phone, server)
    desk = Desk(server, [span_of(TROUBLE, "Plain words", "c1")])
    js.open(reader_html(TROUBLE, desk.spans))
    js.wait("document.querySelector('.selection-bar') !== null")
    phone.locator("article p").last.tap()
    phone.evaluate("""() => { const text = [...document.querySelectorAll('article p')].at(-1).firstChild;
      document.getSelection().setBaseAndExtent(text, 4, text, 14); }""")
    js.wait("document.querySelector('.selection-bar:not([hidden])') !== null")
    box = phone.locator(".selection-bar").bounding_box()
    words = phone.evaluate("document.getSelection().getRangeAt(0).getBoundingClientRect().bottom")
    assert box
    assert box["y"] > words, "the system's own menu stands above the words"
    phone.locator(".selection-bar [data-action=claim]").tap()
    js.wait("document.querySelectorAll('.claim-card').length === 2")
    assert desk.posts[0][1]["exact"] == "last words"


def test_a_tap_on_words_raises_their_card(phone: Page, server: HarnessServer) -> None:
    js = Harness(phone, server)
    desk = Desk(server, [span_of(TROUBLE, "Plain words", "c1")])
    js.open(reader_html(TROUBLE, desk.spans))
    js.wait("document.querySelector('.selection-bar') !== null")
    phone.locator("article p").first.tap(position={"x": 20, "y": 12})
    card = phone.locator("#claim-c1.is-sheet")
    card.wait_for()
    box = card.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 800.5
    phone.keyboard.press("Escape")
    assert phone.locator(".is-sheet").count() == 0


QUEUE = """async ({ createQueue }) => {
  const queue = createQueue();
  const done = [];
  const slow = queue(() => new Promise((resolve) => setTimeout(resolve, 50)).then(() => done.push("slow")));
  const bad = queue(() => { throw new Error("a bug"); }).catch((error) => done.push(error.message));
  const next = queue(() => done.push("next"));
  await Promise.all([slow, bad, next]);
  return done;
}"""


def test_an_error_in_a_queue_does_not_stop_what_follows(js: Harness) -> None:
    js.open(page_html(""))
    done = js.run("ui/server/queue.js", QUEUE)
    assert done[0] == "slow", "the others waited"
    assert sorted(done[1:]) == ["a bug", "next"]


ROWS = """<ol><li class="claim-card is-row" id="claim-a" data-claim="a">a</li>
  <li class="claim-card is-row" id="claim-b" data-claim="b">b</li></ol>"""
FILL = """({ createFill }) => {
  const near = () => [...document.querySelectorAll(".claim-card")];
  createFill({ near, url: "/cards?revision=1", onFilled() {} }).look();
}"""


def test_a_row_that_the_server_no_longer_has_is_asked_for_once(js: Harness) -> None:
    whole = '<li class="claim-card" id="claim-a" data-claim="a">whole</li>'
    js.server.routes["GET /cards"] = lambda _: Answer({"cards": {"claim-a": whole}})
    page = js.open(page_html(ROWS))
    js.run("reader/margin/fill.js", FILL)
    js.wait("document.querySelector('#claim-a').textContent === 'whole'")
    js.server.requests.clear()
    page.wait_for_timeout(500)
    assert js.server.requests == [], "at 80 ms each there would be six"


KEEP = """({ keepTyped }) => {
  keepTyped();
  document.querySelector("[name=place]").click();
  document.dispatchEvent(new CustomEvent("htmx:before:swap", { detail: { ctx: {} } }));
  const form = document.querySelector("form");
  form.replaceWith(form.cloneNode(true));
  for (const input of document.querySelectorAll("[name=place]")) input.checked = input.defaultChecked;
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  return new FormData(document.querySelector("form")).get("place");
}"""


def test_a_choice_stays_when_a_part_of_the_page_is_drawn_anew(js: Harness) -> None:
    js.open(
        page_html("""<form id="f"><input type="radio" name="place" value="1">
      <input type="radio" name="place" value="2" checked></form>""")
    )
    assert js.run("screens/keep-typed.js", KEEP) == "1"


def test_right_to_left_articles_have_their_cards_on_the_other_side(js: Harness) -> None:
    spans = [span_of(TROUBLE, "80 طلبًا", "c1")]
    Desk(js.server, spans)
    page = js.open(reader_html(TROUBLE, spans).replace('<html lang="en"', '<html lang="ar" dir="rtl"'))
    js.wait("document.querySelector('.reader-margin.is-aligned') !== null")
    page.keyboard.press("j")
    assert page.evaluate("[...CSS.highlights.get('active')].map(String)") == ["80 طلبًا"]
