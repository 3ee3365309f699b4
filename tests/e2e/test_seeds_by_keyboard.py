"""The story of the sample articles without a pointer, from signing in to published and suspended, with the actions counted."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.audit import acting
from annotations.models import Appearance, Claim, Evidence, Verdict
from articles.models import Article, Source
from factcheck.local.processes import wait_until
from publishing.models import FactCheck
from tests.e2e.test_finder import index_all
from tests.e2e.test_keyboard_story import keys, sign_in, tab_to

pytestmark = pytest.mark.django_db(transaction=True)
STATEMENT = "On cybercrime Russia cooperates and the US does not (80 requests, no response)"
TEXT = "() => getSelection().toString()"


class Actions:
    """Counts the actions of one task: keys pressed for their effect, texts typed or pasted, walks to a place."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str) -> None:
        self.count += 1
        keys(self.page, key)

    def type(self, words: str) -> None:
        self.count += 1
        self.page.keyboard.type(words)

    def walk_to_sentence(self, words: str, *, extends: int = 0) -> None:
        """Press the arrow until the sentence with these words is selected: one walk, however long."""
        self.count += 1
        self.page.keyboard.press("w")
        selected = self._selected_instead_of("")
        self.page.keyboard.press("Home")
        self.page.wait_for_timeout(50)
        for _ in range(200):
            if words in selected:
                return
            self.page.keyboard.press("ArrowDown")
            selected = self._selected_instead_of(selected)
        raise AssertionError(f"No sentence holds {words!r}")

    def _selected_instead_of(self, before: str) -> str:
        """Wait until other words are selected: the bounds of the sentences come from the server."""
        # Asked again and again from here: the page's policy refuses what Playwright's own wait would evaluate.
        assert wait_until(lambda: self.page.evaluate(TEXT) != before, 10)
        return str(self.page.evaluate(TEXT))

    def paste(self, text: str) -> None:
        """Paste as a person does: what another program copied arrives as one input."""
        self.count += 1
        self.page.keyboard.insert_text(text)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def go_to_articles(page: Page) -> None:
    tab_to(page, "Articles")
    keys(page, "Enter")
    page.wait_for_url("**/articles/")


def paste_article(page: Page, text: str) -> int:
    """From the list of articles; ends in the reader."""
    acts = Actions(page)
    acts.press("o")
    expect(page.locator("#import-box [name=import-text]")).to_be_focused()
    acts.paste(text)
    acts.press("Control+Enter")
    page.wait_for_url("**/articles/*-*/")
    expect(page.locator("article.reader")).to_be_visible()
    return acts.count


def choose_rating(page: Page, label: str) -> None:
    """Back to the group of ratings with Shift+Tab, then along it with the arrow keys, as in any group of radio buttons."""
    for key in ["Shift+Tab"] * 12 + ["ArrowDown"] * 12:
        state = page.evaluate(
            "(label) => { const at = document.activeElement;"
            " return at.type !== 'radio' ? 'elsewhere' : [...at.labels].some((one) => one.textContent.includes(label))"
            " ? 'there' : 'radio'; }",
            label,
        )
        if state == "there":
            return keys(page, "Space")
        if state == "elsewhere" or key == "ArrowDown":
            keys(page, key)
    raise AssertionError(f"No rating is called {label!r}")


def seeds(folder: Path) -> list[str]:
    return [next((folder / "seeds").glob(f"{number}_*")).read_text() for number in ("000", "003", "004")]


def name_sources() -> None:
    """Each from a paper of its own: readers are told the source of every quote."""
    with acting(None):
        for number, article in enumerate(Article.objects.order_by("created_at")):
            Article.objects.filter(pk=article.pk).update(source=Source.objects.create(name=f"Paper {number}"))


@pytest.mark.usefixtures("encoder")
def test_the_story_of_the_seeds_without_a_pointer(page, make_user, media, shared_dir):
    editor = make_user("editor", name="Mira Okafor")
    reviewer = make_user(("reviewer", "publisher"), name="Jonas Lindqvist")
    hopes, talks, requests = seeds(shared_dir)
    counted: dict[str, int] = {}
    page.goto("/")
    sign_in(page, editor)

    # three articles are pasted; the last one is the one that is read first
    for text in (hopes, talks, requests):
        go_to_articles(page)
        counted["import a pasted article"] = paste_article(page, text)
    name_sources()

    # the claim, described and pinned, and a second place where it was said
    acts = Actions(page)
    acts.walk_to_sentence("over the last two years but hasn't received a single response")
    acts.press("c")
    expect(page.locator(".claim-card")).to_have_count(1)
    counted["mark"] = acts.count
    expect(page.locator("article.reader")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".is-open [name=statement]")).to_be_focused()
    page.keyboard.type(STATEMENT)
    tab_to(page, "Claimant")
    page.keyboard.type("Vladimir Putin")
    tab_to(page, "Said on")
    page.keyboard.type("06162021")
    tab_to(page, "Speech")
    page.keyboard.type("Rep")
    expect(page.locator(".is-open [data-save-state]")).to_have_text("Saved")
    keys(page, "Escape", "i")
    expect(page.locator(".pinned-claim")).to_contain_text("On cybercrime Russia cooperates")
    acts = Actions(page)
    acts.walk_to_sentence("in stark contrast to the USA's experience")
    acts.press("a")
    expect(page.locator(".claim-card-also li")).to_have_count(1)
    counted["second appearance"] = acts.count
    first, second = Appearance.objects.order_by("created_at")
    assert (second.mode, second.said_at) == (first.mode, first.said_at) != ("", None)

    # the same article says the opposite of "no response" on the other side
    acts = Actions(page)
    acts.walk_to_sentence("the opposite holds true")
    keys(page, "e")
    expect(page.get_by_role("toolbar", name="How does the passage bear on the claim?")).to_be_visible()
    keys(page, "s")
    expect(page.get_by_label("What it shows, and what not")).to_be_focused()
    keys(page, "Escape")

    # counter-evidence, found and linked without typing
    index_all()
    acts = Actions(page)
    acts.press("g")
    expect(page.locator("[data-hit]:focus")).to_have_count(1)
    acts.press("j")
    expect(page.locator("[data-hit]").nth(1)).to_be_focused()
    acts.press("r")
    expect(page.locator(".toast-text").last).to_contain_text("Linked as E2")
    counted["link from the finder"] = acts.count
    keys(page, "Escape")

    # the verdict
    keys(page, "k", "k", "k", "v")
    page.wait_for_url("**/claims/**#verdict")
    expect(page.get_by_role("button", name="Write the verdict")).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.keyboard.type("Eighty requests are half of the story")
    tab_to(page, "Rationale")
    page.keyboard.type("He says himself that American requests were answered [E1]. Left out: [E2].")
    tab_to(page, "Summary", "Shift+Tab")
    page.keyboard.type("The figure is his own and leaves out whose attacks were the costliest.")
    choose_rating(page, "Missing context")
    expect(page.locator("#verdict-form [data-save-state]")).to_have_text("Saved")
    keys(page, "Control+Enter")
    expect(page.locator(".toast-text").last).to_contain_text("Submitted")

    # the other person
    tab_to(page, "Account menu", "Shift+Tab")
    keys(page, "Enter")
    tab_to(page, "Sign out")
    keys(page, "Enter")
    sign_in(page, reviewer)
    keys(page, "j", "Enter")
    page.wait_for_url("**/review/*-*/")
    expect(page.locator("#decision")).to_be_visible()
    keys(page, "y", "Space")  # no conflict of interest: asked once per claimant
    acts = Actions(page)
    acts.press("y")
    expect(page.get_by_role("dialog", name="Approve this version?")).to_be_visible()
    acts.press("Enter")
    expect(page.locator(".toast-text").last).to_contain_text("Approved")
    counted["approve"] = acts.count
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    keys(page, "y")
    expect(page.get_by_role("button", name="Publish")).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_role("link", name="Open the public page")).to_be_visible()
    assert FactCheck.objects.get().state == "published"

    # a doubt, at once
    acts = Actions(page)
    acts.press("z")
    expect(page.locator("#suspend-reason")).to_be_focused()
    acts.type("A reader doubts the number.")
    acts.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Suspended")
    counted["suspend"] = acts.count
    assert FactCheck.objects.get().state == "suspended"
    assert Verdict.objects.get().status == "suspended"
    assert Claim.objects.get().statement == STATEMENT
    assert Evidence.objects.get(stance="refutes").passage.article != Appearance.objects.first().passage.article

    limits = {
        "mark": 2,
        "second appearance": 2,
        "link from the finder": 4,
        "approve": 2,
        "import a pasted article": 3,
        "suspend": 3,
    }
    assert {task: count for task, count in counted.items() if count > limits[task]} == {}
    assert set(counted) == set(limits)
    assert reverse("publishing:review", args=[Verdict.objects.get().pk]) in page.url
