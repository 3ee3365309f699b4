"""The reader in a real browser, on the sample articles: marking, describing, linking, undoing, together."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from annotations.models import Appearance, Claim, Claimant, Evidence, Placement
from articles.fetching import fetch
from articles.models import Article
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from tests.annotations.reader.test_marks import revise

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


def card(page: Page):
    return page.locator(".claim-card.is-open")


def saved(page: Page) -> None:
    expect(card(page).locator("[data-save-state]")).to_have_text("Saved")


def mark(page: Page, words: str) -> None:
    before = page.locator(".claim-card").count()
    select(page, words)
    page.keyboard.press("c")
    expect(page.locator(".claim-card")).to_have_count(before + 1)


REQUESTS = "Russia has sent 80 cybercrime-related requests"


def test_statement_claimant_and_day_are_kept_after_a_reload(page, open_article, editor):
    Claimant.objects.create(name="Vladimir Putin", role="President of Russia")
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("Enter")
    page.keyboard.type("Russia sent 80 requests and got no answer")
    saved(page)
    page.keyboard.press("Tab")
    page.keyboard.type("puti")
    expect(page.get_by_role("option").first).to_have_text("Vladimir Putin President of Russia")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    card(page).get_by_label("Said on").fill("2021-06-16")
    card(page).get_by_label("Speech").select_option("reported")
    saved(page)
    page.reload()
    expect(page.locator(".claim-card-statement")).to_have_text("Russia sent 80 requests and got no answer")
    expect(page.locator(".claim-card-who")).to_have_text("Vladimir Putin, 16 Jun 2021")
    appearance = Appearance.objects.get()
    assert (appearance.mode, appearance.said_at.date().isoformat()) == ("reported", "2021-06-16")
    assert Claimant.objects.count() == 1


def test_enter_in_a_field_saves_and_stays(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    card(page).get_by_role("combobox", name="Claimant").fill("Ada Example")
    page.keyboard.press("Enter")
    card(page).get_by_label("Said on").fill("2021-06-16")
    page.keyboard.press("Control+Enter")
    saved(page)
    expect(page.locator("article.reader")).to_be_visible()
    assert Claim.objects.get().claimant.name == "Ada Example"


def test_a_name_half_typed_makes_no_record(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Ser")
    page.wait_for_timeout(1500)
    assert not Claimant.objects.exists()
    page.keyboard.type("gey Example")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    saved(page)
    assert [one.name for one in Claimant.objects.all()] == ["Sergey Example"]


def test_words_typed_without_a_connection_are_offered_after_a_reload(page, open_article, traps):
    traps.allow("Failed to load resource|ERR_INTERNET_DISCONNECTED")
    open_article(page, "004")
    mark(page, REQUESTS)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.keyboard.type("Typed in a tunnel")
    expect(card(page).locator("[data-save-state]")).to_contain_text("kept in this browser")
    page.context.set_offline(False)
    page.goto(page.url)  # before the next attempt: as after a crash
    if Claim.objects.get().statement != "Typed in a tunnel":
        page.locator(".claim-card").click()
        page.get_by_role("button", name="Restore them").click()
        saved(page)
    assert Claim.objects.get().statement == "Typed in a tunnel"


def test_two_people_typing_the_same_statement_see_both(new_page, open_article, make_user, traps):
    traps.allow("412")
    mine, theirs = new_page(), new_page()
    open_article(mine, "004")
    mark(mine, REQUESTS)
    open_article(theirs, "004", make_user("editor", name="Noor Bakker"))
    for page in (mine, theirs):
        page.locator(".claim-card").click(position={"x": 20, "y": 8})
        page.keyboard.press("Enter")
    mine.keyboard.type("Mine")
    saved(mine)
    theirs.keyboard.type("Theirs")
    expect(theirs.locator(".draft-compare")).to_contain_text("Mine")
    theirs.get_by_role("button", name="Take theirs").click()
    expect(theirs.get_by_label("What is checked")).to_have_value("Mine")
    assert Claim.objects.get().statement == "Mine"


def test_the_story_pin_here_too_and_evidence_in_another_article(page, open_article, articles, axe):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("i")
    expect(page.locator(".pinned-claim")).to_be_visible()
    select(page, "we haven't received any response to our requests")
    page.keyboard.press("a")
    expect(page.locator(".claim-card-also li")).to_have_count(1)
    page.keyboard.press("Escape")
    select(page, "the opposite holds true")
    page.keyboard.press("e")
    page.keyboard.press("s")
    expect(page.locator(".claim-card.is-evidence")).to_contain_text("Counts zero")
    page.keyboard.press("Escape")
    axe(page)

    page.goto(reverse("annotations:reader", args=[articles["003"].pk]))
    expect(page.locator(".pinned-claim")).to_be_visible()
    select(page, "including the NotPetya virus that did more than $10 billion in economic damage")
    page.keyboard.press("e")
    axe(page)
    page.keyboard.press("r")
    expect(page.get_by_label("What it shows, and what not")).to_be_focused()
    page.keyboard.type("Names the GRU; says nothing of the requests")
    page.keyboard.press("Escape")
    expect(page.locator(".claim-card.is-evidence")).to_be_focused()
    page.locator(".pinned-claim").click()
    expect(page.locator(".pinned-evidence > li")).to_have_count(2)
    axe(page)
    refuting = Evidence.objects.get(stance="refutes")
    expect(page.locator(".claim-card-note")).to_have_text("Names the GRU; says nothing of the requests")
    refuting.refresh_from_db()
    assert refuting.note == "Names the GRU; says nothing of the requests"
    assert refuting.passage.article == articles["003"]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("article.reader h1").click()
    page.keyboard.press("u")
    expect(page.locator(".claim-card.is-evidence")).to_have_count(0)


def test_a_quote_is_found_and_marked_without_selecting(page, open_article):
    open_article(page, "003")
    page.keyboard.press("/")
    page.keyboard.type("cybersecurity")
    count = page.locator(".quote-count")
    expect(count).to_contain_text("1 of ")
    total = int(count.inner_text().split()[-1])
    assert total > 2
    page.keyboard.press("Enter")
    expect(count).to_have_text(f"2 of {total}")
    page.get_by_role("button", name="Make claim").click()
    expect(page.locator(".claim-card")).to_have_count(1)
    placement = Placement.objects.get()
    text = placement.revision.text
    assert placement.start == text.lower().index("cybersecurity", text.lower().index("cybersecurity") + 1)


def test_words_that_moved_to_several_places_are_asked_back(page, open_article, articles, traps):
    """The page shows an older text; in the newer one the words stand twice."""
    traps.allow("409")
    open_article(page, "004")
    select(page, "five million dollars")
    page.clock.install()  # no poll tells the page of the new revision first
    article = articles["004"]
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *blocks, "Again: five million dollars, they say.")
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Which place is meant?")
    expect(dialog.get_by_role("button")).to_have_count(3)
    dialog.get_by_role("button", name="2 of 2").click()
    expect(page.locator(".toast").filter(has_text="Claim marked")).to_be_visible()
    placement = Placement.objects.get()
    assert placement.revision.number == 2
    assert placement.start == placement.revision.text.rindex("five million dollars")
    expect(page.locator(".toast").filter(has_text="publisher changed this article")).to_be_visible()


def test_everything_by_keyboard_alone(page, open_article):
    open_article(page, "004")
    page.keyboard.press("/")
    page.keyboard.type("five million dollars")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".claim-card")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Find a quote")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".claim-card")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("A ransom of five million was paid")
    saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.keyboard.type("Not checkable from here")
    page.keyboard.press("Enter")
    expect(page.locator(".claim-card")).to_contain_text("Parked")
    page.keyboard.press("u")
    expect(page.locator(".claim-card")).to_contain_text("Marked")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_furniture_by_one_key(page, open_article):
    open_article(page, "003")
    block = page.locator("[data-block='4']")
    block.click()
    page.keyboard.press("f")
    expect(block).to_have_attribute("data-role", "furniture")
    page.keyboard.press("u")
    expect(block).to_have_attribute("data-role", "body")
    page.reload()
    expect(block).to_have_attribute("data-role", "body")


def test_another_editors_mark_appears_within_seconds(new_page, open_article, make_user):
    first, second = new_page(), new_page()
    open_article(first, "004")
    open_article(second, "004", make_user("editor", name="Noor Bakker"))
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1, timeout=8_000)
    painted = second.evaluate("[...(CSS.highlights.get('claim-marked') ?? [])].map(String)")
    assert painted == [REQUESTS]


def test_a_changed_number_is_compared_and_confirmed(page, open_article, articles, axe):
    open_article(page, "004")
    mark(page, REQUESTS)
    article = articles["004"]
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *(block.replace("sent 80", "sent 45") for block in blocks))
    page.reload()
    change = page.locator(".claim-card-change")
    expect(change.locator("del")).to_contain_text("80")
    expect(change.locator("ins")).to_contain_text("45")
    axe(page)
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(change).to_have_count(0)
    assert Placement.objects.get(revision__number=2).confirmed_at is not None


def test_a_lost_passage_is_put_on_words_that_a_person_selects(page, open_article, articles):
    open_article(page, "004")
    mark(page, REQUESTS)
    article = articles["004"]
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *("Something quite different was said." if REQUESTS in block else block for block in blocks))
    page.reload()
    page.keyboard.press("j")
    page.get_by_role("button", name="Re-attach by selecting").click()
    select(page, "quite different")
    page.get_by_role("button", name="It stands here now").click()
    expect(page.locator(".claim-card-change")).to_have_count(0)
    placement = Placement.objects.get(revision__number=2)
    assert placement.exact == "quite different"


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_it_is_accessible_in_the_dark_and_on_a_phone(new_page, open_article, axe, options):
    page = new_page(**options)
    open_article(page, "004")
    mark(page, REQUESTS)
    page.locator(".claim-card").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_somebody_who_may_only_read_gets_no_bar(page, open_article, make_user):
    open_article(page, "004", make_user("publisher"))
    page.evaluate(SELECT, REQUESTS)
    page.keyboard.press("c")
    expect(page.locator("#live-region")).to_have_text("You can read this article, but not mark it.")
    expect(page.locator(".selection-bar")).to_be_hidden()
    assert not Claim.objects.exists()


def test_the_other_pages_of_an_article_are_accessible(page, open_article, articles, axe):
    article = articles["004"]
    open_article(page, "004")
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *(block.replace("sent 80", "sent 45") for block in blocks))
    for url in ("revisions/", "?revision=1"):
        page.goto(reverse("annotations:reader", args=[article.pk]) + url)
        axe(page)


def test_the_pinned_claims_evidence_leads_to_its_exact_words(page, open_article, articles):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("i")
    expect(page.locator(".pinned-claim")).to_be_visible()
    page.goto(reverse("annotations:reader", args=[articles["003"].pk]))
    select(page, "including the NotPetya virus")
    page.keyboard.press("e")
    page.keyboard.press("r")
    expect(page.locator(".claim-card.is-evidence")).to_be_visible()
    page.goto(reverse("annotations:reader", args=[articles["000"].pk]))
    page.locator(".pinned-claim").click()
    page.locator(".pinned-quote").click()
    expect(page.locator(".claim-card.is-evidence")).to_be_focused()
    active = page.evaluate("[...CSS.highlights.get('active')].map(String)")
    assert active == ["including the NotPetya virus"]
    page.locator(".claim-card-statement > a").click()
    expect(page).to_have_url(re.compile("/claims/[0-9a-f-]{36}/$"))


def test_details_open_beside_the_text_and_show_in_its_head(page, open_article, articles, axe):
    open_article(page, "004")
    page.get_by_role("button", name="Details").click()
    panel = page.get_by_role("complementary", name="Details of the article")
    panel.get_by_label("Source", exact=False).first.fill("A Courier of Ours")
    axe(page)
    panel.get_by_role("button", name="Save details").click()
    expect(page.locator("#reader-meta")).to_contain_text("A Courier of Ours", timeout=8_000)


def test_what_is_pointed_at_twice_asks_which_is_meant(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    mark(page, "80 cybercrime-related requests")
    page.locator("article.reader h1").click()
    point = page.evaluate(
        """() => {
            const [range] = [...CSS.highlights.get("claim-marked")].filter((one) => String(one).startsWith("80"));
            range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
            const [box] = range.getClientRects();
            return [box.left + box.width / 2, box.top + box.height / 2];
        }"""
    )
    page.mouse.click(*point)
    expect(page.get_by_role("menu", name="Claims on these words").get_by_role("menuitem")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu", name="Claims on these words")).to_be_hidden()
