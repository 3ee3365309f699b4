import pytest

from core.canonical_json import digest
from publishing.documents import fact_check_document, keep_as_published
from tests.publishing.formats.samples import (
    CLAIM_ID,
    FACT_CHECK_ID,
    arabic_frozen,
    empty_preview,
    frozen,
    publication,
)


def test_the_shape_is_the_contract():
    doc = fact_check_document(frozen(), publication())
    claimreview = doc.pop("claimreview")
    etag = doc.pop("etag")
    assert claimreview["@type"] == "ClaimReview"
    assert len(etag) == 64
    assert doc == {
        "id": FACT_CHECK_ID,
        "slug": "library-loans",
        "url": "https://desk.example/fact-checks/library-loans",
        "canonical_url": None,
        "version": 2,
        "state": "published",
        "language": "en",
        "headline": "No, the library does not lend 4,000 books a day",
        "topics": ["libraries"],
        "byline": ["Eve Editor"],
        "claim": {
            "id": CLAIM_ID,
            "statement": "The town library lends 4,000 books a day",
            "claimant": {"name": "Ada Example", "role": "Mayor", "same_as": ["https://www.wikidata.org/wiki/Q0"]},
            "appearances": [
                {
                    "article": f"0199f5aa-0000-7000-8000-00000000010{number}",
                    "url": "https://paper.example/library",
                    "source": "The Paper",
                    "title": "Library lends more",
                    "published_at": "2026-03-01T08:00:00Z",
                    "quote": "lends 4,000 books a day",
                    "mode": "reported",
                    "said_at": said_at,
                }
                for number, said_at in ((1, "2026-02-27"), (2, "2026-02-25T18:00:00Z"))
            ],
        },
        "rating": {
            "label": "False",
            "class": "false",
            "definition": "The statement is wrong.",
            "value": 1,
            "best": 5,
            "worst": 1,
        },
        "summary": "It lends about 1,100.",
        "rationale": {
            "markdown": "The statistics say **1,100** [E1].\n\n- the town agrees [E2]",
            "html": (
                "<p>The statistics say <strong>1,100</strong> "
                '<a class="evidence-ref" href="#evidence-1" rel="nofollow noopener">[E1]</a>.</p>\n<ul>\n'
                '<li>the town agrees <a class="evidence-ref" href="#evidence-2" rel="nofollow noopener">[E2]</a></li>\n'
                "</ul>"
            ),
            "text": "The statistics say 1,100 [E1].\n\n- the town agrees [E2]",
        },
        "evidence": [
            {
                "n": 1,
                "stance": "refutes",
                "source": "The Paper",
                "title": "Loans in 2025",
                "url": "https://stats.example/2025",
                "archived_url": None,
                "published_at": "2026-03-01T08:00:00Z",
                "quote": "1,100 loans on a weekday",
                "captured_at": "2026-03-02T10:00:00Z",
                "note": "Counts every loan of 2025.",
            },
            {
                "n": 2,
                "stance": "context",
                "source": "town.example",
                "title": "",
                "url": "https://town.example/بيانات/report?year=2025",
                "archived_url": "https://web.archive.org/web/2026/https://town.example/report",
                "published_at": None,
                "quote": "بلغ عدد الإعارات 1100 إعارة يوميًا 📚",
                "captured_at": "2026-03-03T09:30:00Z",
                "note": "",
            },
        ],
        "claimant_contact": {"asked_at": "2026-03-02T12:00:00Z", "channel": "e-mail", "response": ""},
        "published_at": "2026-03-04T08:00:00Z",
        "modified_at": "2026-03-05T09:30:00Z",
        "corrections": [
            {
                "kind": "correction",
                "note": "We first wrote 1,000.",
                "at": "2026-03-05T09:30:00Z",
                "version": 2,
                "is_single_approval": True,
            }
        ],
    }


def test_the_etag_is_the_digest_of_the_rest():
    doc = fact_check_document(arabic_frozen(), publication())
    etag = doc.pop("etag")
    assert etag == digest(doc)
    assert etag != fact_check_document(arabic_frozen(), publication(version=3))["etag"]


@pytest.mark.parametrize("state", ["suspended", "retracted", "removed"])
def test_a_withdrawn_check_has_no_claimreview(state):
    assert fact_check_document(frozen(), publication(state=state))["claimreview"] is None
    assert fact_check_document(frozen(), publication(state="superseded"))["claimreview"] is not None


def test_a_preview_has_a_document_too():
    doc = fact_check_document(empty_preview(), publication(published_at=None, modified_at=None))
    assert (doc["rating"], doc["claim"]["claimant"], doc["published_at"]) == (None, None, None)


def test_a_later_release_keeps_the_words_that_were_published():
    version = {
        "etag": "x",
        "state": "published",
        "summary": "Old",
        "url": "https://a/x/",
        "claimreview": {"url": "1", "text": "Old"},
    }
    rebuilt = {"state": "suspended", "summary": "New", "url": "https://b/x/", "claimreview": None, "added": 1}
    kept = keep_as_published(rebuilt, version)
    assert kept == {
        "state": "suspended", "summary": "Old", "url": "https://b/x/", "claimreview": None,
        "etag": digest({name: value for name, value in kept.items() if name != "etag"}),
    }  # fmt: skip
    restored = keep_as_published(rebuilt | {"claimreview": {"url": "2", "text": "New", "correction": []}}, version)
    assert restored["claimreview"] == {"url": "2", "text": "Old", "correction": []}
