"""An article that runs from right to left: its words, the handles at their ends, the card and the claim's page."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from annotations.models import Claim
from tests.annotations import story
from tests.e2e.reader.actions import mark

pytestmark = pytest.mark.django_db(transaction=True)
PHONE: ViewportSize = {"width": 390, "height": 844}
# Ends with a number, which runs from left to right within the line.
WORDS = "لم تُستبدل أي سفينة منذ عام 2009"
TEXT = ("أسطول العبّارات", f"قال الوزير إنه {WORDS}، والأسطول قديم.")
# Where the painted words begin and end, and where the handles stand.
EDGES = """() => {
  const { left, right } = [...CSS.highlights.get("active")][0].getBoundingClientRect();
  const at = (edge) => {
    const box = document.querySelector(`.end-handle[data-edge=${edge}]`).getBoundingClientRect();
    return box.left + box.width / 2;
  };
  return { left, right, start: at("start"), end: at("end") };
}"""


@pytest.fixture
def reader(page, editor, login_as) -> Page:
    article = story.make_article(TEXT, language="ar")
    login_as(page, editor)
    page.goto(reverse("annotations:reader", args=[article.pk]))
    mark(page, WORDS)
    return page


def test_the_handles_stand_where_the_words_begin_and_end(reader):
    expect(reader.locator(".end-handle:visible")).to_have_count(2)
    edges = reader.evaluate(EDGES)
    assert abs(edges["start"] - edges["right"]) < 4
    assert abs(edges["end"] - edges["left"]) < 4


def test_the_words_of_a_sheet_do_not_run_under_its_button(reader):
    reader.set_viewport_size(PHONE)
    reader.keyboard.press("j")
    expect(reader.locator(".is-sheet")).to_be_visible()
    boxes = reader.evaluate(
        "() => { const range = new Range(); range.selectNodeContents(document.querySelector('.is-sheet .claim-card-quote'));"
        " const right = Math.max(...[...range.getClientRects()].map((box) => box.right));"
        " return [right, document.querySelector('.is-sheet .claim-card-close').getBoundingClientRect().left]; }"
    )
    assert boxes[0] <= boxes[1]


def test_what_is_written_runs_as_its_words_do(reader):
    reader.goto(reverse("annotations:claim", args=[Claim.objects.get().pk]))
    field = reader.get_by_label("Statement", exact=True)
    field.fill(WORDS)
    assert field.evaluate("one => one.matches(':dir(rtl)')")
    reader.get_by_role("button", name="Write the verdict").click()
    for name in ("Headline", "Summary", "Rationale"):
        reader.get_by_label(name, exact=True).fill(WORDS)
        assert reader.get_by_label(name, exact=True).evaluate("one => one.matches(':dir(rtl)')")
