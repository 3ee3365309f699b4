"""Two people changed the same words: both texts stand side by side, legibly, for each kind of text."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from annotations.models import Claim, Evidence
from annotations.services.autosave import save_claim_words, save_verdict_words
from annotations.services.desk import update_desk
from annotations.services.evidence import update_evidence
from articles.services.details import edit_details
from tests.annotations import story
from tests.e2e.reader.actions import REQUESTS, card, mark

pytestmark = pytest.mark.django_db(transaction=True)
OPPOSITE = "the opposite holds true"
NARROW = 300  # pixels: two columns that are narrower than that are no texts to compare


@pytest.fixture(autouse=True)
def _refused(traps):
    traps.allow("412")


def words_of(side: Locator) -> str:
    """Return the visible words, without those that tell a screen reader where the texts differ."""
    script = """(side) => {
      const copy = side.cloneNode(true);
      for (const hidden of copy.querySelectorAll(".visually-hidden")) hidden.remove();
      return copy.textContent;
    }"""
    return str(side.evaluate(script))


# Whether a click on its middle meets the button itself.
IS_ON_TOP = """(button) => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def look(page: Page, axe, mine: str, theirs: str) -> None:
    """Both texts in full, in columns wide enough to read, with the differing words marked; no notice covers the choices."""
    sides = page.locator(".conflict-side")
    expect(sides).to_have_count(2)
    expect(sides.locator(".differs").first).to_be_visible()
    assert mine in words_of(sides.nth(0))
    assert theirs in words_of(sides.nth(1))
    one, other = (sides.nth(number).bounding_box() for number in (0, 1))
    assert min(one["width"], other["width"]) > NARROW
    assert page.get_by_role("button", name="Keep mine").evaluate(IS_ON_TOP)
    axe(page, ".conflict")


def test_a_card(page, open_article, articles, axe):
    open_article(page, "004")
    mark(page, REQUESTS)
    page.keyboard.press("Enter")
    page.keyboard.type("Russia sent 80 requests")
    expect(card(page).locator("[data-save-state]")).to_have_text("Saved")
    claim = Claim.objects.get()
    save_claim_words(
        person=claim.created_by, claim_id=claim.pk, words={"statement": "Russia sent 45 requests"}, now=timezone.now()
    )
    page.keyboard.type(" in vain")
    look(page, axe, "Russia sent 80 requests in vain", "Russia sent 45 requests")
    field = card(page).get_by_label("What is checked")
    expect(field).to_be_focused()
    page.keyboard.type(", it says")
    expect(page.locator(".conflict-side").first).to_contain_text("it says")
    page.get_by_role("button", name="Keep mine").click()
    # The card is drawn anew once it is saved: what it shows then is the saved statement.
    expect(page.locator(".claim-card-statement").first).to_contain_text("in vain, it says")
    claim.refresh_from_db()
    assert claim.statement == "Russia sent 80 requests in vain, it says"


def test_a_note_of_evidence(page, open_article, articles, editor, axe):
    claim = story.mark(editor, articles["003"], "more than $10 billion")
    story.link(editor, claim, articles["004"], OPPOSITE, "refutes", note="Old")
    open_article(page, "004")
    evidence = Evidence.objects.get()
    page.locator(".claim-card").first.click(position={"x": 20, "y": 8})
    note = card(page).get_by_label("What it shows")
    note.fill("My note")
    update_evidence(person=editor, evidence_id=evidence.pk, now=timezone.now(), note="Their note")
    expect(page.locator(".conflict")).to_be_visible()
    look(page, axe, "My note", "Their note")
    page.get_by_role("button", name="Take theirs").click()
    expect(note).to_have_value("Their note")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_verdict_and_a_statement(new_page, login_as, editor, articles, axe, width):
    page = new_page(viewport={"width": width, "height": 844})
    claim = story.mark(editor, articles["004"], OPPOSITE)
    verdict = story.draft(editor, claim=claim)
    login_as(page, editor)
    page.goto(reverse("annotations:claim", args=[claim.pk]))
    save_verdict_words(
        person=editor, verdict_id=verdict.pk, words={"summary": "They say the ministry knew."}, now=timezone.now()
    )
    page.get_by_label("Summary").fill("I say the ministry did not know.")
    sides = page.locator(".conflict-side")
    expect(sides).to_have_count(2)
    if width < 600:
        first, second = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
        assert second["y"] >= first["y"] + first["height"], "one below the other"
    else:
        look(page, axe, "I say", "They say")
    page.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_label("Summary")).to_have_value("They say the ministry knew.")
    save_claim_words(person=editor, claim_id=claim.pk, words={"statement": "Theirs"}, now=timezone.now())
    page.get_by_role("textbox", name="Statement").fill("Mine")
    expect(page.locator(".conflict-side").nth(1)).to_contain_text("Theirs")
    page.get_by_role("button", name="Edit mine").click()
    expect(page.get_by_role("textbox", name="Statement")).to_be_focused()
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#statement [data-save-state]")).to_have_text("Saved")
    assert Claim.objects.get(pk=claim.pk).statement == "Mine"


def test_a_setting(page, login_as, make_user, axe):
    admin = make_user("admin")
    login_as(page, admin)
    page.goto(reverse("annotations:desk_settings"))
    update_desk(person=admin, name="Their desk")
    page.get_by_label("Name", exact=True).fill("My desk")
    page.get_by_role("button", name="Save").click()
    sides = page.locator(".conflict-side")
    expect(sides.nth(0)).to_contain_text("My")
    expect(sides.nth(1)).to_contain_text("Their")
    axe(page)
    page.get_by_label("Take theirs").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Their desk")


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.soak), 320])
def test_a_detail_beside_the_article(new_page, login_as, make_user, axe, width):
    article = story.make_article()
    page = new_page(viewport={"width": width, "height": 844})
    login_as(page, make_user("editor"))
    page.goto(reverse("annotations:reader", args=[article.pk]))
    page.get_by_role("button", name="Details", exact=True).click()
    page.get_by_label("Title").fill("The bridge cost 40 million euros")
    theirs = {"title": "The bridge cost 61 million euros"}
    edit_details(article_id=article.pk, person=make_user("editor"), changes=theirs, now=timezone.now())
    page.get_by_role("button", name="Save details").click()
    sides = page.locator(".conflict-side")
    expect(sides.locator(".differs")).to_have_text(["[differs: 40]", "[differs: 61]"])
    axe(page, ".conflict-field")
    page.get_by_label("Take theirs").check()
    page.get_by_role("button", name="Save details").click()
    expect(page.get_by_label("Title")).to_have_value(theirs["title"])
    expect(sides).to_have_count(0)
