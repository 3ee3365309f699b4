"""selection.js: what the reader selected becomes whole characters without outer white space."""

import pytest

from tests.e2e.js.articles import ACCENT, DEVANAGARI, FAMILY, FLAG, THUMB, TROUBLE, text_of
from tests.e2e.js.conftest import Harness

pytestmark = pytest.mark.e2e

OFFSETS = "(await import('/static/js/reader/text/offsets.js')).createOffsets(document.querySelector('article'))"
TEXT = text_of(TROUBLE)


def target(exact: str, start: int | None = None) -> dict[str, object]:
    at = TEXT.index(exact) if start is None else start
    return {"start": at, "end": at + len(exact), "exact": exact}


def snap(js: Harness, start: int, end: int) -> object:
    code = f"async (m, [a, b]) => m.snapTarget({OFFSETS}, a, b)"
    return js.run("reader/text/selection.js", code, [start, end])


@pytest.mark.parametrize("cluster", [FAMILY, FLAG, THUMB, ACCENT, DEVANAGARI, "\U0001d49c", "ب"])
def test_a_cut_through_a_cluster_widens_to_the_whole_cluster(js: Harness, cluster: str) -> None:
    js.open_article(TROUBLE)
    at = TEXT.index(cluster)
    for cut in range(1, len(cluster)):
        assert snap(js, at, at + cut) == target(cluster, at)
        assert snap(js, at + cut, at + len(cluster)) == target(cluster, at)


def test_outer_white_space_goes_inner_stays(js: Harness) -> None:
    js.open_article(TROUBLE)
    two_blocks = TEXT[TEXT.index("minister") : TEXT.index(" words, then")]
    at = TEXT.index(two_blocks)
    assert snap(js, at - 1, at + len(two_blocks) + 1) == target(two_blocks)
    lines = "lines \U0001f600\U0001f600"
    assert snap(js, TEXT.index(lines) - 1, TEXT.index(lines) + len(lines) + 1) == target(lines)


def test_only_white_space_is_no_target(js: Harness) -> None:
    js.open_article(TROUBLE)
    gap = TEXT.index("\n\n")
    assert snap(js, gap, gap + 2) is None
    assert snap(js, gap, gap) is None


def read(js: Harness) -> object:
    return js.run("reader/text/selection.js", f"async (m) => m.readSelection({OFFSETS})")


def test_triple_click_takes_its_own_paragraph_only(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    page.locator("article p").first.click(click_count=3)
    assert read(js) == target(TROUBLE[1][1])


def test_double_click_takes_the_word(js: Harness) -> None:
    page = js.open_article([("h1", "Title"), ("p", "cybercrime")])
    page.locator("article p").dblclick(position={"x": 20, "y": 8})
    assert read(js) == {"start": 7, "end": 17, "exact": "cybercrime"}


def test_keyboard_selection_over_a_block_boundary(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    page.evaluate("""() => {
      const text = document.querySelector('li').firstChild;
      document.getSelection().setBaseAndExtent(text, text.length - 2, text, text.length - 1);
    }""")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    got = read(js)
    assert isinstance(got, dict)
    assert got["exact"] == TEXT[got["start"] : got["end"]]
    assert got["start"] == TEXT.index(TROUBLE[3][1]) + len(TROUBLE[3][1]) - 2
    assert got["end"] > TEXT.index(TROUBLE[4][1])


def test_backwards_and_right_to_left_selections_count_forward(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    page.evaluate("""() => {
      const text = document.querySelectorAll('article p')[1].firstChild;
      document.getSelection().setBaseAndExtent(text, 9, text, 0);
    }""")
    assert read(js) == target(TROUBLE[2][1][:9].strip())


def test_select_all_is_clipped_to_the_article(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    page.evaluate("document.body.prepend('Menu before'); document.body.append('footer after')")
    page.keyboard.press("Control+a")
    assert read(js) == target(TEXT)


def test_a_selection_elsewhere_or_a_caret_is_none(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    page.evaluate("document.body.append('footer after'); document.getSelection().selectAllChildren(document.head)")
    assert read(js) is None
    page.evaluate("document.getSelection().selectAllChildren(document.querySelector('p'))")
    page.evaluate("document.getSelection().collapseToStart()")
    assert read(js) is None
    page.evaluate("document.getSelection().setBaseAndExtent(document.body.lastChild, 0, document.body.lastChild, 5)")
    assert read(js) is None


WATCH = f"""async (m) => {{ window.seen = []; const o = {OFFSETS};
  m.watchSelection(o, (target, how) => window.seen.push([target && target.exact, how])); }}"""


def test_watching_reports_after_the_drag_not_during_it(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    js.run("reader/text/selection.js", WATCH)
    box = page.locator("article p").last.bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 8, steps=6)
    page.wait_for_timeout(120)
    assert page.evaluate("window.seen") == []
    page.mouse.up()
    js.wait("window.seen.length > 0")
    exact, how = page.evaluate("window.seen.at(-1)")
    assert how["by"] == "mouse"
    assert TROUBLE[-1][1].startswith(exact)
    assert exact == exact.strip()


def test_touch_handles_report_by_a_pause(js: Harness) -> None:
    page = js.open_article(TROUBLE)
    js.run("reader/text/selection.js", WATCH)
    page.evaluate("""() => {
      document.dispatchEvent(new PointerEvent('pointerdown', {pointerType: 'touch', bubbles: true}));
      const text = document.querySelector('p').firstChild;
      document.getSelection().setBaseAndExtent(text, 0, text, 5);
    }""")
    page.wait_for_timeout(120)
    assert page.evaluate("window.seen") == []
    js.wait("window.seen.length === 1")
    assert page.evaluate("window.seen") == [["Plain", {"by": "touch", "x": None, "isBackward": False}]]
