"""Web pages: the article, not the page around it, and what the page says of itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from articles.parsing import ParsedArticle, ParseOptions, parse
from articles.parsing.web.headlines import headline

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


@pytest.mark.parametrize(
    ("title", "shown", "stated", "expected"),
    [
        ("Bridge to be rebuilt | The Paper", ["Bridge to be rebuilt"], "", "Bridge to be rebuilt"),
        ("The Paper | Bridge to be rebuilt", ["The Paper", "Bridge to be rebuilt"], "", "Bridge to be rebuilt"),
        ("Bridge to be rebuilt - The Paper Europe", [], "", "Bridge to be rebuilt"),
        ("Bridge – a love story - paper.example", [], "", "Bridge – a love story"),
        ("Why the bridge fell and what is next", ["The bridge fell"], "The bridge fell", "The bridge fell"),
        ("Mayor says ", ['Mayor says "no" to bridge'], "", 'Mayor says "no" to bridge'),
        ("桥梁重建-新华网", ["桥梁重建"], "", "桥梁重建"),
        ("Bridge: a history - in pictures", ["Culture"], "", "Bridge: a history - in pictures"),
        ("Paper boats | Saturday", ["Paper boats"], "", "Paper boats"),
        ("Reader's letters | Why I love my town's old bridge", ["Reader's letters"], "", None),
    ],
)
def test_a_headline_loses_only_what_is_proven_to_be_the_outlets(title, shown, stated, expected):
    found = headline(title, shown=shown, stated=stated, outlets=["The Paper", "paper.example"])
    assert found == (title if expected is None else expected)


def test_what_the_article_itself_states_beats_the_page_around_it():
    around = PAGE.replace('"@graph":[', '"@graph":[{"@type":"WebPage","datePublished":"2009-01-01"},')
    assert page(around).published_at == datetime(2021, 6, 16, 15, 8, 16, tzinfo=UTC)
    german = "Der Rat hat am Dienstag beschlossen, die alte Brücke noch vor dem Winter neu zu bauen. "
    in_german = "".join(f"<p>{german}{number}</p>" for number in range(6))
    assert page(f'<html lang="en"><title>Brücke</title><article><h1>Brücke</h1>{in_german}</article>').language == "de"


def test_words_that_only_the_json_ld_holds_are_taken():
    """A page made by a script, and one that shows a teaser; a page that shows all of it keeps its own blocks."""
    body = "\\n\\n".join([*SENTENCES, *(f"{number}. {sentence}" for number, sentence in enumerate(SENTENCES))])
    stated = PAGE.replace('"headline"', f'"articleBody":"{body}","headline"')
    script, teaser = stated.index("<article>"), f"<article><h1>Bridge to be rebuilt</h1><p>{SENTENCES[0]}</p></article>"
    for shown in ('<div id="root"></div>', teaser):
        article = page(f"{stated[:script]}{shown}</body></html>")
        assert len(article.canonical.blocks) == 9
    assert page(stated.replace("0. ", "")).canonical.of(page(PAGE).canonical.blocks[2]) == "The cost"


def test_a_page_with_no_words_of_its_own_says_so():
    article = page('<html><title>Bridge</title><meta name="description" content="x"><div id="root"></div>')
    assert "Only the headline was found" in article.extra["warnings"][0]


@pytest.mark.parametrize(
    ("declared", "encoding", "broken", "warned"),
    [
        ("iso-8859-1", "utf-8", False, False),
        ("utf-16", "utf-8", False, False),
        ("utf-8", "utf-8", True, True),
        ("utf-8", "cp1252", False, True),
        ("gb2312", "gb18030", True, True),
    ],
)
def test_encodings_that_lie_or_are_broken_are_read_as_a_browser_does(declared, encoding, broken, warned):
    words = (
        "Größere Brücke über den Fluß für die Bürger. " if encoding != "gb18030" else "重建旧桥的决定在冬天之前作出。"
    )
    body = "".join(f"<p>{words * 3}{number}</p>" for number in range(4))
    raw = f'<meta charset="{declared}"><title>T</title><article><h1>T</h1>{body}</article>'.encode(encoding)
    (article,) = parse(raw.replace(b"<p>", b"<p>\xff", 1) if broken else raw, name="a.html")
    assert isinstance(article, ParsedArticle), article
    assert words[:10] in article.canonical.text
    assert bool(article.extra.get("warnings")) == warned
    assert ("\ufffd" in article.canonical.text) == broken


def test_what_a_page_strikes_out_is_none_of_its_words():
    corrected = PAGE.replace("three million", "<del>two million</del><ins>three million</ins>")
    (article,) = parse(corrected.encode(), name="page.html")
    assert SENTENCES[2] in article.canonical.text
    assert "two million" not in article.canonical.text


def test_a_table_keeps_its_rows_and_names():
    table = "<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2024</td><td>3 million euros</td></tr></table>"
    article = page(PAGE.replace("<ul>", f"{table}<ul>"))
    cells = [(one.tag, article.canonical.of(one)) for one in article.canonical.blocks if one.tag in {"tr", "th", "td"}]
    assert cells == [("tr", "Year"), ("th", "Cost"), ("tr", "2024"), ("td", "3 million euros")]


@pytest.mark.parametrize("attribute", ["hidden", 'style="color: red; display : none"', 'hidden=""'])
def test_what_a_page_hides_is_none_of_its_words(attribute):
    article = page(PAGE.replace("<h2>", f"<p {attribute}>Nobody reads that it cost nine billion in the end.</p><h2>"))
    assert article.canonical.text == page(PAGE).canonical.text


@pytest.mark.parametrize("attribute", ['hidden="until-found"', 'style="display:block"'])
def test_what_readers_can_unfold_stays(attribute):
    article = page(PAGE.replace("<h2>", f"<p {attribute}>Who unfolds it reads that it cost nine billion.</p><h2>"))
    assert "nine billion" in article.canonical.text


def test_an_article_that_a_script_shows_stays():
    assert page(PAGE.replace("<article>", '<article style="display:none">')).canonical.text == page(PAGE).canonical.text


def test_a_page_that_is_not_what_it_declares_is_told_so():
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    raw = f'<meta charset="utf-8"><title>T</title><article><h1>T</h1>{body}</article>'.encode()
    (article,) = parse(raw.replace(b"mayor", b"m\xe4yor"), name="a.html")
    assert isinstance(article, ParsedArticle)
    assert "says that it is UTF-8, which it is not" in article.extra["warnings"][0]
