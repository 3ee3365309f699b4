"""The whole story in a browser: three articles in, a claim with its evidence, review by another person, the feed."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.audit import acting
from accounts.services import create_token
from annotations.models import Claim, Evidence, Verdict
from articles.models import Article, ImportRun, Source
from factcheck.demo import sample_files
from tests.api.client import Api
from tests.e2e.reader.actions import card, mark, saved, select

pytestmark = pytest.mark.django_db(transaction=True)
STATEMENT = "On cybercrime Russia cooperates and the US does not (80 requests, no response)"
NOTE = "Whom the US and the EU hold responsible; nothing on the requests"


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def import_samples(page: Page) -> dict[str, Article]:
    """Through the import box, as three files at once."""
    page.goto(reverse("article_list"))
    page.get_by_label("Or drop files").set_input_files([str(path) for path in sample_files()])
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/imports/*-*/")
    expect(page.locator("main")).to_contain_text("Finished")
    run = ImportRun.objects.get()
    items = run.items.select_related("article__current_revision")
    assert {item.state for item in items} == {"created"}
    for item in items:  # each from a paper of its own, as readers are told the source of every quote
        with acting(None):
            source = Source.objects.create(name=f"Paper {item.position}")
            Article.objects.filter(pk=item.article_id).update(source=source)
    return {item.name.rpartition("/")[2].partition("_")[0]: item.article for item in items}


def open_reader(page: Page, article: Article) -> None:
    page.goto(reverse("annotations:reader", args=[article.pk]))


def describe(page: Page, statement: str, claimant: str) -> None:
    page.keyboard.press("Enter")
    page.keyboard.type(statement)
    page.keyboard.press("Tab")
    page.keyboard.type(claimant)
    page.keyboard.press("Escape")
    card(page).get_by_label("Said on").fill("2021-06-16")
    card(page).get_by_label("Speech").select_option("reported")
    saved(page)


def link(page: Page, words: str, stance_key: str, note: str = "") -> None:
    select(page, words)
    page.keyboard.press("e")
    page.keyboard.press(stance_key)
    expect(page.locator("textarea[name=note]:focus")).to_have_count(1)
    if note:
        page.keyboard.type(note)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def write_verdict(page: Page) -> None:
    page.locator(".rating-card", has_text="Missing context").first.click()
    page.get_by_label("Headline").fill("Eighty requests are half of the story")
    page.get_by_label("Summary").fill(
        "The figure is the claimant's own and leaves out whose attacks were the costliest."
    )
    page.get_by_label("Rationale", exact=True).fill(
        "He says himself that American requests were answered [E1]. Left out: [E2]."
    )
    expect(page.locator("#verdict-form [data-save-state]")).to_contain_text("aved")


def submit(page: Page) -> None:
    page.get_by_label("Summary").press("Control+Enter")
    expect(page.locator("#verdict-status")).to_contain_text("In review")


def words(article: Article, seed: str, sample: str) -> str:
    """The shared articles and our samples tell the same facts in other words."""
    text = article.current_revision.text
    return seed if seed in text else sample


def test_from_three_articles_to_the_feed(page, new_page, login_as, make_user, media, axe, traps):
    traps.allow("403")  # the author tries to approve
    editor = make_user("editor", name="Mira Okafor")
    reviewer = make_user(("reviewer", "publisher"), name="Jonas Lindqvist")
    login_as(page, editor)
    articles = import_samples(page)
    requests, talks, hopes = articles["004"], articles["003"], articles["000"]

    # the claim, a second appearance, evidence in the same article and in another one
    open_reader(page, requests)
    mark(page, "Russia has sent 80 cybercrime-related requests")
    describe(page, STATEMENT, "Vladimir Putin")
    page.keyboard.press("Escape")
    page.locator(".claim-card").first.focus()
    page.keyboard.press("i")
    expect(page.locator(".pinned-claim")).to_be_visible()
    last = requests.current_revision.blocks[-1]
    select(page, requests.current_revision.text[last["start"] : last["end"]][:60])
    page.keyboard.press("a")
    expect(page.locator(".claim-card-also li")).to_have_count(1)
    page.keyboard.press("Escape")
    link(page, words(requests, "the opposite holds true", "The opposite holds true"), "s")
    expect(page.locator(".claim-card.is-evidence")).to_contain_text("Not independent")
    open_reader(page, talks)
    link(page, "NotPetya virus", "r", NOTE)
    expect(page.locator(".claim-card-note")).to_have_text(NOTE)

    # the same passage against a second claim, in the third article
    open_reader(page, hopes)
    select(page, "not one time")
    page.keyboard.press("c")
    expect(page.locator(".claim-card:not(.is-evidence)")).to_have_count(1)
    page.locator(".claim-card").first.focus()
    page.keyboard.press("i")
    expect(page.locator(".pinned-claim")).to_contain_text("without a statement")
    open_reader(page, talks)
    link(page, "NotPetya virus", "r")
    expect(page.locator(".claim-card.is-evidence")).to_have_count(2)
    assert Evidence.objects.filter(stance="refutes").values("passage").distinct().count() == 1

    # the verdict
    claim = Claim.objects.get(statement=STATEMENT)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    start = page.get_by_role("button", name="Write the verdict")
    if start.count():
        start.first.click()
    expect(page.locator("#verdict-form")).to_be_visible()
    axe(page)
    write_verdict(page)
    submit(page)
    verdict = Verdict.objects.get(claim=claim)
    assert verdict.status == "in_review"
    review = reverse("publishing:review", args=[verdict.pk])
    page.goto(review)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.locator("#decision")).to_contain_text("it waits for another person")

    # the reviewer asks for a change, the editor makes it, the reviewer approves and publishes
    other = new_page()
    login_as(other, reviewer)
    other.goto(reverse("board:desk"))
    other.get_by_role("link", name=STATEMENT).first.click()
    axe(other)
    other.keyboard.press("n")
    other.keyboard.type("Say that the number is his alone.")
    other.get_by_role("button", name="Request changes").click()
    expect(other.locator("main")).to_contain_text("Changes requested")
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    page.get_by_label("Summary").fill("The number is his alone, and it leaves out whose attacks were the costliest.")
    expect(page.locator("#verdict-form [data-save-state]")).to_contain_text("aved")
    submit(page)
    other.goto(review)
    expect(other.locator("#changes-title")).to_be_visible()
    other.get_by_label("I have no conflict of interest").check()
    other.get_by_label("Publish at once").check()
    other.get_by_role("button", name="Approve").click()
    other.locator("dialog").get_by_role("button", name="Approve").click()
    expect(other.get_by_role("link", name="Open the public page")).to_be_visible()
    other.get_by_role("link", name="Open the public page").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Eighty requests are half of the story")
    axe(other)

    # the CMS
    _, token = create_token(
        creator=reviewer, user=reviewer, name="CMS", scopes=["feed:read", "claims:read"], now=timezone.now()
    )
    cms = Api(token)
    checks = cms.get("fact-checks").json()["results"]
    assert [item["claim"]["statement"] for item in checks] == [STATEMENT]
    first = cms.get("changes").json()
    assert [(item["state"], item["reason"]) for item in first["items"]] == [("updated", "published")]

    other.goto(review)
    other.get_by_text("Suspend", exact=True).first.click()
    other.locator("#suspend-reason").fill("A reader doubts the number.")
    other.get_by_role("button", name="Suspend").click()
    expect(other.locator("main")).to_contain_text("Suspended")
    following = cms.get(first["next"]).json()
    assert [(item["state"], item["reason"], item["data"]) for item in following["items"]] == [
        ("deleted", "suspended", None)
    ]
