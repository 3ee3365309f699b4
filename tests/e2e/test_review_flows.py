"""Review with diff and suggestion, correction, suspension and retraction, played through in a browser."""

import json
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotations.forms.claim import CORRECTION_WORDS
from annotations.models import Verdict
from annotations.services.verdicts.edits import save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from publishing.models import FactCheck
from publishing.services.publish import publish_verdict
from tests.annotations import story
from tests.e2e.test_claim_page import told


@pytest.fixture
def editor(transactional_db, make_user):
    return make_user("editor", name="Edda Editor")


@pytest.fixture
def reviewer(transactional_db, make_user):
    return make_user(("reviewer", "publisher"), name="Rita Reviewer")


def settled_axe(page: Page, axe) -> None:
    page.emulate_media(reduced_motion="reduce")
    axe(page)


def test_changes_are_asked_for_a_suggestion_is_taken_and_the_diff_is_approved(
    page, new_page, editor, reviewer, login_as, axe
):
    verdict = story.in_review(editor)
    review = reverse("publishing:review", args=[verdict.pk])

    # the reviewer takes it, suggests other words and asks for changes by keyboard
    login_as(page, reviewer)
    page.goto(reverse("publishing:review_queue"))
    page.get_by_role("button", name="Start review").click()
    expect(page.get_by_role("button", name="Stop review")).to_be_visible()
    # the decision is in sight before anybody scrolls
    expect(page.get_by_role("button", name="Approve")).to_be_in_viewport(ratio=1)
    page.get_by_label("About").select_option("summary")
    page.get_by_text("Suggest other words").click()
    page.get_by_label("The words you suggest").fill("The audit office counts 61 million euros.")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".review-comment .diff ins")).to_contain_text("million euros")
    page.wait_for_load_state()
    page.locator("body").press("n")
    page.keyboard.type("Name the currency.")
    page.get_by_role("button", name="Request changes").click()
    told(page, "Sent back to the author")

    # the author finds it in their work, takes the suggestion with one key and submits
    author = new_page()
    login_as(author, editor)
    author.goto(reverse("board:my_work"))
    author.keyboard.press("j")
    author.keyboard.press("Enter")
    author.wait_for_url(f"**/claims/{verdict.claim_id}/")
    expect(author.locator("form[data-accept]")).to_be_visible()
    with author.expect_navigation():
        author.keyboard.press("t")
    expect(author.get_by_label("Summary")).to_have_value("The audit office counts 61 million euros.")
    author.get_by_label("Summary").press("Control+Enter")
    expect(author.get_by_text("it waits for a reviewer")).to_be_visible()

    # the reviewer sees what changed, approves exactly that and publishes
    page.goto(review)
    changed = page.locator("section", has=page.locator("#changes-title"))
    expect(changed.locator("ins")).to_contain_text("euros")
    settled_axe(page, axe)
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_label("Publish at once").check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("link", name="Open the public page")).to_be_visible()
    page.get_by_role("link", name="What Rita Reviewer saw").click()
    expect(page.get_by_text("Computed again just now")).to_be_visible()
    expect(page.locator(".review-summary")).to_have_text("The audit office counts 61 million euros.")
    settled_axe(page, axe)


def test_a_correction_stands_on_the_page_until_it_is_suspended_and_retracted(
    page, new_page, editor, reviewer, make_user, login_as, axe
):
    live = story.published(editor, reviewer)
    claim, public = live.claim, reverse("publishing:fact_check", args=[live.claim.fact_check.slug])
    reader = new_page()
    login_as(page, editor)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    page.get_by_role("button", name="Correct…").click()
    for words in CORRECTION_WORDS.values():
        page.get_by_role("radio", name=words).check()
    page.get_by_role("radio", name=CORRECTION_WORDS["update"]).check()
    page.get_by_label("Public note").fill("Why: new figures.")
    page.get_by_role("button", name="Start the correction").click()
    expect(page.locator("#verdict-form")).to_be_visible()
    version = Verdict.objects.get(claim=claim, version=2)
    save_verdict(person=editor, verdict_id=version.pk, summary="Version 2 of the summary.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=version.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=version.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=version.pk, now=story.NOW)
    reader.goto(public)
    expect(reader.locator(".factcheck-summary")).to_have_text("Version 2 of the summary.")
    expect(reader.locator(".correction-note")).to_contain_text("Why: new figures.")
    settled_axe(reader, axe)
    kinds = [
        json.loads(text)["@type"] for text in reader.locator('script[type="application/ld+json"]').all_text_contents()
    ]
    assert kinds == ["ClaimReview", "BreadcrumbList"]

    # one person suspends at once, two retract
    login_as(page, reviewer)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    withdraw(page, "Suspend", "A reader doubts the sum.")
    told(page, "Suspended.")
    reader.goto(public)
    expect(reader.get_by_role("heading", level=1)).to_have_text("This fact-check is under review")
    expect(reader.locator("main")).to_contain_text("A reader doubts the sum.")
    assert reader.locator('script[type="application/ld+json"]').count() == 0
    second = make_user("publisher", name="Petra Publisher")
    withdraw(page, "Retract", "The accounts were forged.")
    told(page, "Recorded.")
    assert FactCheck.objects.get().state == "suspended"
    other = new_page()
    login_as(other, second)
    other.goto(reverse("annotations:claim", args=[claim.pk]))
    expect(other.get_by_text("Waits for one more person")).to_be_visible()
    withdraw(other, "Retract", "I read them too: forged.")
    told(other, "Retracted.")
    settled_axe(other, axe)
    reader.goto(public)
    expect(reader.get_by_role("heading", level=1)).to_have_text("We have withdrawn this fact-check")
    settled_axe(reader, axe)


def withdraw(page: Page, step: str, reason: str) -> None:
    page.wait_for_load_state()  # its script opens the dialog
    page.get_by_role("button", name=f"{step}…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name=re.compile(f"^{step}")).click()
