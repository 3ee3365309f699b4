from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from articles.models import ImportRun
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def no_network(url: str) -> Any:
    raise AssertionError(f"nothing should be fetched, but {url} was")


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def editor(make_user: Callable[..., User]) -> User:
    return make_user("editor")


@pytest.fixture
def run_import(editor: User) -> Callable[..., ImportRun]:
    """`run_import({"a.txt": b"..."}, **start_import's arguments)`: started and worked through, the run as it is then."""

    def run(files: dict[str, bytes] | None = None, **options: Any) -> ImportRun:
        incoming = [IncomingFile(name, data) for name, data in (files or {}).items()]
        fetch = options.pop("fetch", no_network)
        started = start_import(person=options.pop("person", editor), files=incoming, now=NOW, **options)
        process_run(run_id=started.pk, fetch=fetch, clock=lambda: NOW)
        started.refresh_from_db()
        return started

    return run
