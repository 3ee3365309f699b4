"""From signing in to a published check without a mouse: every step is a key that a person can press."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.models import Claim, Evidence
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.fetching import fetch
from publishing.models import FactCheck
from tests.annotations import story
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
FOCUS = """(words) => {
  const { labels, textContent, ariaLabel } = document.activeElement;
  return [...(labels ?? [])].some((one) => one.textContent.includes(words)) || (ariaLabel ?? textContent).includes(words);
}"""


def keys(page: Page, *pressed: str) -> None:
    # What a page shows it shows before its scripts run: a person sees it later than Playwright does.
    page.wait_for_load_state()
    for key in pressed:
        page.keyboard.press(key)


def tab_to(page: Page, words: str, key: str = "Tab") -> None:
    """Press a key until the focus is on the control of that name; give up after thirty."""
    for _ in range(30):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement !== document.body && ({FOCUS})({words!r})"):
            return
    raise AssertionError(f"Tab does not lead to {words}")


def import_articles(person) -> None:
    texts = ["\n\n".join(blocks).encode() for blocks in (story.COUNCIL, story.AUDIT)]
    files = [IncomingFile(f"{number}.txt", text, "text/plain") for number, text in enumerate(texts)]
    run = start_import(person=person, now=timezone.now(), files=files, source="Town paper")
    process_run(run_id=run.pk, fetch=fetch, clock=timezone.now)


def sign_in(page: Page, person) -> None:
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(person.email)
    keys(page, "Tab")
    page.keyboard.type(PASSWORD)
    keys(page, "Enter")
    expect(page.get_by_label("E-mail address")).to_have_count(0)
    page.wait_for_load_state()


def open_article(page: Page, words: str) -> None:
    """From the list of articles: / searches, j goes to the first, Enter opens it."""
    keys(page, "/")
    page.keyboard.type(words)
    keys(page, "Enter")
    page.wait_for_url("**/articles/?q=*")
    expect(page.locator(".queue-title").first).to_be_visible()
    keys(page, "j", "Enter")
    page.wait_for_url("**/articles/*-*/")
    expect(page.locator(".claim-list")).to_be_visible()


def test_a_check_is_written_approved_and_published_by_keyboard(page, make_user):
    editor = make_user("editor", name="Mira Okafor")
    reviewer = make_user(("reviewer", "publisher"), name="Jonas Lindqvist")
    import_articles(editor)
    page.goto("/articles/")  # signed out: the login comes first
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.goto("/")
    sign_in(page, editor)
    keys(page, "?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keys(page, "Escape")
    tab_to(page, "Articles")
    keys(page, "Enter")
    page.wait_for_url("**/articles/")

    # marked, described, pinned
    open_article(page, "bridge cost 40")
    keys(page, "/")
    page.keyboard.type("bridge cost 40 million euros")
    keys(page, "Control+Enter")
    expect(page.locator(".claim-card")).to_have_count(1)
    keys(page, "Escape", "j", "Enter")
    expect(page.get_by_label("What is checked")).to_be_focused()
    page.keyboard.type("The bridge cost 40 million euros")
    keys(page, "Tab")
    page.keyboard.type("Ada Example")
    keys(page, "Tab")
    page.keyboard.type("03012026")
    expect(page.locator(".claim-card [data-save-state]")).to_have_text("Saved")
    keys(page, "Escape", "i")
    expect(page.locator(".pinned-claim")).to_contain_text("The bridge cost 40 million euros")

    # evidence in another article
    tab_to(page, "Articles", "Shift+Tab")
    keys(page, "Enter")
    page.wait_for_url("**/articles/")
    open_article(page, "61 million")
    keys(page, "/")
    page.keyboard.type("61 million euros")
    expect(page.locator(".quote-count")).to_contain_text("1 of")
    tab_to(page, "Evidence")
    keys(page, "Enter", "r")
    expect(page.get_by_label("What it shows, and what not")).to_be_focused()
    page.keyboard.type("The whole cost")
    keys(page, "Escape")
    expect(page.locator(".claim-card.is-evidence")).to_be_focused()
    expect(page.locator(".claim-card-note")).to_have_text("The whole cost")
    keys(page, "v")

    # the verdict
    page.wait_for_url("**/claims/**#verdict")
    expect(page.get_by_role("button", name="Write the verdict")).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.keyboard.type("No, the bridge was dearer")
    tab_to(page, "Rationale")
    page.keyboard.type("The accounts say otherwise")
    tab_to(page, "E1", "Shift+Tab")
    keys(page, "Enter")
    expect(page.get_by_label("Rationale", exact=True)).to_be_focused()
    expect(page.get_by_label("Rationale", exact=True)).to_have_value("The accounts say otherwise [E1]")
    tab_to(page, "Summary", "Shift+Tab")
    page.keyboard.type("It cost half as much again.")
    tab_to(page, "The statement is wrong", "Shift+Tab")
    keys(page, "Space")
    expect(page.locator("#checklist")).to_contain_text("Jonas Lindqvist could approve it")
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    keys(page, "Control+Enter")
    expect(page.locator(".toast-text")).to_contain_text("Submitted")
    expect(page.locator("#verdict")).to_be_focused()

    # the other person
    tab_to(page, "Account menu", "Shift+Tab")
    keys(page, "Enter")
    tab_to(page, "Sign out")
    keys(page, "Enter")
    sign_in(page, reviewer)
    keys(page, "j", "Enter")
    page.wait_for_url("**/review/*-*/")
    expect(page.locator("#decision")).to_be_visible()
    keys(page, "y")
    expect(page.get_by_label("I have no conflict of interest")).to_be_focused()  # asked once per claimant
    keys(page, "Space", "y")
    expect(
        page.get_by_role("dialog", name="Approve this version?").get_by_role("button", name="Approve")
    ).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".toast-text")).to_contain_text("Approved")
    expect(page.locator("#decision")).to_be_focused()
    keys(page, "y")
    expect(page.get_by_role("button", name="Publish")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator("#decision")).to_be_focused()
    tab_to(page, "Open the public page")
    keys(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("No, the bridge was dearer")
    claim = Claim.objects.get()
    assert (claim.claimant.name, claim.appearances.get().said_at.date().isoformat()) == ("Ada Example", "2026-03-01")
    assert Evidence.objects.get().note == "The whole cost"
    assert FactCheck.objects.get().state == "published"
