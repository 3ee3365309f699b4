"""Web pages: the article, not the page around it, and what the page says of itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from articles.parsing import ParsedArticle, ParseOptions, parse

SENTENCES = [
    "The council decided on Tuesday to rebuild the old bridge over the river before the winter sets in.",
    "Engineers had warned for years that the pillars were no longer able to carry the growing traffic.",
    "The mayor said the work would cost three million and be paid from the reserve of the last two years.",
    "Opponents doubt the figure and point to the neighbouring town, where a similar bridge cost twice as much.",
]
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><title>Bridge to be rebuilt - The Paper</title>
<link rel="canonical" href="https://paper.example/news/bridge?utm_campaign=x">
<meta property="og:site_name" content="The Paper"><meta name="author" content="Ann Lee">
<script type="application/ld+json">{{"@graph":[{{"@type":"NewsArticle","headline":"Bridge to be rebuilt",
"datePublished":"2021-06-16T17:08:16+02:00","author":{{"name":"Ann Lee"}}}}]}}</script></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><header>Subscribe today</header>
<article><h1>Bridge to be rebuilt</h1><p>{SENTENCES[0]}</p><h2>The cost</h2><p>{SENTENCES[1]}<br>{SENTENCES[2]}</p>
<ul><li>{SENTENCES[3]}</li></ul><script>track()</script></article>
<footer>© The Paper, all rights reserved</footer></body></html>"""


def page(html: str, **options: Any) -> ParsedArticle:
    (outcome,) = parse(html.encode(), name="a.html", options=ParseOptions(**options))
    assert isinstance(outcome, ParsedArticle), outcome
    return outcome


def test_body_and_metadata():
    article = page(PAGE)
    blocks = [(block.tag, article.canonical.of(block)) for block in article.canonical.blocks]
    assert blocks == [
        ("h1", "Bridge to be rebuilt"),
        ("p", SENTENCES[0]),
        ("h2", "The cost"),
        ("p", f"{SENTENCES[1]}\n{SENTENCES[2]}"),
        ("li", SENTENCES[3]),
    ]
    assert (article.title, article.byline, article.source_name) == ("Bridge to be rebuilt", "Ann Lee", "The Paper")
    assert (article.url, article.source_domain) == ("https://paper.example/news/bridge", "paper.example")
    assert article.language == "en-GB"
    assert article.published_at == datetime(2021, 6, 16, 15, 8, 16, tzinfo=UTC)


def test_a_short_page_keeps_its_blocks():
    article = page("<title>T</title><nav>Menu</nav><p>One.<p>Two 10<sup>9</sup>.<script>alert(1)</script>")
    assert article.canonical.text == "T\n\nOne.\n\nTwo 10⁹."


@pytest.mark.parametrize(
    ("canonical", "fetched_from", "expected"),
    [
        ("https://paper.example/a?fbclid=1", "", "https://paper.example/a"),
        ("https://paper.example/a", "https://www.paper.example/a?page=2", "https://paper.example/a"),
        ("https://paper.example/", "https://paper.example/b", "https://paper.example/b"),
        ("https://bigpaper.example/a", "https://copycat.example/a", "https://copycat.example/a"),
        ("javascript:alert(1)", "https://paper.example/b", "https://paper.example/b"),
    ],
)
def test_the_address_is_one_that_the_page_may_claim(canonical, fetched_from, expected):
    html = PAGE.replace("https://paper.example/news/bridge?utm_campaign=x", canonical)
    assert page(html, base_url=fetched_from).url == expected


def test_a_claim_review_in_the_page_is_a_foreign_check():
    review = """<script type="application/ld+json">{"@type":"ClaimReview","url":"https://paper.example/c",
    "claimReviewed":"The bridge is new","author":{"@type":"Organization","name":"The Paper"},"datePublished":"2021-06-17",
    "reviewRating":{"@type":"Rating","ratingValue":1,"bestRating":5,"worstRating":1,"alternateName":"Mostly wrong"},
    "itemReviewed":{"@type":"Claim","author":{"name":"The mayor"},"appearance":["https://x.example/1"]}}</script></head>"""
    (check,) = page(PAGE.replace("</head>", review)).foreign_checks
    assert (check.claim, check.rating_label, check.claimant) == ("The bridge is new", "Mostly wrong", "The mayor")
    assert (check.rating_value, check.rating_best, check.rating_worst) == (1, 5, 1)
    assert check.appearances == ("https://x.example/1",)
