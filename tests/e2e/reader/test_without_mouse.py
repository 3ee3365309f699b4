"""Moving the ends of a passage, undo and redo, and the sentence caret: with keys, with the mouse, with a finger."""

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Appearance, Claim, Evidence
from tests.e2e.reader.actions import REQUESTS, mark

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "() => getSelection().toString()"


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def passage() -> str:
    return Appearance.objects.get().passage.exact


def test_the_ends_move_by_word_sentence_and_character(page, open_article, axe):
    open_article(page, "004")
    mark(page, REQUESTS)
    keys(page, "j", "b")
    end = page.get_by_role("slider", name="Passage ends")
    expect(end).to_be_focused()
    keys(page, "ArrowRight", "ArrowRight", "Enter")
    expect(page.locator(".toast-text").last).to_contain_text("Passage changed")
    assert passage() == f"{REQUESTS} to the"
    expect(page.locator(".claim-card")).to_be_focused()
    keys(page, "b", "Alt+ArrowLeft", "Enter")
    expect(page.locator(".claim-card-quote")).to_have_text(f"{REQUESTS} to th")
    keys(page, "b", "b")
    expect(page.get_by_role("slider", name="Passage begins")).to_be_focused()
    axe(page)
    keys(page, "ArrowRight")
    keys(page, "b")
    keys(page, "ArrowDown", "Enter")
    expect(page.locator(".claim-card-quote")).to_contain_text("single response")
    keys(page, "u", "u")
    expect(page.locator(".claim-card-quote")).to_have_text(f"{REQUESTS} to the")
    keys(page, "Shift+U")
    expect(page.locator(".claim-card-quote")).to_have_text(f"{REQUESTS} to th")
    # the painted words are those that are stored
    painted = page.evaluate("[...(CSS.highlights.get('active') ?? [])].map(String)")
    assert painted == [passage()]


def test_escape_drops_what_was_not_sent(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    keys(page, "j", "b", "ArrowLeft", "Escape")
    expect(page.locator(".claim-card")).to_be_focused()
    page.wait_for_timeout(1200)
    assert passage() == REQUESTS


def test_a_handle_is_dragged_to_another_word_or_pressed_and_then_the_word(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    handle = page.locator(".end-handle[data-edge=end]")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    target = page.evaluate(WORD, "cybercrime-related requests")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(target["left"] + 10, target["middle"], steps=8)
    page.mouse.move(target["left"] + 3, target["middle"])
    page.mouse.up()
    expect(page.locator(".claim-card-quote")).to_have_text("Russia has sent 80")
    handle.click()
    target = page.evaluate(WORD, "requests to the United States")
    page.mouse.click(target["left"] + 20, target["middle"])
    expect(page.locator(".claim-card-quote")).to_have_text(REQUESTS)
    expect(handle).to_be_focused()


def test_escape_after_a_press_on_a_handle_leaves_the_ends(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.locator(".end-handle[data-edge=end]").click()
    keys(page, "Escape")
    target = page.evaluate(WORD, "requests to the United States")
    page.mouse.click(target["left"] + 20, target["middle"])
    page.wait_for_timeout(1200)  # a moved end would be sent after 900 ms
    assert passage() == REQUESTS


WORD = """
(words) => {
  const walker = document.createTreeWalker(document.querySelector("article.reader"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    const rect = range.getClientRects()[0];
    return { left: rect.left, middle: rect.top + rect.height / 2 };
  }
}
"""


def test_undo_and_redo_outlive_a_reload_and_say_why_they_cannot(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.reload()
    expect(page.locator(".claim-card")).to_have_count(1)
    keys(page, "Control+z")
    expect(page.locator(".claim-card")).to_have_count(0)
    page.reload()
    keys(page, "Control+Shift+z")
    expect(page.locator(".claim-card")).to_have_count(1)
    keys(page, "j", "Enter")
    page.keyboard.type("Typed")
    keys(page, "Control+z")  # in a field it is the browser's own
    expect(page.locator(".claim-card")).to_have_count(1)
    keys(page, "?")
    help_dialog = page.get_by_role("dialog", name="Keyboard")
    expect(help_dialog).to_have_count(0)  # typed into the field
    keys(page, "Escape", "?")
    expect(help_dialog).to_contain_text("Redo what you undid")
    keys(page, "Escape")


def test_sentences_are_walked_and_marked(page, open_article, axe):
    open_article(page, "000")
    keys(page, "w")
    expect(page.locator("article.reader")).to_be_focused()
    for _ in range(3):
        keys(page, "ArrowDown")
    found = []
    for _ in range(12):
        keys(page, "ArrowDown")
        page.wait_for_timeout(60)
        found.append(page.evaluate(SENTENCE))
    assert len(set(found)) == len(found)
    assert not any(one.endswith(("U.S.", "Mr.")) for one in found)
    keys(page, "Home", "ArrowDown", "ArrowDown", "Shift+ArrowDown")
    expect(page.locator(".selection-bar")).to_be_visible()
    expect(page.locator(".sentence-caret")).to_be_visible()
    axe(page)
    two = page.evaluate(SENTENCE)
    keys(page, "Shift+ArrowUp")
    one = page.evaluate(SENTENCE)  # and `c` at once: it means these words, before the bar has moved to them
    assert two.startswith(one)
    assert len(two) > len(one)
    keys(page, "c")
    expect(page.locator(".claim-card")).to_have_count(1)
    assert passage() == one
    expect(page.locator("article.reader")).to_be_focused()
    keys(page, "ArrowDown")
    expect(page.locator(".selection-bar")).to_be_visible()
    keys(page, "Escape")
    keys(page, "i")
    expect(page.locator(".pinned-claim")).to_be_visible()
    keys(page, "w", "ArrowDown", "e", "x")
    expect(page.get_by_label("What it shows, and what not")).to_be_focused()
    assert Evidence.objects.get().stance == "context"
    assert Claim.objects.count() == 1


def test_who_comes_by_mouse_scrolls_with_the_arrow_keys(page, open_article):
    open_article(page, "000")
    page.locator("article.reader p").first.click()
    keys(page, "ArrowDown", "ArrowDown")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > 0
    assert page.evaluate(SENTENCE) == ""
