"""Two people with one review open, the events process beside them: who is here, and what changed meanwhile."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.services.verdicts.review import request_changes
from tests.annotations import story
from tests.events.process import EventsProcess

pytestmark = pytest.mark.django_db(transaction=True)
LIVE: dict[str, Any] = {"timeout": 15_000}


def open_review(page: Page, verdict: Any) -> Page:
    with page.expect_response(lambda answer: "/events/?" in answer.url):
        page.goto(reverse("publishing:review", args=[verdict.pk]))
    return page


def test_a_review_shows_who_else_has_it_open_and_says_when_it_changed(
    events: EventsProcess, new_page, make_user, login_as, axe
):
    first, second = make_user("reviewer", name="Rita Reviewer"), make_user("reviewer", name="Noor Bakker")
    verdict = story.in_review(make_user("editor"))
    mine, theirs = new_page(), new_page()
    login_as(mine, first)
    login_as(theirs, second)
    open_review(mine, verdict)
    here = mine.get_by_role("list", name="Also here")
    expect(here).to_be_hidden()
    open_review(theirs, verdict)
    expect(here).to_contain_text("Noor Bakker", **LIVE)
    axe(mine)

    request_changes(person=second, verdict_id=verdict.pk, comment="Name the source.", now=timezone.now())
    expect(mine.locator(".toast-text")).to_contain_text("This review changed since you opened it.", **LIVE)
    mine.get_by_role("button", name="Reload").click()
    expect(mine.locator(".page-head")).to_contain_text("Changes requested")

    theirs.close()
    expect(here).to_be_hidden(**LIVE)


def test_a_review_goes_on_listening_after_a_refused_decision(events: EventsProcess, page, make_user, login_as, traps):
    """The address in the bar is the decision's then: asked for, it must not be refused, nor sent again by the reload."""
    traps.allow("422")
    reviewer = make_user("reviewer")
    verdict = story.in_review(make_user("editor"))
    login_as(page, reviewer)
    open_review(page, verdict)
    with page.expect_response(lambda answer: "/events/?" in answer.url):
        page.evaluate("document.querySelector('form[action*=request-changes]').noValidate = true")
        page.locator("form[action*=request-changes]").evaluate("form => form.submit()")
    assert page.url.endswith("/request-changes/")
    request_changes(person=make_user("reviewer"), verdict_id=verdict.pk, comment="Name it.", now=timezone.now())
    notice = page.locator(".toast-text", has_text="This review changed since you opened it.")
    expect(notice).to_be_visible(**LIVE)
    page.get_by_role("button", name="Reload").click()
    expect(page.locator(".page-head")).to_contain_text("Changes requested")
    assert page.url.endswith(reverse("publishing:review", args=[verdict.pk]))
