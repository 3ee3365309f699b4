"""Articles come in: pasted, dropped, watched on their way, found again. In a real browser."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from articles.models import Article, ImportRun
from articles.services.runs import IncomingFile, start_import
from articles.tasks import process_import
from tests.articles.conftest import NOW

STORY = "Ministry counts its requests\n\nGENEVA (Reuters) - The ministry sent 80 requests in two years.\n\nNone was answered."


@pytest.fixture
def desk(page: Any, login_as: Callable[..., None], make_user: Callable[..., Any], transactional_db: None) -> Any:
    login_as(page, make_user("editor", email="editor@desk.example"))
    return page


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_a_pasted_text_is_found_again(desk: Any, axe: Callable[..., None]) -> None:
    desk.goto("/articles/")
    axe(desk)
    desk.get_by_label("Paste a text").fill(STORY)
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.wait_for_url("**/articles/*-*/")
    article = Article.objects.get()
    desk.goto(f"/articles/{article.pk}/details/")
    axe(desk)
    desk.get_by_role("button", name="Accept Origin").click()
    desk.get_by_text("Reuters", exact=False).first.wait_for()

    desk.goto("/articles/?q=request")
    assert desk.locator("mark").first.inner_text() == "requests"
    axe(desk)


def test_files_are_dropped_and_the_bar_ends_in_outcomes(desk: Any, axe: Callable[..., None]) -> None:
    desk.goto("/articles/")
    files = [
        {"name": "a.txt", "mimeType": "text/plain", "buffer": STORY.encode()},
        {"name": "b.json", "mimeType": "application/json", "buffer": b"{"},
    ]
    desk.get_by_label("Or drop files").set_input_files(files)
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.wait_for_url("**/imports/*-*/")
    desk.get_by_text("Ministry counts its requests").wait_for()
    axe(desk)
    assert "Try the failed ones again" in desk.content()
    desk.goto("/imports/")
    axe(desk)


def test_the_bar_moves_by_itself(desk: Any, axe: Callable[..., None]) -> None:
    files = [IncomingFile(f"{n}.txt", f"Title {n}\n\nText {n}.".encode()) for n in range(2)]
    run = start_import(person=User.objects.get(), files=files, now=NOW)
    desk.goto(f"/imports/{run.pk}/")
    desk.get_by_text("No worker is running").wait_for()
    axe(desk)
    process_import(str(run.pk))
    desk.get_by_text("Title 1").wait_for()
    assert ImportRun.objects.get().state == "finished"


def test_an_import_is_cancelled_and_only_what_failed_is_tried_again(desk: Any, axe: Callable[..., None]) -> None:
    files = [
        IncomingFile("a.txt", STORY.encode()),
        IncomingFile("b.json", b"{"),
        IncomingFile("c.txt", b"Two\n\nMore."),
    ]
    waiting = start_import(person=User.objects.get(), files=files, now=NOW)
    desk.goto(f"/imports/{waiting.pk}/")
    desk.get_by_role("button", name="Cancel").click()
    desk.get_by_text("What was stored before stays").first.wait_for()
    assert desk.get_by_role("row").filter(has_text="Cancelled").count() == 3
    assert not Article.objects.exists()

    run = start_import(person=User.objects.get(), files=files, now=NOW)
    process_import(str(run.pk))
    stored = dict(run.items.exclude(state="failed").values_list("pk", "finished_at"))
    desk.goto(f"/imports/{run.pk}/?state=failed")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Error list").click()
    assert "b.json,malformed-json" in download.value.path().read_text()
    desk.get_by_role("button", name="Try the failed ones again").click()
    desk.get_by_role("row").filter(has_text="b.json").filter(has_text="Failed").wait_for()
    axe(desk)
    run.refresh_from_db()
    assert (run.state, run.created, run.failed, run.done) == ("finished", 2, 1, 3)
    assert dict(run.items.exclude(state="failed").values_list("pk", "finished_at")) == stored
    assert run.items.get(state="failed").finished_at > NOW


@pytest.mark.parametrize("path", ["/sources/", "/imports/feeds/", "/articles/?q=nothing"])
def test_the_other_screens_are_accessible(desk: Any, axe: Callable[..., None], path: str) -> None:
    desk.goto(path)
    axe(desk)
