"""Two browsers on one article with the events process beside them: marks, edits, comments, who is here."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.services import deactivate_person
from annotations.models import Claim, Verdict
from annotations.services.discussion import add_comment
from annotations.services.verdicts.edits import start_verdict
from tests.annotations.story import link
from tests.e2e.reader.actions import REQUESTS, card, mark, saved

pytestmark = pytest.mark.django_db(transaction=True)

# Far longer than an event takes and far shorter than a page that lives on events polls.
LIVE: dict[str, Any] = {"timeout": 15_000}


@pytest.fixture
def colleague(make_user):
    return make_user("editor", name="Noor Bakker")


def open_live(open_article, page: Page, *args) -> Page:
    with page.expect_response(lambda answer: "/events/?" in answer.url):
        open_article(page, *args)
    return page


def both(new_page, open_article, colleague) -> tuple[Page, Page]:
    first, second = new_page(), new_page()
    return open_live(open_article, first, "004"), open_live(open_article, second, "004", colleague)


def test_a_mark_and_an_edit_arrive_by_events(events, new_page, open_article, colleague):
    first, second = both(new_page, open_article, colleague)
    polls = count_polls(second)
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1, **LIVE)
    card(first).get_by_label("What is checked").fill("Russia asked 80 times")
    saved(first)
    expect(second.locator(".claim-card")).to_contain_text("Russia asked 80 times", **LIVE)
    before = len(polls)
    second.wait_for_timeout(6_000)  # a page that polls would have asked by now
    assert len(polls) == before


def count_polls(page: Page) -> list[str]:
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if request.url.partition("?")[0].endswith("/marks/") else None,
    )
    return asked


def test_nothing_that_has_the_focus_is_exchanged(events, new_page, open_article, colleague):
    first, second = both(new_page, open_article, colleague)
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1, **LIVE)
    second.keyboard.press("j")
    second.keyboard.press("Enter")
    field = card(second).get_by_label("What is checked")
    expect(field).to_be_focused()
    field.press_sequentially("Half a ")
    mark(first, "the opposite holds true")
    expect(second.locator(".claim-card")).to_have_count(2, **LIVE)
    expect(field).to_be_focused()
    field.press_sequentially("sentence")
    expect(field).to_have_value("Half a sentence")


def test_one_sees_who_is_here_and_where(events, new_page, open_article, colleague, axe):
    first, second = both(new_page, open_article, colleague)
    here = first.get_by_role("list", name="Also here")
    expect(here).to_contain_text("Noor Bakker", **LIVE)
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1, **LIVE)
    second.keyboard.press("j")
    link = here.get_by_role("link", name=re.compile("Noor Bakker, at"))
    expect(link).to_be_visible(**LIVE)
    expect(first.locator(".claim-card")).to_have_attribute("data-here-name", "Noor Bakker")
    axe(first)
    link.click()
    expect(card(first)).to_be_visible()
    second.close()
    expect(here).to_be_hidden(**LIVE)


def test_without_the_events_process_pages_poll_and_come_back_to_it(events, new_page, open_article, colleague, traps):
    traps.allow("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    first, second = both(new_page, open_article, colleague)
    expect(first.get_by_role("list", name="Also here")).to_be_visible(**LIVE)
    events.kill()
    expect(first.locator("[data-here]")).to_be_hidden(**LIVE)
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1)
    events.start()
    expect(first.locator("[data-here]")).to_be_visible(timeout=60_000)
    expect(second.locator("[data-here]")).to_be_visible(timeout=60_000)
    polls = count_polls(second)
    mark(first, "the opposite holds true")
    expect(second.locator(".claim-card")).to_have_count(2, **LIVE)
    assert len(polls) < 5


def test_who_is_signed_out_is_told(events, new_page, open_article, colleague, make_user, traps):
    traps.allow("status of 401")
    _first, second = both(new_page, open_article, colleague)
    deactivate_person(admin=make_user("admin"), person=colleague, now=timezone.now())
    expect(second.locator(".toast").filter(has_text="You were signed out")).to_be_visible(**LIVE)


def open_claim_beside(new_page, open_article, login_as, colleague) -> tuple[Page, Page, Claim]:
    """Mark a claim in the reader; a colleague has the claim's page open."""
    first, second = new_page(), new_page()
    open_live(open_article, first, "004")
    mark(first, REQUESTS)
    claim = Claim.objects.get()
    login_as(second, colleague)
    with second.expect_response(lambda answer: "/events/?" in answer.url):
        second.goto(reverse("annotations:claim", args=[claim.pk]))
    return first, second, claim


def test_a_comment_appears_on_the_claim_page(
    events, new_page, articles, editor, colleague, open_article, login_as, axe
):
    first, second, claim = open_claim_beside(new_page, open_article, login_as, colleague)
    add_comment(person=editor, claim_id=claim.pk, body="Ask the ministry.", now=timezone.now())
    expect(second.locator("#discussion")).to_contain_text("Ask the ministry.", **LIVE)
    here = second.get_by_role("list", name="Also here")
    first.keyboard.press("j")
    expect(here).to_contain_text("Mira Okafor", **LIVE)
    axe(second)


def test_what_one_changed_in_another_tab_appears_and_names_no_colleague(events, page, editor, open_article, login_as):
    open_live(open_article, page, "004")
    mark(page, REQUESTS)
    claim = Claim.objects.get()
    tab = page.context.new_page()
    with tab.expect_response(lambda answer: "/events/?" in answer.url):
        tab.goto(reverse("annotations:claim", args=[claim.pk]))
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Claimant").fill("Vladimir Putin")
    page.get_by_role("combobox", name="Claimant").blur()
    expect(tab.locator("#claimant")).to_contain_text("Vladimir Putin", **LIVE)
    expect(tab.locator(".toast").filter(has_text="colleague")).to_have_count(0)


def test_other_changes_on_the_claim_page_are_offered(events, new_page, editor, colleague, open_article, login_as):
    _, second, claim = open_claim_beside(new_page, open_article, login_as, colleague)
    second.get_by_label("Write a comment").fill("Half a thought")
    link(editor, claim, claim.appearances.get().passage.article, "the opposite holds true")
    notice = second.locator(".toast").filter(has_text="A colleague changed this claim.")
    expect(notice).to_be_visible(**LIVE)
    expect(second.locator("#evidence")).not_to_contain_text("the opposite holds true")
    second.get_by_role("button", name="Show").click()
    expect(second.locator("#evidence")).to_contain_text("the opposite holds true")
    expect(second.get_by_label("Write a comment")).to_have_value("Half a thought")


def test_a_verdict_that_a_colleague_began_is_saved_as_it_is_typed(
    events, new_page, editor, colleague, open_article, login_as
):
    _, second, claim = open_claim_beside(new_page, open_article, login_as, colleague)
    verdict = start_verdict(person=editor, claim_id=claim.pk, now=timezone.now())
    second.get_by_role("button", name="Show").click()
    second.get_by_label("Headline").fill("Russia sent no requests")
    expect(second.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    assert Verdict.objects.get(pk=verdict.pk).headline == "Russia sent no requests"
