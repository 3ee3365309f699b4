"""Colleagues, new revisions, details; dark, phone and the other pages of an article."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from annotations.models import Placement
from tests.annotations.reader.test_marks import revise
from tests.e2e.reader.actions import REQUESTS, mark, select

pytestmark = pytest.mark.django_db(transaction=True)


def test_another_editors_mark_appears_within_seconds(new_page, open_article, make_user):
    first, second = new_page(), new_page()
    open_article(first, "004")
    open_article(second, "004", make_user("editor", name="Noor Bakker"))
    mark(first, REQUESTS)
    expect(second.locator(".claim-card")).to_have_count(1)
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


def test_details_open_beside_the_text_and_show_in_its_head(page, open_article, articles, axe):
    open_article(page, "004")
    page.get_by_role("button", name="Details").click()
    panel = page.get_by_role("complementary", name="Details of the article")
    panel.get_by_label("Source", exact=False).first.fill("A Courier of Ours")
    axe(page)
    panel.get_by_role("button", name="Save details").click()
    expect(page.locator("#reader-meta")).to_contain_text("A Courier of Ours")


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_it_is_accessible_in_the_dark_and_on_a_phone(new_page, open_article, axe, options):
    page = new_page(**options)
    open_article(page, "004")
    mark(page, REQUESTS)
    page.locator(".claim-card").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_other_pages_of_an_article_are_accessible(page, open_article, articles, axe):
    article = articles["004"]
    open_article(page, "004")
    blocks = [article.current_revision.text[b["start"] : b["end"]] for b in article.current_revision.blocks]
    revise(article, *(block.replace("sent 80", "sent 45") for block in blocks))
    for url in ("revisions/", "?revision=1"):
        page.goto(reverse("annotations:reader", args=[article.pk]) + url)
        axe(page)
