"""The tour of README.md, steps 1 to 5, as it is written, with the demo's shipped articles."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from annotations.models import Evidence, Verdict
from factcheck import demo
from tests.e2e.test_finder import index_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setenv("FACTCHECK_SHARED_DIR", str(tmp_path))
    demo.load_demo(now=timezone.now())
    index_all()
    return [User.objects.get(email=person[0]) for person in (demo.EDITOR, demo.REVIEWER)]


def test_the_tour_can_be_walked_as_it_is_written(page, new_page, people, login_as):
    mira, jonas = people
    login_as(page, mira)
    page.goto(reverse("article_list"))
    page.keyboard.press("/")
    page.keyboard.type("Canada Britain")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="After Geneva").click()

    # Once a page is loaded its keys are bound.
    page.wait_for_url(re.compile(r"/articles/[0-9a-f-]{36}/"))
    card = page.locator(".claim-card.is-active")
    page.keyboard.press("j")
    expect(card).to_contain_text("most of the world's cyberattacks")
    page.keyboard.press("i")
    expect(page.locator(".toast-text")).to_contain_text("Pinned")
    page.keyboard.press("g")
    hit = page.locator("[data-hit]").filter(has_text="American, Canadian and British services")
    expect(hit).to_be_visible()
    linked = Evidence.objects.filter(claim__statement__startswith="Most of the world", stance="refutes")
    assert ["NotPetya" in one.passage.exact for one in linked] == [True]
    for _ in range(page.locator("[data-hit]").count()):
        if hit.evaluate("hit => hit === document.activeElement"):
            break
        page.keyboard.press("j")
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("r")
    expect(page.locator(".toast-text").last).to_contain_text("Linked as E2")
    assert linked.all().count() == 2

    page.keyboard.press("Escape")
    page.keyboard.press("v")
    page.wait_for_url(re.compile("/claims/"))
    expect(page.locator("#checklist")).to_contain_text("Choose a rating.")
    page.locator("label").filter(has_text="Missing context").first.click()
    expect(page.locator("#checklist")).not_to_contain_text("Choose a rating.")
    page.locator("[name=rationale]").press("Control+Enter")
    expect(page.locator(".toast-text").last).to_contain_text("Submitted")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    review = new_page()
    login_as(review, jonas)
    review.goto("/")
    shelf = review.locator(".desk-list").first
    expect(shelf).to_contain_text("80 requests")
    shelf.get_by_role("link", name="Most of the world's cyberattacks").click()
    review.wait_for_url(re.compile("/review/"))
    review.keyboard.press("y")
    review.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(review.locator(".toast-text").last).to_contain_text("Approved")
    review.get_by_role("button", name="Publish").click()
    expect(review.locator(".toast-text").last).to_contain_text("Published")
    assert Verdict.objects.filter(status="published").count() == 2
