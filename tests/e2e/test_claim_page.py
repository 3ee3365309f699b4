"""The claim page as a person works in it: typing that is kept, evidence by keyboard, submission, suggestions, undo."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotations.models import Claim, Comment, Evidence, Verdict
from annotations.services.autosave import save_verdict_words
from annotations.services.discussion import suggest_words
from tests.annotations import story
from tests.pages import address


@pytest.fixture
def people(transactional_db, make_user):
    return make_user("editor", name="Edda Editor"), make_user(("reviewer", "publisher"), name="Rita Reviewer")


@pytest.fixture
def claim(people):
    claim = story.mark(people[0], story.make_article(), topics=["bridges"])
    story.link(people[0], claim, story.make_article(story.AUDIT), "61 million euros", note="The whole cost.")
    return claim


def open_claim(page: Page, login_as, person, claim: Claim, query: str = "") -> None:
    login_as(page, person)
    page.goto(reverse("annotations:claim", args=[claim.pk]) + query)


def told(page: Page, words: str) -> None:
    expect(page.locator(".toast-text").filter(has_text=words)).to_be_visible()


def test_the_field_has_the_focus_however_late_the_browser_goes_to_the_panel(page, people, claim, login_as):
    open_claim(page, login_as, people[0], claim)
    # A busy browser gives the panel of the address the focus only after the load event.
    page.add_init_script(
        "addEventListener('load', () => setTimeout(() => { document.getElementById('verdict')?.focus();"
        " document.documentElement.dataset.isLate = ''; }, 60))"
    )
    page.keyboard.press("v")
    page.wait_for_url("**#verdict")
    page.wait_for_selector("html[data-is-late]")
    expect(page.get_by_label("Headline")).to_be_focused()
    # Later the panel may be clicked as any other text.
    page.locator("#verdict-title").click()
    expect(page.get_by_label("Headline")).not_to_be_focused()


def test_a_verdict_is_written_previewed_and_submitted_by_keyboard(page, people, claim, login_as, looks):
    open_claim(page, login_as, people[0], claim)
    page.keyboard.press("v")
    page.wait_for_selector("#verdict-form")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")
    expect(page.get_by_role("button", name="Submit for review")).to_be_in_viewport(ratio=1)
    looks(page)
    page.locator("body").press("v")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.keyboard.type("No, the bridge was dearer")
    page.get_by_role("radio", name=re.compile("The statement is wrong")).check()
    page.get_by_label("Rationale", exact=True).fill("The accounts say otherwise")
    page.get_by_role("group", name="Refer to evidence").get_by_role("button", name=re.compile("E1")).click()
    preview = page.locator("#rationale-preview")
    expect(preview.get_by_role("link", name="[E1]")).to_have_attribute("href", "#evidence-1")
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    expect(page.locator("#checklist")).to_contain_text("A rating is chosen")
    expect(page.locator("#checklist")).to_contain_text("Rita Reviewer could approve it")
    assert Verdict.objects.get().rationale == "The accounts say otherwise [E1]"
    page.get_by_label("Rationale", exact=True).press("Control+Enter")
    told(page, "Submitted. The reviewers see it")
    assert Verdict.objects.get().status == "in_review"
    looks(page)


def test_a_refused_submission_does_not_break_the_page(page, people, claim, login_as, traps):
    traps.allow("422")
    claim = story.mark(people[0], story.make_article(("Tunnel", "The tunnel cost 3 million.")), "cost 3 million")
    story.draft(people[0], claim=claim)
    open_claim(page, login_as, people[0], claim)
    page.get_by_role("button", name="Submit for review").click()
    page.wait_for_url("**/submit/*")
    page.goto(page.url.partition("#")[0])
    assert urlsplit(page.url).path == reverse("annotations:claim", args=[claim.pk])


def test_what_one_types_is_saved_soon_after_the_last_key(page, people, claim, login_as):
    story.draft(people[0], claim=claim)
    open_claim(page, login_as, people[0], claim)
    expect(page.locator("#checklist li").first).to_be_visible()
    page.clock.install()
    page.get_by_label("Rationale", exact=True).press_sequentially(" and more")
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Not saved yet")
    page.clock.run_for(1500)
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")


def test_tabs_of_a_narrow_screen_show_the_current_one_and_that_there_are_more(page, people, claim, login_as):
    page.set_viewport_size({"width": 320, "height": 640})
    open_claim(page, login_as, people[0], claim)
    tabs = page.locator(".claim-bar .tabs")
    expect(tabs).to_have_attribute("data-more-after", "")
    expect(tabs).not_to_have_attribute("data-more-before", "")
    page.goto(address("claim_history", claim.pk))
    expect(tabs.get_by_role("link", name="History")).to_be_in_viewport(ratio=0.9)
    expect(tabs).to_have_attribute("data-more-before", "")
    assert page.evaluate("getComputedStyle(document.querySelector('.claim-bar .tabs')).maskImage") != "none"


def test_what_is_typed_survives_a_reload_and_a_colleagues_save(page, people, claim, login_as, traps):
    verdict = story.draft(people[0], claim=claim)
    open_claim(page, login_as, people[0], claim)
    page.get_by_label("Summary").fill("Typed and kept")
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_label("Summary")).to_have_value("Typed and kept")
    save_verdict_words(person=people[0], verdict_id=verdict.pk, words={"summary": "Elsewhere"}, now=story.NOW)
    traps.allow("412")
    page.get_by_label("Summary").fill("Typed later")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    verdict.refresh_from_db()
    assert verdict.summary == "Typed later"


def test_a_note_being_typed_outlives_another_change_of_the_evidence(page, people, claim, login_as):
    story.link(people[0], claim, story.make_article(("More", "It was 59 million.")), "59 million", "context")
    open_claim(page, login_as, people[0], claim)
    first, second = page.locator("#evidence-1"), page.locator("#evidence-2")
    second.locator("summary").click()
    second.get_by_label("What it shows").fill("Half a sentence")
    first.locator("summary").click()
    first.get_by_label("What it shows").fill("Saved now")
    first.get_by_role("button", name="Save").click()
    expect(first.locator(".claim-note")).to_have_text("Saved now")
    expect(second.get_by_label("What it shows")).to_have_value("Half a sentence")


def test_evidence_by_keyboard_and_undone(page, people, claim, login_as):
    open_claim(page, login_as, people[0], claim)
    page.keyboard.press("j")
    expect(page.locator("#evidence-1")).to_be_focused()
    page.locator("#evidence-1 summary").click()
    page.get_by_role("button", name="Unlink evidence 1").click()
    expect(page.get_by_text("No evidence yet")).to_be_visible()
    page.locator("#evidence").click()
    page.keyboard.press("u")
    expect(page.locator("#evidence-1")).to_be_visible()
    assert Evidence.objects.standing().count() == 1


def test_the_statement_is_typed_in_place_and_the_claimant_chosen(page, people, claim, login_as):
    open_claim(page, login_as, people[0], claim)
    page.get_by_label("Statement", exact=True).fill("The bridge cost 40 million.")
    expect(page.locator("#statement [data-save-state]")).to_have_text("Saved")
    # Pressed while the field that it leaves begins to save: nothing moves away from under the pointer.
    page.get_by_label("Statement", exact=True).press_sequentially(" ")
    page.locator("#claimant summary").click()
    page.get_by_role("combobox", name="Claimant").fill("Eva Novel")
    page.get_by_role("button", name="Save claimant").click()
    expect(page.locator("#claimant summary")).to_contain_text("Eva Novel")
    claim.refresh_from_db()
    assert (claim.statement, claim.claimant.name) == ("The bridge cost 40 million.", "Eva Novel")


def test_words_that_stand_twice_are_asked_about(page, people, claim, login_as, traps):
    article = story.make_article(("Twice", "It cost 40 million. It did: it cost 40 million in the end."))
    traps.allow("409")
    open_claim(page, login_as, people[0], claim)
    form = page.locator("#quoted-form")
    page.get_by_text("Quote an article").click()
    form.get_by_role("combobox", name="Article").fill("Twic")
    form.get_by_role("option", name="Twice", exact=True).click()
    form.get_by_label("The words").fill("cost 40 million")
    form.get_by_role("button", name="Add quote").click()
    form.get_by_role("radio").nth(1).check()
    form.get_by_role("button", name="Add quote").click()
    expect(page.locator("#evidence-2")).to_be_visible()
    start = article.current_revision.text.rindex("cost 40 million")
    link = page.locator("#evidence-2 .quote-source").get_by_role("link").first.get_attribute("href")
    assert urlsplit(link).fragment.startswith(f"at={start}-")


def test_a_reviewer_suggests_and_the_author_takes_it_with_one_key(page, new_page, people, claim, login_as, looks):
    editor, reviewer = people
    verdict = story.in_review(editor, claim=claim)
    open_claim(page, login_as, reviewer, claim)
    expect(page.get_by_text("you can no longer approve this version").first).to_be_visible()
    page.get_by_text("Suggest other words").click()
    page.get_by_label("Summary").fill("The audit office counts 61 million euros.")
    page.get_by_role("button", name="Suggest this summary").click()
    expect(page.locator("#discussion ins")).to_contain_text("euros")
    looks(page)
    author = new_page()
    open_claim(author, login_as, editor, claim)
    author.keyboard.press("t")
    author.get_by_role("button", name="Accept", exact=True).last.click()
    told(author, "Accepted: the suggested words are in place.")
    verdict.refresh_from_db()
    assert verdict.summary == "The audit office counts 61 million euros."


def test_after_publication_it_is_corrected_and_suspended_in_dialogs(page, people, claim, login_as, axe, looks):
    editor, reviewer = people
    verdict = story.published(editor, reviewer, claim=claim)
    open_claim(page, login_as, reviewer, claim)
    looks(page)
    page.get_by_role("button", name="Suspend…").click()
    axe(page, "#dialog-suspend")
    page.get_by_role("dialog").get_by_label("Reason").fill("A reader doubts the sum.")
    page.keyboard.press("Control+Enter")
    told(page, "Suspended. The page says")
    page.get_by_role("button", name="Correct…").click()
    page.get_by_role("radio", name=re.compile("new facts came up")).check()
    page.get_by_label("Public note").fill("New figures.")
    page.get_by_role("button", name="Start the correction").click()
    expect(page.locator("#verdict-form")).to_be_visible()
    verdict.refresh_from_db()
    assert verdict.status == "suspended"
    assert verdict.claim.verdicts.get(version=2).correction_note == "New figures."


def test_history_the_cms_and_merging_are_readable_by_everybody(page, people, claim, login_as, looks):
    editor, reviewer = people
    story.mark(editor, story.make_article(), statement="The bridge cost forty million euros")
    verdict = story.published(editor, reviewer, claim=claim)
    suggest: dict[str, Any] = {"field": "headline", "suggested_to": "Dearer", "now": story.NOW}
    suggest_words(person=reviewer, verdict=verdict, **suggest)
    login_as(page, editor)
    for name in ("claim_history", "claim_cms", "claim_merge"):
        page.goto(address(name, claim.pk))
        looks(page)
    page.goto(reverse("publishing:claim_cms", args=[claim.pk]))
    page.get_by_role("tab", name="ClaimReview").click()
    expect(page.locator("#code-claimreview")).to_contain_text('"@type": "ClaimReview"')
    page.goto(reverse("annotations:claims"))
    looks(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/claims/.+/"))


def test_a_colleague_is_called_by_keyboard_by_touch_and_by_writing_on(page, people, claim, login_as, make_user, axe):
    make_user("reviewer", name="Rita Zweig")
    open_claim(page, login_as, people[0], claim)
    area, names = page.get_by_label("Write a comment"), page.get_by_role("listbox", name="Colleagues")
    area.focus()
    page.keyboard.type("mail@rita.example, @rit")
    expect(names.get_by_role("option")).to_have_text(["Rita Reviewer", "Rita Zweig"])
    axe(page)
    page.keyboard.press("ArrowDown")
    assert area.get_attribute("aria-activedescendant") == names.get_by_role("option", selected=True).get_attribute("id")
    page.keyboard.press("Enter")
    expect(area).to_have_value("mail@rita.example, @Rita Zweig ")
    page.keyboard.type("and @re")
    names.get_by_role("option", name="Rita Reviewer").click()
    expect(area).to_be_focused()
    page.keyboard.type("\n@Rita")
    expect(names).to_be_visible()
    page.keyboard.press("Escape")
    expect(names).to_be_hidden()
    page.keyboard.type(" Reviewer, look")
    expect(names).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment")).to_contain_text("@Rita Reviewer, look")
    comment = Comment.objects.get()
    assert comment.body == "mail@rita.example, @Rita Zweig and @Rita Reviewer \n@Rita Reviewer, look"
    assert len(comment.mentioned) == 2


def test_a_comment_typed_until_the_session_ended_is_not_lost(page, people, claim, login_as, traps):
    traps.allow("401")
    open_claim(page, login_as, people[0], claim)
    area = page.get_by_label("Write a comment")
    area.fill("Typed for minutes")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    told(page, "You were signed out. Nothing was changed, and what you typed is still here.")
    expect(area).to_have_value("Typed for minutes")
    login_as(page, people[0])  # in another tab
    area.press("Control+Enter")
    expect(page.locator(".comment")).to_contain_text("Typed for minutes")
