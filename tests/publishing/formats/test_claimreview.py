import json

import pytest

from annotations.frozen import PublicCorrection
from articles.claimreview.read import read_claim_review
from core.canonical_json import canonical_bytes
from publishing.formats.claimreview import claim_review, claim_review_fields
from tests.publishing.formats.samples import (
    CLAIM_ID,
    arabic_frozen,
    empty_preview,
    frozen,
    publication,
    varied,
)


def test_the_whole_document():
    assert claim_review(frozen(), publication()) == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": "The town library lends 4,000 books a day",
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "False",
            "ratingExplanation": "It lends about 1,100.",
            "ratingValue": 1,
            "bestRating": 5,
            "worstRating": 1,
        },
        "url": "https://desk.example/fact-checks/library-loans",
        "author": {
            "@type": "Organization",
            "name": "The Desk",
            "url": "https://desk.example/",
            "logo": "https://desk.example/logo.png",
        },
        "datePublished": "2026-03-04T08:00:00Z",
        "dateModified": "2026-03-05T09:30:00Z",
        "inLanguage": "en",
        "version": 2,
        "reviewBody": "The statistics say 1,100 [E1].\n\n- the town agrees [E2]",
        "citation": [
            {
                "@type": "NewsArticle",
                "url": "https://stats.example/2025",
                "name": "Loans in 2025",
                "text": "1,100 loans on a weekday",
                "description": "Counts every loan of 2025.",
                "publisher": {"@type": "Organization", "name": "The Paper"},
                "datePublished": "2026-03-01T08:00:00Z",
            },
            {
                "@type": "WebPage",
                "url": "https://town.example/بيانات/report?year=2025",
                "text": "بلغ عدد الإعارات 1100 إعارة يوميًا 📚",
                "archivedAt": "https://web.archive.org/web/2026/https://town.example/report",
            },
        ],
        "correction": [
            {
                "@type": "CorrectionComment",
                "name": "correction",
                "text": "We first wrote 1,000.",
                "datePublished": "2026-03-05T09:30:00Z",
            }
        ],
        "itemReviewed": {
            "@type": "Claim",
            "@id": f"urn:uuid:{CLAIM_ID}",
            "text": "The town library lends 4,000 books a day",
            "author": {
                "@type": "Person",
                "name": "Ada Example",
                "jobTitle": "Mayor",
                "sameAs": ["https://www.wikidata.org/wiki/Q0"],
            },
            "datePublished": "2026-02-25T18:00:00Z",
            "appearance": [_APPEARANCE, _APPEARANCE],
            "firstAppearance": _APPEARANCE,
        },
    }


_APPEARANCE = {
    "@type": "NewsArticle",
    "url": "https://paper.example/library",
    "name": "Library lends more",
    "text": "lends 4,000 books a day",
    "publisher": {"@type": "Organization", "name": "The Paper"},
    "datePublished": "2026-03-01T08:00:00Z",
}


def test_a_rating_without_number_has_no_bounds_either():
    rating = claim_review(frozen(has_number=False), publication())["reviewRating"]
    assert rating == {
        "@type": "Rating",
        "alternateName": "Missing context",
        "ratingExplanation": "It lends about 1,100.",
    }


def test_a_rating_of_zero_is_a_number():
    content = frozen()
    assert content["rating"]
    content["rating"] |= {"value": 0, "worst": 0}
    rating = claim_review(content, publication())["reviewRating"]
    assert (rating["ratingValue"], rating["worstRating"]) == (0, 0)


def test_the_newsrooms_own_page_takes_the_place_of_ours():
    assert (
        claim_review(frozen(), publication(canonical_url="https://paper.example/f"))["url"] == "https://paper.example/f"
    )


def test_an_organisation_has_no_job_title():
    author = claim_review(arabic_frozen(), publication())["itemReviewed"]["author"]
    assert author == {
        "@type": "Organization",
        "name": "بلدية المثال",
        "description": "سلطة محلية",
        "sameAs": ["https://www.wikidata.org/wiki/Q0"],
    }


def test_typo_fixes_without_a_note_are_not_announced():
    silent = PublicCorrection(kind="refile", note="", at=publication().corrections[0].at, version=3)
    assert len(claim_review(frozen(), publication(corrections=(silent, *publication().corrections)))["correction"]) == 1


def test_a_preview_of_almost_nothing_can_be_made():
    document = claim_review(empty_preview(), publication(published_at=None, modified_at=None, corrections=()))
    assert "reviewRating" not in document
    assert "author" not in document["itemReviewed"]


def test_articles_without_an_address_take_the_given_one():
    content = frozen()
    content["appearances"][0]["article"]["url"] = ""
    with_url = publication(article_urls={content["appearances"][0]["article"]["id"]: "https://desk.example/a/1"})
    assert claim_review(content, with_url)["itemReviewed"]["appearance"][0]["url"] == "https://desk.example/a/1"
    assert "url" not in claim_review(content, publication())["itemReviewed"]["appearance"][0]


@pytest.mark.parametrize("content", varied().values(), ids=varied())
def test_what_is_written_is_read_back(content):
    fields = claim_review_fields(content, publication())
    sent = canonical_bytes(claim_review(content, publication()))
    assert read_claim_review(json.loads(sent)) == fields
    assert read_claim_review(sent) == fields
