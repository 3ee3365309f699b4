"""The screen that shows what an import changes before it is applied, and the decision on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from annotations.models import RecheckTask
from annotations.services.changes.placements import place_all_pending
from annotations.tasks import place_revision_task
from articles.models import Article, ImportRun
from articles.tasks import process_import
from tests.annotations import story

pytestmark = pytest.mark.django_db
STORY = "A headline about trade\n\nThe first paragraph has 80 requests in it.\n\nNobody answered the letters.\n"
CHANGED = "A headline about trade\n\nThe first paragraph has 45 requests in it.\n"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that would go to a worker, which works when a test says so."""
    runs: list[str] = []
    monkeypatch.setattr(process_import, "delay", runs.append)
    monkeypatch.setattr(place_revision_task, "delay", lambda _revision_id: None)
    return runs


@pytest.fixture
def run(desk: Client, editor: User, waiting: list[str]) -> ImportRun:
    """An import of a new version of an article with two claims, as the desk's form sends it."""
    desk.post("/imports/new/", {"import-files": [SimpleUploadedFile("trade.txt", STORY.encode())]})
    process_import(waiting[-1])
    article = Article.objects.get()
    story.mark(editor, article, "80 requests", statement="Eighty")
    story.mark(editor, article, "Nobody answered the letters.", statement="Nobody")
    files = [SimpleUploadedFile("trade.txt", CHANGED.encode())]
    desk.post("/imports/new/", {"import-files": files, "import-shows_first": "on"})
    process_import(waiting[-1])
    run = ImportRun.objects.get(state="held")
    waiting.clear()
    return run


def url(run: ImportRun, name: str = "") -> str:
    return f"/imports/{run.pk}/effects/{name}"


def key(run: ImportRun) -> str:
    return f"{run.items.get().pk}:1"


def test_the_form_shows_first_unless_told_otherwise(desk: Client) -> None:
    assert 'name="import-shows_first" id="id_import-shows_first" ' in desk.get("/articles/").content.decode().replace(
        ' aria-describedby="id_import-shows_first_helptext"', ""
    )


def test_it_is_shown_before_anything_is_stored(desk: Client, run: ImportRun) -> None:
    assert desk.get(f"/imports/{run.pk}/progress/")["HX-Redirect"] == url(run)
    page = desk.get(url(run)).content.decode()
    assert "Changes 1 claim, orphans 1" in page
    assert "Eighty" in page
    assert Article.objects.get().revisions.count() == 1
    detail = desk.get(f"/imports/{run.pk}/").content.decode()
    assert "New versions wait for a decision" in detail
    assert url(run) in detail
    assert "Waiting for a decision" in desk.get("/imports/").content.decode()


def test_apply_then_the_run_tells_what_it_changed(desk: Client, run: ImportRun, waiting: list[str]) -> None:
    answer = desk.post(url(run, "apply/"), {"item": key(run)})
    assert answer["Location"] == f"/imports/{run.pk}/"
    assert waiting == [str(run.pk)]
    process_import(waiting[0])
    assert desk.get(f"/imports/{run.pk}/progress/")["HX-Redirect"] == f"/imports/{run.pk}/"

    assert "every 2s" in desk.get(url(run, "made/")).content.decode()
    place_all_pending()
    told = desk.get(url(run, "made/")).content.decode()
    assert "every 2s" not in told
    for task in RecheckTask.objects.filter(is_open=True):
        assert f"/rechecks/#recheck-{task.pk}" in told
    assert RecheckTask.objects.filter(is_open=True).count() == 2
    assert url(run, "made/") in desk.get(f"/imports/{run.pk}/").content.decode()


def test_leave_it(desk: Client, run: ImportRun, waiting: list[str]) -> None:
    answer = desk.post(url(run, "leave/"), {"item": key(run)})
    assert answer["Location"] == f"/imports/{run.pk}/"
    assert Article.objects.get().revisions.count() == 1
    assert waiting == []
    run.refresh_from_db()
    assert run.state == "finished"


@pytest.mark.parametrize("item", ["", "x:1", "7", "7:y", "999999999:1"])
def test_a_decision_on_nothing_changes_nothing(desk: Client, run: ImportRun, item: str, waiting: list[str]) -> None:
    answer = desk.post(url(run, "apply/"), {"item": item} if item else {})
    assert answer["Location"] == url(run)
    assert "Nothing was" in desk.get(url(run)).content.decode()
    run.refresh_from_db()
    assert run.state == "held"
    assert waiting == []


def test_a_second_decision_is_told(desk: Client, run: ImportRun, waiting: list[str]) -> None:
    desk.post(url(run, "apply/"), {"item": key(run)})
    desk.post(url(run, "leave/"), {"item": key(run)})
    assert "decided on this already" in desk.get(url(run)).content.decode()


def test_who_may_not_import_reads_and_does_not_decide(
    client: Client, run: ImportRun, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("publisher"))
    page = client.get(url(run))
    assert page.status_code == 200
    assert "Leave it" not in page.content.decode()
    assert client.post(url(run, "apply/"), {"item": key(run)}).status_code == 403
    client.logout()
    assert client.get(url(run)).status_code == 302


def test_no_such_import(desk: Client) -> None:
    assert desk.get("/imports/0199aaaa-0000-7000-8000-000000000000/effects/").status_code == 404


def test_an_orphan_can_be_reattached_withdrawn_or_kept(desk: Client, run: ImportRun, waiting: list[str]) -> None:
    desk.post(url(run, "apply/"), {"item": key(run)})
    process_import(waiting[0])
    place_all_pending()
    task = RecheckTask.objects.get(placement__status="orphaned")
    page = desk.get("/rechecks/").content.decode()
    assert f"#reattach={task.placement_id}" in page
    desk.post(f"/rechecks/{task.pk}/resolve/", {"resolution": "kept"})
    task.refresh_from_db()
    assert (task.is_open, task.resolution) == (False, "Kept without a place")
