"""Statement, claimant and day: saved as they are typed, never lost, never over another person's."""

import pytest
from playwright.sync_api import expect

from annotations.models import Appearance, Claim, Claimant
from tests.e2e.reader.actions import REQUESTS, card, mark, saved

pytestmark = pytest.mark.django_db(transaction=True)


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
    expect(page.locator(".claim-card-who")).to_have_text("Vladimir Putin, 16 June 2021")
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
    expect(card(page).locator("[data-save-state]")).to_have_text("The name is saved when you leave the field")
    assert not Claimant.objects.exists()
    page.keyboard.type("gey Example")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    saved(page)
    assert [one.name for one in Claimant.objects.all()] == ["Sergey Example"]


def test_words_typed_without_a_connection_are_offered_after_a_reload(page, open_article, traps):
    traps.allow("Failed to load resource|ERR_INTERNET_DISCONNECTED|Failed to fetch")
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
    expect(theirs.locator(".conflict")).to_contain_text("Mine")
    expect(theirs.locator(".conflict")).to_contain_text("Mira Okafor saved another version")
    theirs.get_by_role("button", name="Take theirs").click()
    expect(theirs.get_by_label("What is checked")).to_have_value("Mine")
    assert Claim.objects.get().statement == "Mine"
