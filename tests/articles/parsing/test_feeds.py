"""RSS and Atom entries as articles."""

from datetime import UTC, datetime
from typing import Any

import pytest

from articles.parsing import parse

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Paper</title><link>https://www.paper.example/</link><language>en-gb</language>
<item><title>Bridge &amp;amp; road</title><link>https://paper.example/1?utm_source=rss</link><guid>tag:1</guid>
<pubDate>Wed, 16 Jun 2021 17:08:16 +0200</pubDate><dc:creator>Ann Lee</dc:creator>
<description>Short.</description>
<content:encoded><![CDATA[<p>One 😀.</p><p>Two<br>lines.</p><script>x()</script>]]></content:encoded></item>
<item><title>Only a summary</title><description>&lt;b&gt;Short&lt;/b&gt; text.</description></item>
<item><link>https://paper.example/3</link></item>
<item><title>Only a title</title><pubDate>never</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Blatt</title><link href="https://blatt.example/"/>
<entry><title type="html">Br&amp;uuml;cke</title><id>urn:1</id><link rel="alternate" href="https://blatt.example/1"/>
<published>2021-06-16T17:08:16Z</published><author><name>Ann</name></author><author><name>Bo</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eins.</p><p>Zwei.</p></div></content></entry></feed>"""


def outcomes(feed: str, name: str = "feed.xml") -> list[Any]:
    return list(parse(feed.encode(), name=name))


def test_rss():
    full, summary, empty, title_only = outcomes(RSS)
    assert full.canonical.text == "Bridge & road\n\nOne 😀.\n\nTwo\nlines."
    assert (full.url, full.external_id, full.byline) == ("https://paper.example/1", "tag:1", "Ann Lee")
    assert (full.source_name, full.source_domain, full.language) == ("The Paper", "paper.example", "en-GB")
    assert full.published_at == datetime(2021, 6, 16, 15, 8, 16, tzinfo=UTC)
    assert summary.canonical.text == "Only a summary\n\nShort text."
    assert summary.extra["is_excerpt"] is True
    assert empty.code == "no-text"
    assert title_only.title == "Only a title"


def test_atom():
    (entry,) = outcomes(ATOM)
    assert entry.canonical.text == "Brücke\n\nEins.\n\nZwei."
    assert (entry.byline, entry.source_name, entry.language) == ("Ann, Bo", "Blatt", "de")


def test_an_entry_can_be_read_again_from_its_own_bytes():
    full, *_ = outcomes(RSS)
    assert full.content_type == "application/json"
    (again,) = outcomes(full.raw.decode(), "entry.json")
    assert again.canonical == full.canonical
    assert (again.url, again.external_id, again.published_at) == (full.url, full.external_id, full.published_at)


def test_a_broken_feed_gives_what_can_be_read():
    (entry,) = outcomes("<rss><channel><item><title>A & B</title><description>x</description></channel>")
    assert entry.title == "A & B"


def test_impossible_characters_do_not_cost_the_feed():
    (entry,) = outcomes("<rss><channel><item><title>A&#x110000;B&#99999999;C&#x1F600;</title></item></channel></rss>")
    assert entry.title == "A\ufffdB\ufffdC😀"


def test_a_feed_without_entries_is_refused():
    (failure,) = outcomes("<rss><channel><title>x</title></channel></rss>")
    assert failure.code == "no-text"


def test_a_name_is_never_opened_as_a_file_or_an_address():
    (failure,) = outcomes("<rss>/etc/passwd</rss>", "http://127.0.0.1/feed.xml")
    assert failure.code == "no-text"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Di, 15 Jun 2021 10:00:00 +0200", "2021-06-15T10:00:00+02:00"),
        ("15 June 2021, 10:30", "2021-06-15T10:30:00+00:00"),
        ("2021-06-15", "2021-06-15T00:00:00+00:00"),
    ],
)
def test_dates_in_odd_formats_and_bylines_with_an_address(written, expected):
    feed = RSS.replace("Wed, 16 Jun 2021 17:08:16 +0200", written)
    feed = feed.replace("<dc:creator>Ann Lee</dc:creator>", "<author>ann@paper.example (Ann Lee)</author>")
    article, *_, undated = outcomes(feed)
    assert article.published_at == datetime.fromisoformat(expected)
    assert article.byline == "Ann Lee"
    assert "never" in undated.extra["warnings"][0]


def test_an_author_of_nothing_but_signs_is_read_at_once():
    signs = "@" * 20_000 + "(" * 20_000
    article, *_ = outcomes(RSS.replace("<dc:creator>Ann Lee</dc:creator>", f"<author>{signs}</author>"))
    assert (article.title, set(article.byline)) == ("Bridge & road", {"@"})


def test_json_feed():
    feed = """{"version": "https://jsonfeed.org/version/1.1", "title": "The Paper", "home_page_url": "https://paper.example/",
    "language": "fr", "authors": [{"name": "Desk"}], "items": [{"id": "1", "url": "/1", "title": "Un",
    "content_html": "<p>Mots.</p>"}, {"id": "2", "summary": "Court.", "authors": [{"name": "Ann"}]}]}"""
    one, two = outcomes(feed, "feed.json")
    assert (one.url, one.source_name, one.language, one.byline) == (
        "https://paper.example/1",
        "The Paper",
        "fr",
        "Desk",
    )
    assert (two.canonical.text, two.byline, two.source_domain) == ("Court.", "Ann", "paper.example")


def test_a_relative_link_is_one_on_the_feeds_site():
    item = "<item><title>T</title>{}<description>Words of an article.</description></item>"
    feed = (
        '<rss version="2.0"><channel><title>c</title><link>https://paper.example/news/</link>'
        + item.format('<link>/a/b?x=1</link><guid isPermaLink="false">77</guid>')
        + item.format("<guid>78</guid>")
        + "</channel></rss>"
    )
    linked, named = parse(feed.encode(), name="a.xml")
    assert (linked.url, linked.external_id) == ("https://paper.example/a/b?x=1", "77")
    assert (named.url, named.external_id) == ("", "78")
