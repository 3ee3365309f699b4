"""The sample articles, an editor, and the reader opened on one of them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from articles.models import Article
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.fetching import fetch

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Mira Okafor")


@pytest.fixture
def articles(editor, shared_dir) -> dict[str, Article]:
    """The three sample articles by the number in their file names."""
    files = sorted((shared_dir / "seeds").glob("*.txt"))
    run = start_import(
        person=editor, now=NOW, files=[IncomingFile(path.name, path.read_bytes(), "text/plain") for path in files]
    )
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: NOW)
    items = run.items.select_related("article__current_revision")
    return {item.name.partition("_")[0]: item.article for item in items}


@pytest.fixture
def open_article(articles, editor, login_as):
    """`open_article(page, "004", user=editor, **query)`"""

    def opened(page: Page, name: str, user=None) -> Page:
        login_as(page, user or editor)
        page.goto(reverse("annotations:reader", args=[articles[name].pk]))
        return page

    return opened
