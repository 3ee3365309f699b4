"""The reader in a real browser, on the sample articles: marking, describing, linking, undoing, together."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotations.models import Claim
from articles.fetching import fetch
from articles.models import Article
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

# Marks the first place where the words stand, as a mouse would have left them selected.
SELECT = """
(words) => {
  const root = document.querySelector("article.reader");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const block = node.parentElement.closest("[data-start]");
    const at = node.data.indexOf(words);
    if (!block || at < 0) continue;
    node.parentElement.scrollIntoView({ block: "center" });
    getSelection().setBaseAndExtent(node, at, node, at + words.length);
    return true;
  }
  throw new Error(`The article does not hold: ${words}`);
}
"""


def select(page: Page, words: str) -> None:
    page.evaluate(SELECT, words)
    expect(page.locator(".selection-bar")).to_be_visible()


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


def test_marked_words_are_a_claim_and_can_be_taken_back(page, open_article, axe):
    open_article(page, "004")
    select(page, "80 cybercrime-related requests")
    page.keyboard.press("c")
    expect(page.locator(".claim-card")).to_have_count(1)
    claim = Claim.objects.get()
    assert claim.appearances.get().passage.exact == "80 cybercrime-related requests"
    axe(page)
    page.keyboard.press("u")
    expect(page.locator(".claim-card")).to_have_count(0)
    claim.refresh_from_db()
    assert claim.removed_at is not None
