"""Filter chips act at once and keep address, focus and typed words; the review's references move both columns."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.annotations import story


@pytest.fixture
def people(transactional_db, make_user):
    return make_user("editor", name="Edda Editor"), make_user("reviewer", name="Rita Reviewer")


def test_a_chip_acts_at_once_and_the_address_says_what_is_shown(page, people, login_as, axe):
    editor, _ = people
    story.mark(editor, story.make_article(), statement="Ours", topics=["bridges"])
    story.in_review(editor)
    login_as(page, editor)
    page.goto(reverse("annotations:claims"))
    rows = page.locator(".claim-queue > li")
    expect(rows).to_have_count(2)
    page.evaluate("window.isSamePage = true")

    page.locator("#chip-status").click()
    page.get_by_role("link", name="In review", exact=True).click()
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?verdict=in_review$"))
    expect(page.locator("#chip-status")).to_have_text("Status: In review")

    # what is typed narrows the same list, and stays in its field
    search = page.get_by_role("searchbox")
    search.press_sequentially("nothing like it", delay=20)
    expect(page.get_by_text("No claims match")).to_be_visible()
    expect(search).to_have_value("nothing like it")
    expect(search).to_be_focused()
    expect(page).to_have_url(re.compile(r"verdict=in_review"))
    assert page.evaluate("window.isSamePage")
    axe(page)

    page.get_by_role("link", name="Clear").click()
    expect(rows).to_have_count(2)
    page.locator("#chip-topic").click()
    page.get_by_role("link", name="bridges").click()
    expect(rows).to_have_count(1)
    page.go_back()
    expect(rows).to_have_count(2)


@pytest.mark.parametrize("address", ["article_list", "annotations:claims"])
def test_the_first_row_of_a_list_is_near_by_keyboard(page, people, login_as, address):
    editor, _ = people
    story.in_review(editor)
    login_as(page, editor)
    page.goto(reverse(address))
    for key in ("Tab", "Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    expect(page.locator("#results a").first).to_be_focused()
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the list").last).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_articles_are_narrowed_beside_the_list_or_above_it(page, people, login_as, width):
    editor, _ = people
    story.make_article()
    login_as(page, editor)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(reverse("article_list"))
    facet, row = page.locator(".facet").first, page.locator("[data-row]").first
    if width == 320:
        expect(facet).to_be_hidden()
        page.get_by_text("Narrow the list").click()
        assert facet.bounding_box()["y"] < row.bounding_box()["y"]
    else:
        assert facet.bounding_box()["x"] > row.bounding_box()["x"] + row.bounding_box()["width"]
    facet.click()
    expect(page.locator(".facet[aria-current=true]")).to_have_count(1)


def test_a_reference_shows_its_evidence_beside_the_claims_words(page, people, login_as, axe):
    editor, reviewer = people
    verdict = story.in_review(editor)
    login_as(page, reviewer)
    page.goto(reverse("publishing:review", args=[verdict.pk]))
    page.locator(".review-verdict").get_by_role("link", name="[E1]").click()
    expect(page.locator("#evidence-1")).to_be_focused()
    expect(page.locator(".review-passage.is-shown")).to_have_count(2)
    places = [page.locator(part).bounding_box() for part in ("#claim-words", ".review-verdict", "#evidence-column")]
    assert all(places)
    lefts = [place["x"] for place in places if place]
    assert lefts == sorted(lefts)
    axe(page)


def test_a_decided_verdict_leads_to_the_next(page, people, login_as):
    editor, reviewer = people
    first = story.in_review(editor)
    second = story.in_review(editor, headline="The other one")
    login_as(page, reviewer)
    page.goto(reverse("publishing:review", args=[first.pk]))
    page.get_by_label("I have no conflict of interest").check()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.locator(".toast-text")).to_contain_text("Approved")
    page.get_by_role("link", name="Next in the queue").click()
    expect(page).to_have_url(re.compile(str(second.pk)))


def test_on_a_phone_the_current_tab_is_seen_and_no_key_is_shown(new_page, make_user, login_as, transactional_db):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    login_as(page, make_user(("admin", "editor")))
    page.goto(reverse("publishing:webhooks"))
    tab = page.locator(".tabs .tab[aria-current=page]").bounding_box()
    assert tab
    assert tab["x"] >= 0
    assert tab["x"] + tab["width"] <= 390
    page.goto(reverse("article_list"))
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert page.locator("main kbd").evaluate_all("keys => keys.filter((key) => key.checkVisibility()).length") == 0


def test_with_a_mouse_keys_are_shown(page, make_user, login_as, transactional_db):
    login_as(page, make_user("editor"))
    page.goto(reverse("article_list"))
    expect(page.locator("main kbd").first).to_be_visible()


def test_on_a_phone_filters_are_one_row_until_one_is_chosen(new_page, people, login_as, looks):
    editor, _ = people
    story.mark(editor, story.make_article(), statement="Ours", topics=["bridges"])
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    login_as(page, editor)
    page.goto(reverse("annotations:claims"))
    filters = page.get_by_role("group", name="Filters")
    assert filters.bounding_box()["height"] < 60
    page.locator("#chip-topic").tap()
    found = page.get_by_role("link", name="bridges")
    expect(found).to_be_in_viewport(ratio=1)
    looks(page)
    found.tap()
    expect(page.locator("#chip-topic")).to_be_in_viewport(ratio=1)
    expect(page.locator("#chip-clear")).to_be_in_viewport(ratio=1)


def test_on_a_phone_each_page_of_a_claim_has_its_word(new_page, people, login_as):
    editor, _ = people
    claim = story.mark(editor, story.make_article(), statement="Ours")
    page = new_page(viewport={"width": 390, "height": 844})
    login_as(page, editor)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    # The line below the tabs hides the last of their 40 pixels.
    expect(page.get_by_role("navigation", name="This claim").get_by_text("History")).to_be_in_viewport(ratio=0.97)
