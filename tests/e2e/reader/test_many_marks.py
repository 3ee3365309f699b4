"""More marks than anybody reads at once: what is laid out, moved, sent and exchanged does not grow with their number."""

import bisect
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Response, expect

from accounts.audit import acting
from annotations.models import Claim
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.targets import Target
from articles.models import Article
from tests.annotations import story
from tests.e2e.reader.actions import mark

MANY = 1_500
LINE = "The town says that bridges cost {} million euros a year and that nobody was asked before they were built. "
# Rows that the browser has laid out; it skips those of chunks far from the window.
LAID_OUT = """() => [...document.querySelectorAll(".claim-card > .claim-card-statement")]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length"""
# Counts cards that came, cards that went and attributes of cards that were written, until `window.counted()`.
COUNT = """() => {
  const list = document.querySelector(".claim-list");
  const count = { came: 0, went: 0, written: 0 };
  const take = (records) => {
    for (const { type, target, addedNodes, removedNodes } of records) {
      if (type === "attributes") count.written += target.matches(".claim-card") ? 1 : 0;
      else if (target.matches(".claim-chunk")) {
        count.came += addedNodes.length;
        count.went += removedNodes.length;
      }
    }
  };
  const observer = new MutationObserver(take);
  observer.observe(list, { subtree: true, childList: true, attributes: true });
  window.counted = () => { take(observer.takeRecords()); observer.disconnect(); return count; };
}"""
# Scrolls through the whole page, a frame for each step.
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
    scrollTo(0, y);
    await new Promise(requestAnimationFrame);
  }
}"""
# Statements of the rows that the list shows, and whether the words of each are in the window or near it.
BESIDE = """() => {
  const view = document.querySelector(".claim-list").getBoundingClientRect();
  const shown = [...document.querySelectorAll(".claim-card")].filter((card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return bottom > view.top && top < Math.min(view.bottom, innerHeight);
  });
  const blocks = [...document.querySelectorAll("[data-start]")];
  return shown.map((card) => {
    const block = blocks.findLast((one) => Number(one.dataset.start) <= Number(card.dataset.start));
    const { top, bottom } = block.getBoundingClientRect();
    return bottom > -innerHeight && top < 2 * innerHeight;
  });
}"""


def make_article(person, marks: int, paragraphs: int) -> str:
    """Make an article with marks on single words, evenly spread; returns the reader's address."""
    article = story.make_article(("A town of bridges", *((LINE.format(n) * 4).strip() for n in range(paragraphs))))
    words = list(re.finditer(r"\w+", article.current_revision.text))[:: paragraphs * 80 // marks][:marks]
    drafts = [
        ClaimDraft(target=Target(article_id=article.pk, start=one.start(), end=one.end()), statement=f"Claim {n}.")
        for n, one in enumerate(words)
    ]
    for at in range(0, marks, 1_000):
        create_claims(person=person, drafts=drafts[at : at + 1_000], now=timezone.now())
    return reverse("annotations:reader", args=[article.pk])


# Scrolls far, one frame after the other; returns how often the list was moved meanwhile. No timer ends while it does: a frame
# of a busy machine takes as long as a rest.
MOVED = """async () => {
  const list = document.querySelector(".claim-list");
  const [set, clear] = [window.setTimeout, window.clearTimeout];
  const held = new Map();
  let key = 0;
  window.setTimeout = (...timer) => { key -= 1; held.set(key, timer); return key; };
  window.clearTimeout = (one) => { if (!held.delete(one)) clear(one); };
  let moved = 0;
  let before = list.scrollTop;
  for (let y = 0; y < 12 * innerHeight; y += innerHeight) {
    scrollTo({ top: y, behavior: "instant" });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    moved += list.scrollTop === before ? 0 : 1;
    before = list.scrollTop;
  }
  window.setTimeout = set;
  for (const timer of held.values()) set(...timer);
  return moved;
}"""


@pytest.fixture
def many(page, editor, login_as) -> Page:
    login_as(page, editor)
    page.goto(make_article(editor, MANY, 60))
    expect(page.locator(".reader-margin")).to_have_class(re.compile("is-listed"))
    return page


# In one test: to make and to load 1,500 marks takes longer than what is asserted of them, none of which changes them.
def test_far_rows_are_not_laid_out_but_followed_found_and_printed(many):
    expect(many.locator(".claim-card")).to_have_count(MANY)
    many.wait_for_function(f"() => ({LAID_OUT})() > 10")
    assert many.evaluate(LAID_OUT) < 250
    text = many.locator("article.reader").bounding_box()
    assert many.evaluate("document.documentElement.scrollHeight") < text["y"] + text["height"] + 900
    assert_the_list_follows_the_text_without_moving_or_asking_for_a_card(many)
    assert many.evaluate(LAID_OUT) < 250
    assert many.evaluate("find('Claim 1400.')"), "as the browser's own search does it"
    found = "getSelection().anchorNode.parentElement.closest('.claim-card').querySelector('p').textContent"
    assert many.evaluate(found) == "Claim 1400."
    many.emulate_media(media="print")
    many.wait_for_function(f"() => ({LAID_OUT})() === {MANY}")
    assert many.evaluate("getComputedStyle(document.querySelector('.claim-list')).overflowY") == "visible"


def assert_the_list_follows_the_text_without_moving_or_asking_for_a_card(many: Page) -> None:
    asked: list[str] = []
    many.on("request", lambda request: asked.append(request.url))
    many.evaluate(COUNT)
    many.evaluate(SCROLL)
    assert many.evaluate(LAID_OUT) < 250
    many.evaluate("scrollTo(0, document.querySelector('article.reader').offsetHeight / 2)")
    many.wait_for_function(f"() => {{ const rows = ({BESIDE})(); return rows.length > 5 && rows.every(Boolean); }}")
    assert many.evaluate("counted()") == {"came": 0, "went": 0, "written": 0}
    assert [url for url in asked if "/cards/" in url] == []


# The first row that the list shows, and how far it is from the list's edge.
TOP_ROW = """() => {
  const edge = document.querySelector(".claim-list").getBoundingClientRect().top;
  const row = [...document.querySelectorAll(".claim-card")].find((card) => card.getBoundingClientRect().bottom > edge);
  return [row.id, Math.round(row.getBoundingClientRect().top - edge)];
}"""
SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
}"""


def test_a_colleagues_mark_does_not_move_the_list_under_who_reads_it(many, make_user):
    many.evaluate(SETTLED)  # the list follows the text until its fonts are there
    many.evaluate("document.querySelector('.claim-list').scrollTop = 20_000")
    many.evaluate(SETTLED)
    before = many.evaluate(TOP_ROW)
    story.mark(make_user("editor"), Article.objects.get(), "A town of")
    many.evaluate("dispatchEvent(new Event('online'))")  # asks at once
    expect(many.locator(".claim-card")).to_have_count(MANY + 1)
    many.evaluate(SETTLED)
    assert many.evaluate(TOP_ROW) == before


def test_walking_touches_the_cards_that_one_leaves_and_comes_to(many):
    many.keyboard.press("j")
    expect(many.locator(".claim-card").first).to_be_focused()
    many.evaluate(COUNT)
    for at in range(1, 4):
        many.keyboard.press("j")
        expect(many.locator(".claim-card").nth(at)).to_be_focused()
    counted = many.evaluate("counted()")
    assert (counted["came"], counted["went"]) == (0, 0)
    assert counted["written"] < 60


def test_a_walk_goes_on_from_where_the_text_was_scrolled_to_and_shows_words_and_card(many):
    many.evaluate("scrollTo(0, document.querySelector('article.reader').offsetHeight / 2)")
    many.keyboard.press("j")
    card = many.locator(".claim-card.is-open")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    expect(card.locator("textarea[name=statement]")).to_be_in_viewport()
    start = int(card.get_attribute("data-start"))
    assert start > 1_000
    blocks = many.locator("[data-block]").evaluate_all("(all) => all.map((one) => Number(one.dataset.start))")
    words = many.locator("[data-block]").nth(bisect.bisect_right(blocks, start) - 1)
    expect(words).to_be_in_viewport()


def test_a_mark_brings_one_card_and_the_poll_sends_little_more(many):
    answers: list[Response] = []
    many.on("response", lambda response: answers.append(response) if "/marks/" in response.url else None)
    many.evaluate(COUNT)
    mark(many, "nobody was asked before")
    expect(many.locator(".claim-card.is-open textarea[name=statement]")).to_be_visible()
    assert many.evaluate("counted()")["came"] == 1
    sent = next(one for one in answers if one.request.method == "GET" and one.status == 200).json()["cards"]
    assert sum(isinstance(item, dict) for item in sent) < 400, "the groups around the new one, not 1,500"


def test_rows_of_a_long_text_become_cards_when_they_come_near(page, editor, login_as):
    login_as(page, editor)
    page.goto(make_article(editor, 70, 100))
    expect(page.locator(".reader-margin")).to_have_class(re.compile("is-aligned"))
    last = page.locator(".claim-card").last
    expect(last).to_have_class(re.compile("is-row"))
    last.scroll_into_view_if_needed()
    expect(last).not_to_have_class(re.compile("is-row"))
    expect(last.locator(".claim-card-quote")).to_be_visible()


def test_closed_cards_of_a_crowded_text_say_two_lines_of_their_statement(page, editor, login_as):
    url = make_article(editor, 300, 60)
    with acting(editor):
        Claim.objects.update(statement=LINE)
    login_as(page, editor)
    page.goto(url)
    expect(page.locator(".reader-margin")).to_have_class(re.compile("is-listed"))
    for card in (page.locator(".claim-card:not(.is-row)").nth(1), page.locator(".claim-card.is-row").first):
        words = card.locator(".claim-card-statement")
        assert words.evaluate(
            "(one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)"
        ) == pytest.approx(2, 0.1)


@pytest.mark.parametrize("marks", [300, pytest.param(MANY, marks=pytest.mark.soak)])
def test_all_of_them_are_accessible(page, editor, login_as, axe, marks):
    login_as(page, editor)
    page.goto(make_article(editor, marks, 60))
    expect(page.locator(".reader-margin")).to_have_class(re.compile("is-listed"))
    axe(page)
    expect(page.get_by_role("list", name="Claims and evidence, in the order of the text")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".claim-card.is-open textarea[name=statement]")).to_be_visible()
    axe(page)


def test_on_a_phone_far_rows_are_not_laid_out_and_a_card_rises(new_page, editor, login_as):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    login_as(page, editor)
    page.goto(make_article(editor, MANY, 60))
    expect(page.locator(".claim-card")).to_have_count(MANY)
    assert page.evaluate(LAID_OUT) < 250
    page.keyboard.press("j")
    card = page.locator(".claim-card.is-sheet")
    expect(card).to_be_in_viewport()
    expect(card.get_by_role("button", name="Back to the text")).to_be_in_viewport()


def test_the_list_waits_while_one_scrolls_far_and_follows_at_rest(page, editor, login_as):
    """Rows that fly past are read by nobody: laying out ten thousand of them was most of the work of scrolling."""
    login_as(page, editor)
    page.goto(make_article(editor, 3_000, 60))
    expect(page.locator(".reader-margin")).to_have_class(re.compile("is-listed"))
    assert page.evaluate(MOVED) <= 2
    page.wait_for_function(f"() => {{ const near = ({BESIDE})(); return near.length > 0 && near.every(Boolean); }}")
