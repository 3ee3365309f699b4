"""Marking words, finding quotes, pinning and linking, by mouse and by keyboard."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Route, expect

from annotations.models import Claim, Evidence, Placement
from tests.annotations.reader.test_marks import revise
from tests.annotations.reader.test_page import ROWS, article_with_table
from tests.e2e.reader.actions import REQUESTS, SELECT, mark, saved, select

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_the_story_pin_here_too_and_evidence_in_another_article(page, open_article, articles, axe):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("i")
    expect(page.locator(".pinned-claim")).to_be_visible()
    select(page, "any response to our requests")
    page.keyboard.press("a")
    expect(page.locator(".claim-card-also li")).to_have_count(1)
    page.keyboard.press("Escape")
    select(page, "the opposite holds true")
    page.keyboard.press("e")
    page.keyboard.press("s")
    expect(page.locator(".claim-card.is-evidence")).to_contain_text("Not independent")
    page.keyboard.press("Escape")
    axe(page)

    page.goto(reverse("annotations:reader", args=[articles["003"].pk]))
    expect(page.locator(".pinned-claim")).to_be_visible()
    select(page, "including the NotPetya virus")
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
    page.keyboard.press("u")  # the note, then the link
    expect(page.locator(".claim-card-note")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".claim-card.is-evidence")).to_have_count(0)


def test_a_question_asked_at_once_is_of_the_new_words_and_stays(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("i")
    expect(page.locator(".pinned-claim")).to_be_visible()
    page.keyboard.press("Escape")
    select(page, "any response to our requests")
    # Faster than the bar, which follows the selection after 30 ms.
    ask = """() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "e", bubbles: true }))"""
    page.evaluate(f"(words) => {{ ({SELECT})(words); ({ask})(); }}", "the opposite holds true")
    page.wait_for_timeout(150)
    page.keyboard.press("s")
    expect(page.locator(".claim-card.is-evidence")).to_have_count(1)
    assert Evidence.objects.get().passage.exact == "the opposite holds true"


def test_words_selected_while_an_answer_is_on_its_way_stay_selected(page, open_article):
    open_article(page, "004")
    held: list[Route] = []
    page.route("**/marks/claims/", lambda route: held.append(route), times=1)
    select(page, "80 cybercrime-related requests")
    with page.expect_request("**/marks/claims/"):
        page.keyboard.press("c")
    select(page, "any response to our requests")
    held[0].continue_()
    expect(page.locator(".claim-card")).to_have_count(1)
    expect(page.locator(".toast-text").last).to_contain_text("Claim marked")
    assert page.evaluate("() => getSelection().toString()") == "any response to our requests"
    expect(page.locator(".selection-bar")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator(".claim-card")).to_have_count(2)
    marked = set(Claim.objects.values_list("appearances__passage__exact", flat=True))
    assert marked == {"80 cybercrime-related requests", "any response to our requests"}


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
    dialog = page.get_by_role("dialog", name="Which place do you mean?")
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
    expect(page.locator(".claim-card")).to_contain_text("To check")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


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


def test_somebody_who_may_only_read_gets_no_bar(page, open_article, make_user):
    open_article(page, "004", make_user("publisher"))
    page.evaluate(SELECT, REQUESTS)
    page.keyboard.press("c")
    expect(page.locator("#live-region")).to_have_text("You can read this article, but not mark it.")
    expect(page.locator(".selection-bar")).to_be_hidden()
    assert not Claim.objects.exists()


def test_without_a_pinned_claim_the_one_worked_on_last_is_offered(page, open_article):
    open_article(page, "004")
    mark(page, REQUESTS)
    select(page, "the opposite holds true")
    page.keyboard.press("e")
    toast = page.locator(".toast").filter(has_text="No claim is pinned. Do you mean “Russia has sent 80")
    toast.get_by_role("button", name="Pin it and continue").click()
    expect(page.locator(".pinned-claim")).to_be_visible()
    expect(page.get_by_role("toolbar", name="How does the passage bear on the claim?")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator(".claim-card.is-evidence")).to_contain_text("Supports")
    assert Evidence.objects.get().claim == Claim.objects.get()


def test_a_figure_of_a_table_is_marked_in_its_cell(page, editor, login_as, looks):
    article = article_with_table(*ROWS)
    login_as(page, editor)
    page.goto(reverse("annotations:reader", args=[article.pk]))
    mark(page, "298")
    assert Claim.objects.get().appearances.get().passage.exact == "298"
    row = page.locator(".reader-table tr").last
    assert row.locator("td").all_text_contents() == ["2024", "298"]
    looks(page)
