"""The claim page on a phone: what is secondary is folded, and opens whenever it is wanted."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from annotations.services.discussion import add_comment, suggest_words
from tests.annotations import story

pytestmark = pytest.mark.django_db(transaction=True)
PHONE: ViewportSize = {"width": 390, "height": 844}
LIVE: dict[str, Any] = {"timeout": 15_000}
OPENED = "all => all.map((one) => one.open)"


@pytest.fixture
def people(make_user):
    return make_user("editor", name="Edda Editor"), make_user(("reviewer", "publisher"), name="Rita Reviewer")


@pytest.fixture
def draft(people):
    claim = story.mark(people[0], story.make_article(), topics=["bridges"])
    story.link(people[0], claim, story.make_article(story.AUDIT), "61 million euros", note="The whole cost.")
    return story.draft(people[0], claim=claim)


@pytest.fixture
def phone(new_page, login_as, people) -> Page:
    page = new_page(viewport=PHONE)
    login_as(page, people[0])
    return page


def address_of(draft, fragment: str = "") -> str:
    return reverse("annotations:claim", args=[draft.claim_id]) + fragment


def open_live(page: Page, draft) -> None:
    with page.expect_response(lambda answer: "/events/?" in answer.url):
        page.goto(address_of(draft))


def test_what_is_secondary_is_folded_and_opens_for_an_address(phone, draft):
    phone.goto(address_of(draft))
    folds = phone.locator("details[data-fold]")
    assert set(folds.evaluate_all(OPENED)) == {False}
    phone.get_by_text("Discussion, the claimant's side, precedents").click()
    expect(phone.get_by_label("Write a comment")).to_be_visible()
    phone.goto("about:blank")
    phone.goto(address_of(draft, "#discussion"))
    expect(phone.get_by_label("Write a comment")).to_be_visible()
    phone.set_viewport_size({"width": 1280, "height": 900})
    expect(phone.get_by_label("Language")).to_be_visible()
    assert set(folds.evaluate_all(OPENED)) == {True}
    assert not phone.get_by_text("Byline, language, valid until").is_visible()


def test_a_colleagues_comment_opens_the_part_that_it_arrives_in(events, phone, people, draft):
    open_live(phone, draft)
    expect(phone.locator("#checklist li").first).to_be_attached()
    count = phone.locator("summary [data-comment-count]")
    expect(count).to_be_hidden()
    scrolled = phone.evaluate("scrollY")
    add_comment(person=people[1], claim_id=draft.claim_id, body="Which accounts?", now=timezone.now())
    notice = phone.locator(".toast", has_text="Rita Reviewer commented on this claim.")
    expect(notice).to_be_visible(**LIVE)
    assert phone.evaluate("scrollY") == scrolled
    expect(count).to_have_text("1")
    comment = phone.locator(".comment", has_text="Which accounts?")
    expect(comment).to_be_visible()
    notice.get_by_role("button", name="Show").click()
    expect(comment).to_be_focused()
    expect(comment).to_be_in_viewport()


def test_a_part_that_is_exchanged_stays_folded_or_open_as_it_was(phone, draft):
    phone.goto(address_of(draft))
    phone.get_by_text("Discussion, the claimant's side, precedents").click()
    phone.get_by_label("Write a comment").fill("Mine")
    phone.get_by_role("button", name="Add comment").click()
    expect(phone.locator(".comment", has_text="Mine")).to_be_visible()
    expect(phone.locator("summary [data-comment-count]")).to_have_text("1")
    assert (
        phone.locator("[data-fold]:not([data-fold=talk])").evaluate_all("all => all.some((one) => one.open)") is False
    )


def test_the_key_that_takes_a_suggestion_shows_it(phone, people, draft):
    suggest_words(
        person=people[1], verdict=draft, field="headline", suggested_to="Dearer than he said", now=timezone.now()
    )
    phone.goto(address_of(draft))
    words = phone.locator(".comment-suggestion")
    # What comes in above it would push it on.
    expect(phone.locator("#checklist li").first).to_be_attached()
    assert not words.is_visible()
    phone.route("**/accept/", lambda route: route.fulfill(status=204))
    phone.keyboard.press("t")
    expect(words).to_be_visible()
    expect(words).to_be_in_viewport()


def test_a_link_of_the_checklist_and_a_refused_field_open_their_part(phone, people, draft):
    add_comment(
        person=people[1], claim_id=draft.claim_id, verdict=draft, body="No.", is_blocking=True, now=timezone.now()
    )
    phone.goto(address_of(draft))
    phone.locator("#checklist a[href='#discussion']").click()
    expect(phone.get_by_label("Write a comment")).to_be_visible()
    language = phone.get_by_label("Language")
    assert not language.is_visible()
    language.evaluate("field => { field.required = true; field.value = ''; }")
    phone.get_by_role("button", name="Submit for review").click()
    expect(language).to_be_visible()


def test_what_is_folded_is_printed(phone, draft):
    phone.goto(address_of(draft))
    assert set(phone.locator("details[data-fold]").evaluate_all(OPENED)) == {False}
    phone.emulate_media(media="print")
    for part in ("#rationale-preview", "#precedents", "#verdict-language"):
        assert phone.locator(part).evaluate("one => one.checkVisibility() && one.getBoundingClientRect().height > 0"), (
            part
        )


def test_who_is_here_is_seen_and_makes_the_page_no_wider(events, phone, new_page, login_as, people, draft):
    open_live(phone, draft)
    other = new_page()
    login_as(other, people[1])
    open_live(other, draft)
    here = phone.get_by_role("list", name="Also here")
    expect(here).to_contain_text("Rita Reviewer", **LIVE)
    expect(here).to_be_in_viewport(ratio=0.9)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_one_gets_to_each_part_and_sees_which_one_is_read(phone, draft, axe):
    phone.goto(address_of(draft))
    nav = phone.get_by_role("navigation", name="On this page")
    expect(nav.get_by_role("link", name="Evidence")).to_have_attribute("aria-current", "true")
    nav.get_by_role("link", name="Verdict").click()
    expect(nav.get_by_role("link", name="Verdict")).to_have_attribute("aria-current", "true")
    expect(phone.get_by_label("Headline")).to_be_in_viewport()
    below = nav.evaluate("one => one.getBoundingClientRect().bottom")
    assert phone.locator("#verdict-title").evaluate("one => one.getBoundingClientRect().top") >= below
    nav.get_by_role("link", name="Discussion").click()
    expect(phone.get_by_label("Write a comment")).to_be_in_viewport()
    # Closed again by hand, the same link opens it once more.
    phone.get_by_text("Discussion, the claimant's side, precedents").click()
    nav.get_by_role("link", name="Discussion").click()
    expect(phone.get_by_label("Write a comment")).to_be_in_viewport()
    axe(phone)
    phone.set_viewport_size({"width": 1280, "height": 900})
    expect(nav).to_be_hidden()


def test_ratings_are_chips_and_the_chosen_one_says_what_it_means(phone, draft, axe):
    phone.goto(address_of(draft))
    cards = phone.locator("#rating > .rating-cards")
    assert cards.evaluate("one => one.offsetHeight") < 300
    meaning = cards.get_by_text("Neither confirmed nor refuted by what can be found.")
    expect(meaning).to_have_css("opacity", "0")
    phone.get_by_text("What the ratings mean").first.click()
    expect(phone.locator(".rating-meanings dd", has_text="Neither confirmed nor refuted").first).to_be_visible()
    cards.get_by_role("radio", name="Unproven").check()
    expect(meaning).to_have_css("opacity", "1")
    axe(phone)
