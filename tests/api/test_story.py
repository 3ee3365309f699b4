"""The desk's whole story over the API alone, with tokens, on the sample articles beside the repository."""

import pytest

from articles.models import Article
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.fetching import fetch
from tests.annotations.story import NOW

pytestmark = pytest.mark.django_db
REQUESTS = "80 cybercrime-related requests"


@pytest.fixture
def articles(editor, shared_dir):
    """Their ids by the number their file begins with."""
    files = [
        IncomingFile(path.name, path.read_bytes(), "text/plain")
        for path in sorted((shared_dir / "seeds").glob("*.txt"))
    ]
    run = start_import(person=editor, now=NOW, files=files)
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: NOW)
    return {item.file_name[:3]: item for item in Article.objects.select_related("current_revision")}


def quote(article, exact, **context):
    return {"source": str(article.pk), "selector": [{"type": "TextQuoteSelector", "exact": exact, **context}]}


def sentence(article, words):
    """The words from a phrase to the end of its sentence, taken from the text itself."""
    text = article.current_revision.text
    start = text.index(words)
    return text[start : text.index(".", start)]


def test_from_marked_words_to_the_feed_and_back(api, review, articles):
    hopes, talks, requests = articles["000"], articles["003"], articles["004"]

    ambiguous = api.post("claims", {"target": quote(requests, REQUESTS)})
    assert ambiguous.status_code == 409
    assert ambiguous.json()["type"].endswith("/problems/quote-ambiguous")
    first, last = ambiguous.json()["candidates"]
    text = requests.current_revision.text
    assert [text[one["start"] : one["end"]] for one in (first, last)] == [REQUESTS, REQUESTS]

    chosen = {"type": "TextPositionSelector", "start": first["start"], "end": first["end"]}
    claim = api.post(
        "claims",
        {
            "statement": "On cybercrime Russia cooperates and the US does not (80 requests, no response)",
            "claimant": {"name": "Vladimir Putin", "same_as": ["https://www.wikidata.org/wiki/Q7747"]},
            "target": {"source": str(requests.pk), "selector": [{"type": "TextQuoteSelector", "exact": REQUESTS}, chosen]},
            "mode": "reported", "said_at": "2021-06-16", "relayed_via": "Interfax",
        },
    ).json()  # fmt: skip
    again = quote(requests, REQUESTS, prefix=last["prefix"], suffix=last["suffix"])
    assert api.post(f"claims/{claim['id']}/appearances", {"target": again}).status_code == 201

    supports = {
        "stance": "supports",
        "target": quote(requests, "the opposite holds true"),
        "note": "The same speaker.",
        "cited_as": "Agency",
    }
    refutes = {
        "stance": "refutes", "target": quote(talks, sentence(talks, "NotPetya")),
        "note": "Shows an attribution; says nothing about the requests.", "cited_as": "Paper",
    }  # fmt: skip
    assert api.post(f"claims/{claim['id']}/evidence", supports).status_code == 201
    linked = api.post(f"claims/{claim['id']}/evidence", refutes).json()
    other = api.post(
        "claims", {"target": quote(hopes, sentence(hopes, "not one time")), "statement": "No proof was shown"}
    ).json()
    shared = api.post(f"claims/{other['id']}/evidence", refutes).json()
    assert shared["passage"]["id"] == linked["passage"]["id"]

    verdict = api.post(
        f"claims/{claim['id']}/verdicts",
        {
            "headline": "Eighty unanswered requests are half of the story", "rating": "Missing context",
            "summary": "The number is the claimant's own.", "rationale": "He says so himself [E1]; left out is [E2].",
            "language": "en",
        },
    ).json()  # fmt: skip
    submitted = api.move(verdict["id"], "submit")
    assert api.move(verdict["id"], "approve").status_code == 403
    review.move(verdict["id"], "request-changes", {"comment": "Say who attributes it."}, match=submitted["ETag"])
    draft = api.get(f"verdicts/{verdict['id']}")
    api.patch(
        f"verdicts/{verdict['id']}",
        {"summary": "The number is his own; Washington attributes NotPetya."},
        match=draft["ETag"],
    )
    again_submitted = api.move(verdict["id"], "submit")
    sha256 = again_submitted.json()["content_sha256"]
    approved = review.move(
        verdict["id"], "approve", {"content_sha256": sha256, "no_conflict": True}, match=again_submitted["ETag"]
    )
    assert review.move(verdict["id"], "publish", match=approved["ETag"]).json()["status"] == "published"

    (published,) = api.get("fact-checks?rating=missing_context").json()["results"]
    assert published["claim"]["claimant"]["name"] == "Vladimir Putin"
    assert [one["stance"] for one in published["evidence"]] == ["supports", "refutes"]
    assert published["claimreview"]["reviewRating"]["alternateName"] == "Missing context"
    assert "ratingValue" not in published["claimreview"]["reviewRating"]
    page = api.get("changes").json()
    assert [(item["id"], item["reason"]) for item in page["items"]] == [(published["id"], "published")]

    review.move(verdict["id"], "suspend", {"reason": "A reader doubts it"})
    (item,) = api.get(page["next"]).json()["items"]
    assert (item["state"], item["reason"], item["notice"]) == ("deleted", "suspended", "A reader doubts it")
