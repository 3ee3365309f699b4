"""An article with more claims than one sees: rows that become cards, the strip of all claims, the filter."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.models import Claim
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.targets import Target
from tests.e2e.reader.actions import mark

CLAIMS = 100
WHOLE = ".claim-card:not(.is-row)"


@pytest.fixture
def long_article(articles, editor, make_user) -> list[Claim]:
    """Claims on the words of article 004; the last ten are a colleague's, the last five of those selected."""
    revision, other = articles["004"].current_revision, make_user("editor")
    drafts = [
        ClaimDraft(
            target=Target(article_id=revision.article_id, start=found.start(), end=found.end()),
            statement=f"Claim {number}",
        )
        for number, found in enumerate(list(re.finditer(r"\w{3,}", revision.text))[:CLAIMS])
    ]
    outcomes = [
        *create_claims(person=editor, drafts=drafts[:-10], now=timezone.now()),
        *create_claims(person=other, drafts=drafts[-10:], now=timezone.now()),
    ]
    made = [one for one in outcomes if isinstance(one, Claim)]
    assert len(made) == CLAIMS
    Claim.objects.filter(pk__in=[claim.pk for claim in made[-5:]]).update(state="selected")
    return made


def numbers(page: Page) -> list[str]:
    """The statements of the cards that are shown, far ones too, which have no inner text until they come near."""
    return page.locator(".claim-card:not([hidden]) > .claim-card-statement").all_text_contents()


def test_rows_hold_the_words_and_become_cards_when_they_are_opened(page, open_article, long_article):
    open_article(page, "004")
    cards = page.locator(".claim-card")
    expect(cards).to_have_count(CLAIMS)
    assert numbers(page) == [f"Claim {number}" for number in range(CLAIMS)]
    last = page.locator(f"#claim-{long_article[-1].pk}")
    expect(last).to_have_class(re.compile("is-row"))
    last.click(position={"x": 40, "y": 8})
    expect(last).not_to_have_class(re.compile("is-row"))
    expect(last).to_be_focused()
    expect(last.locator("textarea[name=statement]")).to_have_value(f"Claim {CLAIMS - 1}")


def test_a_link_to_a_far_claim_opens_its_whole_card(page, open_article, long_article):
    open_article(page, "004")
    page.evaluate("(id) => { location.hash = id }", f"#claim-{long_article[-1].pk}")
    expect(page.locator(".claim-card.is-open textarea[name=statement]")).to_have_value(f"Claim {CLAIMS - 1}")
    page.keyboard.press("p")
    expect(page.locator(".claim-card.is-open [name=reason]")).to_be_focused()


def test_the_filter_shows_ones_own_and_walking_follows(page, open_article, long_article):
    open_article(page, "004")
    chips = page.get_by_role("group", name="Show", exact=True)
    expect(chips.get_by_role("button")).to_have_text(
        [f"All {CLAIMS}", f"Mine {CLAIMS - 10}", f"To check {CLAIMS - 5}", "Checking 5"]
    )
    chips.get_by_role("button", name="Checking").click()
    assert numbers(page) == [f"Claim {number}" for number in range(CLAIMS - 5, CLAIMS)]
    page.keyboard.press("j")
    expect(page.locator(f"#claim-{long_article[-5].pk}")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f"#claim-{long_article[-4].pk}")).to_be_focused()
    chips.get_by_role("button", name="Checking").click()
    assert len(numbers(page)) == CLAIMS


def test_a_claim_made_while_others_are_hidden_is_shown(page, open_article, long_article):
    open_article(page, "004")
    page.get_by_role("button", name="Checking 5").click()
    mark(page, "Russia has sent 80")
    expect(page.locator(".claim-card.is-open")).to_be_visible()


def test_the_strip_tells_where_claims_stand_and_leads_there(page, open_article, long_article, axe):
    open_article(page, "004")
    strip = page.get_by_role("slider", name="Where the claims are in the article")
    expect(strip).to_have_attribute("aria-valuetext", f"{CLAIMS} in this article")
    expect(strip.locator("path")).to_have_count(2)
    strip.focus()
    page.keyboard.press("End")
    expect(strip).to_have_attribute("aria-valuetext", f"{CLAIMS} of {CLAIMS}: Claim {CLAIMS - 1}")
    expect(strip).to_be_focused()
    expect(page.locator(f"#claim-{long_article[-1].pk}")).to_have_class(re.compile("is-active"))
    page.keyboard.press("Enter")
    expect(page.locator(f"#claim-{long_article[-1].pk}")).to_be_focused()
    box = strip.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 4)
    expect(page.locator(f"#claim-{long_article[0].pk}")).to_be_focused()
    axe(page)


LOOKS = [
    {"color_scheme": "dark"},
    pytest.param({"forced_colors": "active"}, marks=pytest.mark.soak),
    pytest.param({"viewport": {"width": 390, "height": 844}}, marks=pytest.mark.soak),
    {"viewport": {"width": 320, "height": 256}},  # 1280 x 1024 at 400 %
]


@pytest.mark.parametrize("look", LOOKS)
def test_rows_strip_and_filter_are_accessible_in_every_look(new_page, open_article, long_article, axe, look):
    page = new_page(**look)
    open_article(page, "004")
    expect(page.get_by_role("slider", name="Where the claims are in the article")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".claim-card.is-open")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
