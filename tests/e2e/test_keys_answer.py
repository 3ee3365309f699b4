"""Every key answers in sight, and what a person works in keeps the focus and its place on the screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotations.models import Claim
from annotations.services.claims import Speech
from articles.models import Article
from tests.annotations import story
from tests.e2e.reader.actions import mark
from tests.e2e.test_finder import index_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Edda Editor")


@pytest.fixture
def claim(editor):
    claim = story.mark(editor, story.make_article(), speech=Speech(mode="reported"))
    for words in ("61 million euros", "Two workers were hurt in 2024"):
        story.link(editor, claim, story.make_article(story.AUDIT), words, cited_as="")
    return claim


@pytest.fixture
def desk(page, editor, login_as) -> Page:
    login_as(page, editor)
    return page


def open_claim(page: Page, claim: Claim) -> None:
    page.goto(reverse("annotations:claim", args=[claim.pk]))


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def test_a_key_with_nothing_to_act_on_says_so_in_sight(desk, traps, axe):
    traps.allow("404")
    hint = desk.locator(".toast-text")
    desk.goto("/")
    press(desk, "u")
    expect(hint).to_have_text("Note: There is nothing to undo.")
    press(desk, "g")
    expect(hint).to_have_text("Note: No claim is pinned. Go to a claim with j or k and press i.")
    desk.goto(reverse("annotations:reader", args=[story.make_article().pk]))
    for key, words in (
        ("j", "No claims in this article yet."),
        ("c", "Select the words first"),
        ("p", "Go to a claim first"),
        ("b", "Go to a claim first"),
        ("f", "Click into a paragraph"),
    ):
        press(desk, key)
        expect(hint).to_have_count(1)
        expect(hint).to_contain_text(words)
    axe(desk)


def test_the_end_of_the_claims_is_told_in_sight(desk, claim):
    desk.goto(reverse("annotations:reader", args=[claim.appearances.get().passage.article_id]))
    press(desk, "j", "j")
    expect(desk.locator(".toast-text")).to_have_text("Note: That was the last claim.")
    press(desk, "k")
    expect(desk.locator(".toast-text")).to_have_text("Note: That was the first claim.")


@pytest.mark.parametrize("name", ["desk", "reader", "claim"])
def test_an_article_is_pasted_from_any_screen(desk, claim, name):
    article = claim.appearances.get().passage.article_id
    desk.goto(
        {
            "desk": "/",
            "reader": reverse("annotations:reader", args=[article]),
            "claim": reverse("annotations:claim", args=[claim.pk]),
        }[name]
    )
    press(desk, "o")
    desk.wait_for_url("**/articles/?import=text")
    expect(desk.locator("[name=import-text]")).to_be_focused()


def test_messages_do_not_pile_up(desk, claim):
    desk.goto("/")
    desk.evaluate(
        "for (const text of ['1', '2', '3', '4', '5']) document.dispatchEvent("
        "new CustomEvent('toast', { detail: { text, level: text === '1' ? 'error' : 'info' } }))"
    )
    # Errors stay until they are closed.
    expect(desk.locator(".toast-text")).to_have_text(["Error: 1", "Note: 4", "Note: 5"])


def test_undone_and_done_again_are_one_message(desk, claim):
    desk.goto(reverse("annotations:reader", args=[story.make_article(("News", "It cost 12 euros.")).pk]))
    mark(desk, "12 euros")
    press(desk, "u")
    expect(desk.locator(".toast-text")).to_contain_text(["Undone"])
    press(desk, "Shift+U")
    expect(desk.locator(".toast-text")).to_contain_text(["Done again"])


@pytest.mark.usefixtures("claim")
def test_leaving_the_finder_leads_back_to_the_card_that_a_link_exchanged(desk, editor):
    claim = story.mark(editor, story.make_article(("Bridge", "The bridge cost 40 million euros.")), "40 million")
    story.note_changed(Article.objects.values_list("pk", flat=True))
    index_all()
    desk.goto(reverse("annotations:reader", args=[claim.appearances.get().passage.article_id]))
    press(desk, "j")
    card = desk.locator(f"#claim-{claim.pk}")
    expect(card).to_be_focused()
    press(desk, "g")
    expect(desk.locator("[data-hit]").first).to_be_focused()
    with desk.expect_response(lambda answer: "/marks/" in answer.url and answer.status == 200):
        press(desk, "s")
    expect(desk.locator(".finder-hit.is-linked").first).to_be_visible()
    press(desk, "Escape")
    expect(card).to_be_focused()


def test_what_was_saved_keeps_the_focus_and_stays_in_sight(desk, claim):
    open_claim(desk, claim)
    place = desk.locator(".claim-item[id^=appearance]")
    place.locator("summary").click()
    field = place.get_by_label("Where")
    field.fill("Harbury")
    press(desk, "Control+Enter")
    expect(place).to_contain_text("Harbury")
    expect(place).to_be_focused()
    first = desk.locator("#evidence-1")
    first.locator("summary").click()
    first.get_by_label("Source and title").fill("Audit Office, accounts")
    press(desk, "Control+Enter")
    expect(first.locator("form")).to_have_count(0)
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport(ratio=0.9)


def test_a_line_of_the_checklist_leads_into_the_field(desk, editor, claim):
    story.draft(editor, claim=claim, rating=None)
    open_claim(desk, claim)
    desk.locator("#checklist a[href='#appearances']").press("Enter")
    expect(desk.get_by_label("Said on")).to_be_focused()
    expect(desk.get_by_label("Said on")).to_be_in_viewport()
    desk.locator("#checklist a[href='#rating']").press("Enter")
    expect(desk.get_by_role("radio").first).to_be_focused()


def test_a_refused_submission_speaks_of_no_other_tab(events, desk, editor, claim, make_user, traps):
    traps.allow("422")
    make_user("reviewer")
    story.draft(editor, claim=claim)
    with desk.expect_response(lambda answer: "/events/?" in answer.url):
        open_claim(desk, claim)
    with desk.expect_response(lambda answer: "/events/?" in answer.url):
        desk.get_by_role("button", name="Submit for review").click()
    expect(desk.locator("[data-refusal]")).to_be_visible()
    desk.wait_for_timeout(1_500)  # an event, and the look that follows it
    expect(desk.locator(".toast-text")).to_have_count(0)


def test_a_review_says_that_a_key_has_nothing_to_decide_and_j_leads_on(page, editor, make_user, login_as):
    first = story.in_review(editor)
    claim = story.mark(editor, story.make_article(("Tunnel", "The tunnel cost 3 million.")), "cost 3 million")
    story.link(editor, claim, story.make_article(("Costs", "It was 9 million.")), "9 million")
    second = story.in_review(editor, claim=claim)
    login_as(page, make_user(("reviewer", "publisher")))
    page.goto(reverse("publishing:review", args=[first.pk]))
    press(page, "z")
    expect(page.locator(".toast-text")).to_have_text("Note: There is no published check here that you could suspend.")
    press(page, "n")
    page.keyboard.type("Name the source.")
    press(page, "Control+Enter")
    expect(page.locator(".page-head")).to_contain_text("Changes requested")
    press(page, "y")
    expect(page.locator(".toast-text").last).to_contain_text("There is nothing here that you could approve or publish.")
    press(page, "j")
    page.wait_for_url(f"**{reverse('publishing:review', args=[second.pk])}")
