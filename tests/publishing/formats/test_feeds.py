"""The DataFeed of ClaimReviews and the Atom feeds."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Any

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from articles.claimreview.read import read_claim_reviews
from publishing.documents import fact_check_document
from publishing.formats.atom import (
    Entry,
    correction_entries,
    fact_check_entry,
    feed,
)
from publishing.formats.claimreview import claim_review, claim_review_fields
from publishing.formats.datafeed import data_feed, stream_data_feed
from publishing.formats.vocabulary import walk
from tests.publishing.formats.samples import DESK, FACT_CHECK_ID, arabic_frozen, frozen, publication

NOW = datetime(2026, 3, 6, tzinfo=UTC)
WHERE: dict[str, Any] = {"desk": DESK, "url": "https://desk.example/claimreview.json", "modified_at": NOW}


def test_a_data_feed_is_schema_org_and_is_read_back():
    contents = [frozen(), arabic_frozen()]
    document = data_feed([claim_review(content, publication()) for content in contents], **WHERE)
    assert list(walk(document)) == []
    assert document["dataFeedElement"][0]["dateCreated"] == "2026-03-04T08:00:00Z"
    assert read_claim_reviews(document) == [claim_review_fields(content, publication()) for content in contents]


def test_the_streamed_feed_is_the_same_document():
    reviews = [claim_review(frozen(), publication()), claim_review(arabic_frozen(), publication())]
    for count in range(3):
        streamed = b"".join(stream_data_feed(reviews[:count], **WHERE))
        assert json.loads(streamed) == data_feed(reviews[:count], **WHERE)


def atom(entries):
    return feed(
        iri="urn:uuid:0199f5aa-0000-7000-8000-00000000feed",
        title="Fact-checks",
        url="https://desk.example/",
        self_url="https://desk.example/feeds/fact-checks.atom",
        author="The Desk",
        updated_at=NOW,
        entries=entries,
    )


def test_fact_checks_as_atom():
    documents = [fact_check_document(content, publication()) for content in (frozen(), arabic_frozen())]
    parsed = feedparser.parse(atom(map(fact_check_entry, documents)))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.updated == "2026-03-05T09:30:00Z"
    first, second = parsed.entries
    assert first.id == f"urn:uuid:{FACT_CHECK_ID}"
    assert first.title == "No, the library does not lend 4,000 books a day"
    assert first.summary == "False: It lends about 1,100."
    assert (first.published, first.updated) == ("2026-03-04T08:00:00Z", "2026-03-05T09:30:00Z")
    assert first.tags[0].term == "libraries"
    assert first.author == "Eve Editor"
    assert "<strong>1,100</strong>" in first.content[0].value
    assert second.summary == "سياق ناقص: العدد أقل بكثير 😀"


def test_corrections_have_their_own_stable_ids():
    document = fact_check_document(frozen(), publication())
    (entry,) = correction_entries(document)
    assert entry.id == f"urn:uuid:{FACT_CHECK_ID}#version-2-correction"
    assert entry.summary == "We first wrote 1,000."
    assert correction_entries({**document, "headline": "Another"})[0].id == entry.id


def test_an_empty_feed_is_one():
    parsed = feedparser.parse(atom([]))
    assert not parsed.bozo
    assert parsed.feed.updated == "2026-03-06T00:00:00Z"


@given(st.text(), st.text(), st.text())
def test_any_text_makes_well_formed_xml(title, summary, language):
    entry = Entry(
        id="urn:x",
        title=title,
        url="https://a.example/ب",
        updated_at=NOW,
        summary=summary,
        html=summary,
        language=language,
    )
    root = ET.fromstring(atom([entry]))  # noqa: S314  # our own output
    assert root.find("{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}title") is not None
