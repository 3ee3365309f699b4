"""ClaimReview JSON-LD as foreign checks, the label kept as given."""

import json
from typing import Any

import pytest

from articles.parsing import parse

REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checkers.example/1?utm_source=x",
    "claimReviewed": "The bridge is new 😀",
    "headline": "No, the bridge is not new",
    "reviewBody": "It was built in 1950.\nIt is old.",
    "inLanguage": "en",
    "datePublished": "2021-06-17",
    "author": {"@type": "Organization", "name": "Checkers", "url": "https://www.checkers.example/"},
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": "1",
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "Pants on Fire!",
    },
    "itemReviewed": {
        "@type": "Claim",
        "author": [{"name": "The mayor"}],
        "firstAppearance": {"url": "https://x.example/1"},
    },
}


def outcomes(document: object) -> list[Any]:
    return list(parse(json.dumps(document).encode(), name="a.json"))


@pytest.mark.parametrize(
    "document",
    [
        REVIEW,
        [REVIEW],
        {"@graph": [{"@type": "WebPage"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"item": [REVIEW]}]},
    ],
)
def test_wherever_it_lies(document):
    (article,) = outcomes(document)
    (check,) = article.foreign_checks
    assert (check.claim, check.rating_label, check.claimant) == ("The bridge is new 😀", "Pants on Fire!", "The mayor")
    assert (check.rating_value, check.rating_best, check.rating_worst) == (1, 5, 1)
    assert (check.publisher, check.publisher_url) == ("Checkers", "https://www.checkers.example/")
    assert check.appearances == ("https://x.example/1",)
    assert check.published_at.isoformat() == "2021-06-17T00:00:00+00:00"
    assert (article.title, article.url) == ("No, the bridge is not new", "https://checkers.example/1")
    assert (article.source_name, article.source_domain, article.language) == ("Checkers", "checkers.example", "en")
    assert "It is old." in article.canonical.text


@pytest.mark.parametrize("missing", ["claimReviewed", "reviewRating"])
def test_without_claim_or_label_it_is_refused(missing):
    (failure,) = outcomes({key: value for key, value in REVIEW.items() if key != missing})
    assert failure.code == "incomplete-claimreview"


def test_a_rating_without_a_word_keeps_its_number_as_label():
    (article,) = outcomes({**REVIEW, "reviewRating": {"ratingValue": 2}})
    assert article.foreign_checks[0].rating_label == "2"


def test_strange_types_do_no_harm():
    (article,) = outcomes(
        {**REVIEW, "author": "Checkers", "itemReviewed": ["x", 5], "datePublished": ["x"], "url": {"a": 1}}
    )
    assert article.foreign_checks[0].publisher == "Checkers"


TOOLS = {
    "text": "The bridge is new",
    "claimant": "The mayor",
    "claimDate": "2021-06-15T00:00:00Z",
    "claimReview": [
        {
            "publisher": {"name": "Checkers", "site": "checkers.example"},
            "url": "https://checkers.example/1",
            "title": "No, the bridge is not new",
            "reviewDate": "2021-06-17T00:00:00Z",
            "textualRating": "Pants on Fire!",
            "languageCode": "en",
        }
    ],
}


@pytest.mark.parametrize("document", [TOOLS, [TOOLS], {"claims": [TOOLS], "nextPageToken": "CAo"}])
def test_fact_check_tools_records_are_checks_of_other_desks(document):
    (article,) = outcomes(document)
    (check,) = article.foreign_checks
    assert (check.claim, check.rating_label, check.claimant) == ("The bridge is new", "Pants on Fire!", "The mayor")
    assert (check.publisher, check.publisher_url, check.language) == ("Checkers", "https://checkers.example/", "en")
    assert check.published_at.isoformat() == "2021-06-17T00:00:00+00:00"
    assert (article.title, article.url) == ("No, the bridge is not new", "https://checkers.example/1")


def test_each_review_of_a_claim_is_a_check_and_an_incomplete_one_is_refused():
    other = {"publisher": {"site": "facts.example"}, "url": "https://facts.example/2", "textualRating": "False"}
    claim = {**TOOLS, "claimReview": [*TOOLS["claimReview"], other, {"url": "https://x.example/"}]}
    one, two, bad = parse(json.dumps(claim).encode(), name="a.jsonl")
    assert (one.name, two.name, bad.name) == ("a.jsonl:1#1", "a.jsonl:1#2", "a.jsonl:1#3")
    assert two.foreign_checks[0].publisher == "facts.example"
    assert bad.code == "incomplete-claimreview"
    assert outcomes({**TOOLS, "claimReview": []})[0].code == "incomplete-claimreview"
