"""Colleagues, new revisions, details; dark, phone and the other pages of an article."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from annotations.models import Claim, Placement
from annotations.services.claims import create_claim
from annotations.services.targets import Target
from tests.annotations.reader.test_marks import revise
from tests.e2e.reader.actions import REQUESTS, mark, select
from tests.e2e.reader.test_without_mouse import WORD

pytestmark = pytest.mark.django_db(transaction=True)


def test_another_editors_mark_appears_within_seconds(new_page, open_article, make_user):
    first, second = new_page(), new_page()
    open_article(first, "004")
    open_article(second, "004", make_user("editor", name="Noor Bakker"))
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1)
    painted = second.evaluate("[...(CSS.highlights.get('claim-marked') ?? [])].map(String)")
    assert painted == [REQUESTS]


def test_a_changed_number_is_compared_and_confirmed(page, open_article, articles, axe):
    open_article(page, "004")
    mark(page, REQUESTS)
    article = articles["004"]
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *(block.replace("sent 80", "sent 45") for block in blocks))
    page.reload()
    change = page.locator(".claim-card-change")
    expect(change.locator("del")).to_contain_text("80")
    expect(change.locator("ins")).to_contain_text("45")
    axe(page)
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(change).to_have_count(0)
    assert Placement.objects.get(revision__number=2).confirmed_at is not None


def test_a_lost_passage_is_put_on_words_that_a_person_selects(page, open_article, articles):
    open_article(page, "004")
    mark(page, REQUESTS)
    article = articles["004"]
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *("Something quite different was said." if REQUESTS in block else block for block in blocks))
    page.reload()
    page.keyboard.press("j")
    page.get_by_role("button", name="Re-attach by selecting").click()
    select(page, "quite different")
    page.get_by_role("button", name="Attach here").click()
    expect(page.locator(".claim-card-change")).to_have_count(0)
    placement = Placement.objects.get(revision__number=2)
    assert placement.exact == "quite different"


def test_details_open_beside_the_text_and_show_in_its_head(page, open_article, articles, axe):
    open_article(page, "004")
    page.get_by_role("button", name="Details").click()
    panel = page.get_by_role("complementary", name="Details of the article")
    panel.get_by_label("Source", exact=False).first.fill("A Courier of Ours")
    axe(page)
    panel.get_by_role("button", name="Save details").click()
    expect(page.locator("#reader-meta")).to_contain_text("A Courier of Ours")


@pytest.mark.parametrize(
    "options",
    [pytest.param({"color_scheme": "dark"}, marks=pytest.mark.soak), {"viewport": {"width": 390, "height": 844}}],
)
def test_it_is_accessible_in_the_dark_and_on_a_phone(new_page, open_article, axe, options):
    page = new_page(**options)
    open_article(page, "004")
    mark(page, REQUESTS)
    page.locator(".claim-card").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_other_pages_of_an_article_are_accessible(page, open_article, articles, axe):
    article = articles["004"]
    open_article(page, "004")
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *(block.replace("sent 80", "sent 45") for block in blocks))
    for url in ("revisions/", "?revision=1"):
        page.goto(reverse("annotations:reader", args=[article.pk]) + url)
        axe(page)


def test_a_card_rises_over_the_text_on_a_phone_and_goes_again(new_page, open_article):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    open_article(page, "004")
    mark(page, REQUESTS)
    card, close = page.locator(".claim-card"), page.get_by_role("button", name="Back to the text")
    for leave in (close.tap, lambda: page.keyboard.press("Escape")):
        card.locator(".claim-card-quote").tap()
        expect(card).to_have_class(re.compile("is-sheet"))
        expect(close).to_be_in_viewport()
        words, sheet = page.locator("[data-block]").filter(has_text=REQUESTS).first.bounding_box(), card.bounding_box()
        assert words["y"] < sheet["y"], "the words are seen above the sheet"
        leave()
        expect(card).not_to_have_class(re.compile("is-sheet"))


def test_the_sheet_makes_room_while_the_ends_are_moved_by_finger(new_page, open_article):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    open_article(page, "004")
    mark(page, REQUESTS)
    page.reload()  # without the message
    card = page.locator(".claim-card")
    card.locator(".claim-card-quote").tap()
    expect(card).to_have_class(re.compile("is-sheet"))
    risen = card.bounding_box()["y"]
    at = "(at) => Math.abs(document.querySelector('.claim-card').getBoundingClientRect().top - at) < 60"
    page.locator(".end-handle[data-edge=start]").tap()
    page.wait_for_function(at, arg=780)
    expect(card).to_be_in_viewport()
    card.tap(position={"x": 60, "y": 12})
    page.wait_for_function(at, arg=risen)
    page.locator(".end-handle[data-edge=start]").tap()
    page.wait_for_function(at, arg=780)
    target = page.evaluate(WORD, "requests to the United States")
    page.touchscreen.tap(target["left"] + 20, target["middle"])
    expect(card.locator(".claim-card-quote")).to_have_text("requests")


CONTRASTS = """
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const block = document.querySelector("[data-block]");
  const names = [...CSS.highlights.keys()].map((name) => `::highlight(${name})`);
  return Object.fromEntries([...names, "::selection"].map((name) => {
    const { color, backgroundColor } = getComputedStyle(block, name);
    const [one, other] = [light(color), light(backgroundColor)].sort((a, b) => b - a);
    return [name, (one + 0.05) / (other + 0.05)];
  }));
}
"""


def test_painted_words_stay_legible_in_system_colours(new_page, open_article):
    page = new_page(forced_colors="active")
    open_article(page, "004")
    backgrounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        contrasts = page.evaluate(CONTRASTS)
        assert {"::highlight(search)", "::highlight(claim-parked)", "::selection"} <= set(contrasts)
        assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}
    assert len(backgrounds) == 2, "the palette of the system changed"


# Each card ends above the next, in the order of their words, once they have glided to their places.
STAND_APART = """() => {
    const cards = [...document.querySelectorAll(".claim-card")];
    const boxes = cards.map((one) => one.getBoundingClientRect());
    return !cards.some((one) => one.getAnimations().length)
        && boxes.slice(1).every((box, i) => box.top - boxes[i].bottom >= 4);
}"""


def test_many_claims_close_together_stand_apart_and_in_order(page, open_article, articles, editor):
    revision = articles["004"].current_revision
    for found in list(re.finditer(r"\w{4,}", revision.text))[:40]:
        target = Target(article_id=revision.article_id, start=found.start(), end=found.end())
        create_claim(person=editor, target=target, now=timezone.now())
    open_article(page, "004")
    cards = page.locator(".claim-card")
    expect(cards).to_have_count(40)
    expect(page.locator(".reader-margin")).to_have_class(re.compile("is-dense"))
    page.wait_for_function(STAND_APART)
    for _ in range(3):
        page.keyboard.press("j")
    expect(cards.nth(2)).to_be_focused()
    expect(cards.nth(2)).to_have_class(re.compile("is-open"))
    page.wait_for_function(STAND_APART)  # the open card makes room


def test_who_was_signed_out_is_told_and_goes_on_after_signing_in(page, open_article, login_as, editor, traps):
    traps.allow("ERR_ABORTED")
    traps.allow("status of 401")
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("Enter")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    page.keyboard.type("Typed after the session ended")
    told = page.locator(".toast").filter(has_text="You were signed out. What you typed is kept in this browser")
    expect(told.get_by_role("button", name="Sign in")).to_be_visible(timeout=8_000)
    expect(page.locator(".claim-card [data-save-state]")).to_contain_text("Your words are kept in this browser")
    page.context.add_cookies([one for one in cookies if one["name"] == "sessionid"])
    page.keyboard.type(".")
    expect(page.locator(".claim-card [data-save-state]")).to_have_text("Saved")
    expect(told).to_have_count(0, timeout=12_000)
    assert Claim.objects.get().statement == "Typed after the session ended."
