"""A corrected article in a real browser: shown first, applied, its rechecks settled, an orphan re-attached."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from annotations.models import Placement, RecheckTask
from annotations.services.changes.placements import place_all_pending
from articles.models import Article, ImportRun
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from tests.annotations import story
from tests.annotations.services.test_import_effects import BLOCKS, CHANGED, FOURTH, SECOND, THIRD, no_network
from tests.annotations.story import NOW
from tests.e2e.reader.actions import select

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def editor(make_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_user("editor", name="Mira Okafor")


@pytest.fixture
def article(editor) -> Article:
    data = "\n\n".join(BLOCKS).encode()
    run = start_import(person=editor, now=NOW, files=[IncomingFile("letters.txt", data, "text/plain")])
    process_run(run_id=run.pk, fetch=no_network, clock=lambda: NOW)
    article = Article.objects.get()
    statements = {
        "80 requests": "The ministry sent 80 requests in two years",
        SECOND: "Mondelez lost more than 100 million dollars",
        THIRD: "Nobody answered the letters",
        FOURTH: "The letters were answered",
    }
    for exact, statement in statements.items():
        story.mark(editor, article, exact, statement=statement)
    return article


def upload(page: Page) -> ImportRun:
    """A corrected file, through the form of the articles page."""
    page.goto(reverse("article_list"))
    page.locator("#import-box > summary").click()
    expect(page.get_by_label("Show what it changes first")).to_be_checked()
    file = FilePayload(name="letters.txt", mimeType="text/plain", buffer="\n\n".join(CHANGED).encode())
    page.get_by_label("Or drop files").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="What it changes")).to_be_visible()
    return ImportRun.objects.get(state="held")


def photograph(page: Page, name: str) -> None:
    """Into the folder that FACTCHECK_SHOTS names, to be looked at."""
    if folder := os.environ.get("FACTCHECK_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_shown_applied_and_told(page: Page, login_as: Any, editor: Any, article: Article, axe: Any) -> None:
    login_as(page, editor)
    run = upload(page)
    expect(page.get_by_text("Changes 2 claims, moves 1, orphans 1")).to_be_visible()
    sides = page.locator(".side-by-side").first
    expect(sides.locator("del")).to_contain_text("80")
    expect(sides.locator("ins")).to_contain_text("45")
    axe(page)
    photograph(page, "effects-light")
    assert article.revisions.count() == 1

    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Claims it changed")).to_be_visible()
    place_all_pending()
    expect(page.get_by_role("link", name="Recheck it")).to_have_count(4)
    axe(page)
    photograph(page, "made-light")
    run.refresh_from_db()
    assert run.state == "finished"
    page.get_by_role("link", name="Recheck it").first.click()
    expect(page.get_by_role("heading", name="Rechecks")).to_be_visible()
    axe(page)
    photograph(page, "rechecks-light")


def test_left_as_it_is(page: Page, login_as: Any, editor: Any, article: Article) -> None:
    login_as(page, editor)
    run = upload(page)
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator(".toast-text").filter(has_text="Left as it is")).to_be_visible()
    run.refresh_from_db()
    assert (run.state, article.revisions.count()) == ("finished", 1)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        pytest.param("dark", {"color_scheme": "dark"}, marks=pytest.mark.soak),
        ("phone", {"viewport": PHONE, "has_touch": True}),
    ],
)
def test_in_the_dark_and_on_a_phone(
    new_page: Any, login_as: Any, editor: Any, article: Article, axe: Any, name: str, options: Any
) -> None:
    page = new_page(**options)
    login_as(page, editor)
    upload(page)
    assert fits(page)
    axe(page)
    photograph(page, f"effects-{name}")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Claims it changed")).to_be_visible()
    place_all_pending()
    expect(page.get_by_role("link", name="Recheck it")).to_have_count(4)
    assert fits(page)
    axe(page)
    photograph(page, f"made-{name}")
    page.goto(reverse("annotations:rechecks"))
    assert fits(page)
    axe(page)
    photograph(page, f"rechecks-{name}")


def test_an_orphan_is_reattached_by_selecting(page: Page, login_as: Any, editor: Any, article: Article) -> None:
    data = "\n\n".join(CHANGED).encode()
    run = start_import(person=editor, now=NOW, files=[IncomingFile("letters.txt", data, "text/plain")])
    process_run(run_id=run.pk, fetch=no_network, clock=lambda: NOW)
    place_all_pending()
    orphan = Placement.objects.get(status="orphaned")
    login_as(page, editor)
    page.goto(reverse("annotations:rechecks"))
    page.get_by_role("link", name="Re-attach by selecting").click()
    expect(page.get_by_text("Select the words where the passage is now.").first).to_be_visible()
    photograph(page, "reattach-light")
    select(page, "story about letters")
    page.get_by_role("button", name="Attach here").click()
    expect(page.get_by_text("Re-attached to the words you chose.").first).to_be_visible()
    orphan.refresh_from_db()
    assert orphan.exact == "story about letters"
    assert not RecheckTask.objects.filter(placement=orphan, is_open=True).exists()
