"""The evidence finder in a browser: the counter-evidence in four actions, by keyboard alone, on a phone, for everybody."""

import itertools
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.models import Claim, Evidence
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import create_claim, update_claim
from annotations.services.finder import find_passages
from annotations.services.plan import toggle_pin
from annotations.services.targets import Target
from articles.models import Article
from articles.search.corpora import SENTENCES
from articles.search.embedding import forget_embedder
from articles.search.finder_index import backlog, embed_texts, index_articles
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.fetching import fetch
from factcheck.local.processes import wait_until
from tests.annotations import story

pytestmark = pytest.mark.django_db(transaction=True)
MOST_ACTIONS = 4
PUTIN = ClaimantInput(name="Vladimir Putin", role="President of Russia")
# Number of the seed, words where the claim stands, statement.
CLAIMS = (
    (
        "004",
        "Russia has sent 80 cybercrime-related requests",
        "On cybercrime Russia cooperates and the US does not (80 requests, no response)",
    ),
    (
        "000",
        "not one time, did they bother to produce any kind of evidence or proof",
        "The US never produced any evidence for its accusations of election interference and cyberattacks",
    ),
    (
        "003",
        "most of the cyberattacks in the world",
        "Most cyberattacks in the world come from the United States",
    ),
)


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Mira Okafor")


def index_all() -> None:
    while index_articles():
        pass
    while embed_texts(SENTENCES):
        pass
    # The server's own thread may be at the last of them.
    assert wait_until(lambda: backlog().is_empty, 30)


@pytest.fixture
def desk(request, editor, shared_dir, settings, tmp_path):
    """The story's three articles among others, with the encoder of the product."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMBEDDER = "bundled"
    forget_embedder()
    others = sorted((shared_dir / "fixtures" / "articles-18f").glob("*.txt"))[: request.param]
    assert len(others) == request.param
    paths = [*sorted((shared_dir / "seeds").glob("*.txt")), *others]
    run = start_import(person=editor, now=timezone.now(), files=[_file(path) for path in paths])
    process_run(run_id=run.pk, fetch=fetch, clock=timezone.now)
    index_all()
    assert Article.objects.count() > request.param
    items = run.items.select_related("article__current_revision")
    yield {item.name.partition("_")[0]: item.article for item in items}
    forget_embedder()


def _file(path: Path) -> IncomingFile:
    return IncomingFile(path.name, path.read_bytes(), "text/plain")


def make_claim(editor, article: Article, words: str, statement: str) -> Claim:
    start = article.current_revision.text.index(words)
    target = Target(article_id=article.pk, exact=words, start=start, end=start + len(words), revision=1)
    claim = create_claim(person=editor, target=target, now=timezone.now())
    update_claim(person=editor, claim_id=claim.pk, now=timezone.now(), statement=statement, claimant=PUTIN)
    toggle_pin(person=editor, claim_id=claim.pk, now=timezone.now())
    return claim


class Counted:
    """Count the person's actions; nothing else touches the page."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def click(self, words: str) -> None:
        self.actions += 1
        self.page.locator(".finder .chip", has_text=words).first.click()


def shown(page: Page) -> list[str]:
    return page.locator("[data-hit] blockquote").all_inner_texts()


def wait_for_passages(page: Page) -> None:
    expect(page.locator("#finder[aria-busy=false] [data-hit]").first).to_be_visible()


# The next two in one test: reading and embedding the articles takes longer than both.
def assert_it_is_among_the_first_five_untouched(claim: Claim, editor, statement: str) -> None:
    for worded in ("The US never answered Russia's 80 requests on cybercrime", statement):
        update_claim(person=editor, claim_id=claim.pk, now=timezone.now(), statement=worded)
        claim.refresh_from_db()
        first = [hit.exact for hit in find_passages(claim=claim, limit=5).hits]
        assert any("NotPetya" in text for text in first), first


@pytest.mark.parametrize("desk", [12, pytest.param(59, marks=pytest.mark.soak)], indirect=True)
def test_the_counter_evidence_is_found_and_linked_in_four_actions(page, desk, editor, login_as):
    """Among twelve other articles, in the soak among all: to encode their sentences takes most of the test's time."""
    login_as(page, editor)
    taken: dict[str, int] = {}
    for number, words, statement in CLAIMS:
        claim = make_claim(editor, desk[number], words, statement)
        if not taken:
            assert_it_is_among_the_first_five_untouched(claim, editor, statement)
        page.goto(reverse("annotations:reader", args=[desk[number].pk]))
        expect(page.locator(".pinned-claim")).to_contain_text(statement[:30])
        person = Counted(page)
        person.press("g")
        wait_for_passages(page)
        person.click("With a number")
        wait_for_passages(page)
        place = next(n for n, text in enumerate(shown(page), 1) if "NotPetya" in text)
        person.press(str(place))
        person.press("r")
        expect(page.locator(".toast", has_text="Linked as E1")).to_be_visible()
        linked = Evidence.objects.get(claim=claim)
        assert (linked.stance, "NotPetya" in linked.passage.exact) == ("refutes", True)
        expect(page.locator(".pinned-counts .stance-refutes")).to_contain_text("1")
        taken[number] = person.actions
        page.keyboard.press("Escape")
    assert max(taken.values()) <= MOST_ACTIONS, taken


@pytest.fixture
def bridge(editor):
    """A claim with one article that contradicts it, pinned."""
    council, audit = story.make_article(), story.make_article(story.AUDIT)
    claim = story.mark(editor, council)
    toggle_pin(person=editor, claim_id=claim.pk, now=timezone.now())
    story.note_changed([council.pk, audit.pk])
    index_articles()
    return claim, council, audit


def test_by_keyboard_from_passage_to_passage_and_back(page, bridge, editor, login_as):
    claim, council, audit = bridge
    login_as(page, editor)
    page.goto(reverse("annotations:reader", args=[council.pk]))
    expect(page.locator(".claim-card")).to_have_count(1)
    page.keyboard.press("g")
    wait_for_passages(page)
    expect(page.locator("[data-hit]").first).to_be_focused()

    # a filter acts at once, and a number goes from its chip to the passage
    page.locator(".chip", has_text="With a number").click()
    wait_for_passages(page)
    page.keyboard.press("1")
    expect(page.locator("[data-hit]").first).to_be_focused()

    # opened in place, in its own article: the pane comes along and stands where it stood
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('annotations:reader', args=[audit.pk])}#at=*")
    wait_for_passages(page)
    expect(page.locator("[data-hit]").first).to_be_focused()
    assert page.evaluate("CSS.highlights.get('search')?.size") == 1

    # linked, said, taken back
    page.keyboard.press("r")
    expect(page.locator("[data-hit]").first).to_contain_text("Already linked to this claim: refutes")
    expect(page.locator("[data-hit]").first).to_be_focused()
    expect(page.locator(".claim-card.is-evidence")).to_have_count(1)
    assert Evidence.objects.get(claim=claim).removed_at is None
    page.keyboard.press("u")
    expect(page.locator("[data-hit]").first).not_to_contain_text("Already linked")
    expect(page.locator(".claim-card.is-evidence")).to_have_count(0)
    assert Evidence.objects.get(claim=claim).removed_at is not None

    # closed: it stays closed, and the keys are the reader's again
    page.keyboard.press("Escape")
    expect(page.locator("#finder")).to_be_hidden()
    page.reload()
    expect(page.locator("#finder")).to_be_hidden()


def test_on_the_claim_page_a_link_shows_at_once_and_can_be_undone(page, bridge, editor, login_as):
    claim, _, _ = bridge
    login_as(page, editor)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    page.locator("#evidence").get_by_role("link", name="Find evidence").click()
    wait_for_passages(page)
    page.get_by_role("button", name="Refutes").first.click()
    expect(page.locator("#evidence")).to_contain_text("61 million euros")
    expect(page.locator("#topbar-pin .stance-refutes")).to_contain_text("1")
    page.keyboard.press("u")
    expect(page.locator("#evidence")).not_to_contain_text("61 million euros")
    expect(page.locator("#topbar-pin .stance-refutes")).to_have_count(0)


def test_a_claims_page_serves_its_own_claim_and_not_the_pinned_one(page, bridge, editor, login_as):
    pinned, council, _ = bridge
    statement = "Nobody had been hurt while the bridge was built"
    other = story.mark(editor, council, "nobody had been hurt", statement=statement)
    page.set_viewport_size({"width": 1280, "height": 420})
    login_as(page, editor)
    page.goto(reverse("annotations:reader", args=[council.pk]))
    page.keyboard.press("g")
    wait_for_passages(page)
    expect(page.locator(".finder-claim")).to_contain_text(pinned.statement)

    page.goto(reverse("annotations:claim", args=[other.pk]))
    expect(page.locator("#topbar-pin")).to_contain_text(pinned.statement)
    expect(page.locator("#topbar-pin [data-find-evidence]")).to_be_hidden()
    expect(page.locator("#finder")).to_be_hidden()  # it was open for the pinned claim
    page.keyboard.press("g")
    expect(page.locator(".finder-claim")).to_contain_text(statement)
    hit = page.locator("[data-hit]", has_text="Two workers were hurt")
    hit.scroll_into_view_if_needed()
    page.locator("#finder").evaluate("(pane) => pane.scrollTo(0, pane.scrollHeight)")
    expect(page.locator(".finder-claim")).to_be_in_viewport(ratio=1)
    hit.hover()
    hit.get_by_role("button", name="Refutes").click()
    expect(page.locator(".toast", has_text=f"refutes “{statement}”")).to_be_visible()
    assert Evidence.objects.get().claim == other


def test_the_question_is_edited_and_nothing_found_is_said(page, bridge, editor, login_as):
    login_as(page, editor)
    page.goto(reverse("annotations:claims"))
    page.keyboard.press("g")
    wait_for_passages(page)
    question = page.get_by_role("textbox", name="Question")
    expect(question).to_be_hidden()  # it is the statement, which stands above
    page.get_by_text("Search for other words").click()
    question.fill("workers hurt")
    expect(page.locator("[data-hit]").first).to_contain_text("Two workers were hurt in 2024")
    question.fill("volcano")
    expect(page.locator("#finder-passages")).to_contain_text("Nothing found")
    page.get_by_text("Search for other words").click()
    expect(question).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("g")
    expect(question).to_be_focused()  # nothing was found, so the words are what one wants to change


def test_folded_filters_are_counted_and_a_phone_s_finder_stays_away_after_a_new_page(
    new_page, bridge, editor, login_as
):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    login_as(page, editor)
    claim, _, _ = bridge
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    page.locator("#evidence").get_by_role("link", name="Find evidence").click()
    wait_for_passages(page)
    other = page.locator(".chip", has_text="Other sources")
    expect(other).to_be_hidden()
    filters = page.locator(".finder-more > summary")
    expect(filters).to_contain_text("1 set")
    filters.click()
    other.click()
    expect(filters).to_contain_text("2 set")
    page.reload(wait_until="networkidle")
    expect(page.locator("#finder")).to_be_hidden()


POINTS = """
() => [...document.querySelectorAll(".finder-why > li")].map((one) => [
  getComputedStyle(one, "::before").content, getComputedStyle(one, "::after").content,
  one.offsetLeft - one.parentElement.offsetLeft,
])
"""


def test_no_point_stands_alone_at_the_end_of_a_line_of_reasons(page, bridge, editor, login_as):
    login_as(page, editor)
    page.goto(reverse("annotations:claims"))
    page.keyboard.press("g")
    wait_for_passages(page)
    points = page.evaluate(POINTS)
    assert points
    assert {(before, after) for before, after, _ in points} == {('"·"', "none")}
    clip = page.locator(".finder-why").first.evaluate("(list) => getComputedStyle(list).clipPath")
    assert re.fullmatch(r"inset\(0px 0px 0px [\d.]+px\)", clip), clip


BOXES = """
() => [...document.querySelectorAll(".topbar :is(a, summary):not(.menu > :not(summary) *)")]
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1)
  .map(([name, box]) => [name, box.left, box.right])
  .sort((one, other) => one[1] - other[1])
"""


def test_the_bar_with_a_pinned_claim_fits_a_phone(new_page, bridge, editor, login_as):
    page = new_page(viewport={"width": 390, "height": 640}, has_touch=True)
    story.link(editor, bridge[0], bridge[2], "61 million euros")
    login_as(page, editor)
    page.goto(reverse("annotations:claims"))
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 640})
        boxes = page.evaluate(BOXES)
        assert len(boxes) == 6, boxes
        assert all(one[2] <= other[1] + 0.5 for one, other in itertools.pairwise(boxes)), boxes
        assert (boxes[0][1] >= 0, boxes[-1][2] <= width) == (True, True), boxes
        expect(page.locator("#topbar-pin svg").first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("look", [pytest.param("light", marks=pytest.mark.soak), "dark", "phone"])
def test_the_pane_is_accessible_and_fits(new_page, bridge, editor, login_as, axe, look):
    size = {"width": 390, "height": 844} if look == "phone" else {"width": 1440, "height": 900}
    page = new_page(viewport=size, color_scheme="dark" if look == "dark" else "light", has_touch=look == "phone")
    login_as(page, editor)
    claim, council, _ = bridge
    for path in (
        reverse("annotations:reader", args=[council.pk]),
        reverse("annotations:claim", args=[claim.pk]),
        reverse("annotations:finder_page", args=[claim.pk]),
    ):
        page.goto(path)
        if "finder" not in path:
            page.locator("[data-find-evidence]").last.click()
            wait_for_passages(page)
        axe(page)
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) <= 0, path
