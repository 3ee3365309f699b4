"""The focus stays where the person works: after every act, after what a poll or a swap exchanges, removes or hides."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.models import Claim
from annotations.services.claims import create_claim, update_claim
from annotations.services.targets import Target
from tests.e2e.reader.actions import REQUESTS, mark, saved

pytestmark = pytest.mark.django_db(transaction=True)
# Installed before the acts: notes each moment at which a frame was drawn with the focus on nothing.
WATCH = """
() => {
  window.lost = [];
  let acted = "";
  addEventListener("keydown", ({ key }) => { acted = key; }, true);
  const look = () => {
    if (document.hasFocus() && document.activeElement === document.body) window.lost.push(acted);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


def watch(page: Page) -> None:
    page.evaluate(WATCH)


def lost(page: Page) -> list[str]:
    page.wait_for_timeout(700)  # what is saved and polled after an act has come by then
    return page.evaluate("window.lost.splice(0)")


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return page.evaluate(
        "document.activeElement.id || document.activeElement.dataset.action || document.activeElement.localName"
    )


def test_no_act_of_the_reader_drops_the_focus(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    claim = Claim.objects.get()
    keys(page, "j")
    watch(page)
    keys(page, "Enter")
    page.keyboard.type("Russia sent eighty requests")
    keys(page, "Tab")
    page.keyboard.type("Vladimir Putin")
    keys(page, "Tab", "Tab", "Tab", "Tab")
    saved(page)
    assert lost(page) == []
    # Left towards a button of the same card, while the card is exchanged under it.
    for _ in range(8):
        if focused(page) == "pin":
            break
        keys(page, "Tab")
    assert focused(page) == "pin"
    update_claim(person=claim.created_by, claim_id=claim.pk, now=timezone.now(), topics=["cybercrime"])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(600)
    assert lost(page) == []
    assert focused(page) == "pin"
    acts = ["Enter", "Escape", "Enter Escape", "p Escape Escape", "b ArrowRight Enter", "u", "Shift+U"]
    for act in acts:
        keys(page, *act.split())
        assert lost(page) == [], act
    keys(page, "w", "ArrowDown", "ArrowDown", "e", "s")
    expect(page.get_by_label("What it shows, and what not")).to_be_focused()
    page.keyboard.type("Says so himself")
    keys(page, "Escape")
    assert lost(page) == []
    keys(page, "u", "u")
    assert lost(page) == []


def test_a_card_that_goes_leaves_the_focus_on_its_neighbour(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    mark(page, "any response to our requests")
    keys(page, "j", "j")
    expect(page.locator(".claim-card").nth(1)).to_be_focused()
    watch(page)
    page.locator(".claim-card.is-open").get_by_role("button", name="Remove this claim").focus()
    keys(page, "Enter")
    expect(page.locator(".claim-card")).to_have_count(1)
    assert lost(page) == []
    expect(page.locator(".claim-card")).to_be_focused()
    keys(page, "u")
    expect(page.locator(".claim-card")).to_have_count(2)
    assert lost(page) == []


def test_what_is_typed_is_not_swapped_when_a_colleague_saves_the_same_card(page, open_article, make_user):
    open_article(page, "004")
    mark(page, REQUESTS)
    keys(page, "j", "Enter")
    page.keyboard.type("Mine, half ty")
    claim = Claim.objects.get()
    update_claim(person=make_user("editor"), claim_id=claim.pk, now=timezone.now(), topics=["theirs"])
    watch(page)
    page.wait_for_timeout(4500)
    page.keyboard.type("ped")
    expect(page.locator(".is-open textarea[name=statement]")).to_be_focused()
    expect(page.locator(".is-open textarea[name=statement]")).to_have_value("Mine, half typed")
    assert lost(page) == []


def test_no_act_of_the_claim_page_drops_the_focus(page, articles, editor, login_as):
    target = Target(article_id=articles["004"].pk, exact=f"{REQUESTS} to the United States over the last two years")
    claim = create_claim(person=editor, target=target, statement="Eighty requests", now=timezone.now())
    login_as(page, editor)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    start = page.get_by_role("button", name="Write the verdict")
    start.focus()
    keys(page, "Enter")
    expect(page.get_by_label("Headline")).to_be_focused()
    watch(page)
    page.keyboard.type("A headline")
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    assert lost(page) == []
    body = page.get_by_label("Write a comment").or_(page.locator("#discussion textarea").first)
    body.first.focus()
    page.keyboard.type("A word on it")
    keys(page, "Control+Enter")
    expect(page.locator("#discussion")).to_contain_text("A word on it")
    assert lost(page) == []
