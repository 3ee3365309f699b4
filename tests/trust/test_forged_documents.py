"""A document that says anything but what was approved is published by nobody, though its digest is right.

The program is altered, not the database: the document is changed between its making and its saving, as whoever holds the
app's password could.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.audit import acting
from annotations.models import Verdict
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import transition_verdict
from core.canonical_json import digest
from publishing.models import FactCheck, FactCheckVersion
from publishing.services import fact_checks
from publishing.services.publication import Built, build
from tests.annotations import story

pytestmark = pytest.mark.django_db

Document = dict[str, Any]
WORDS, WHOLE = "version_says_what_was_approved", "version_is_the_document"


def put(*path: str | int, value: Any = "Made-up words") -> Callable[[Document], None]:
    """Return a change that puts the value at a place in the document."""

    def change(document: Document) -> None:
        target: Any = document
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


CORRECTION = {
    "kind": "correction",
    "note": "All wrong",
    "at": "2026-03-01T09:00:00Z",
    "version": 1,
    "is_single_approval": False,
}
LAST_DAYS = [("modified_at",), ("claimreview", "dateModified")]


def move(document: Document, pattern: str) -> None:
    """Put the check's page at another address, in the ClaimReview too."""
    document["url"] = document["claimreview"]["url"] = pattern.format(f"/fact-checks/{document['slug']}/")


FORGED: dict[str, tuple[Callable[[Document], Any], str]] = {
    "headline": (put("headline"), WORDS),
    "statement": (put("claim", "statement"), WORDS),
    "claimant": (put("claim", "claimant", "name"), WORDS),
    "rating": (put("rating", "label", value="True"), WORDS),
    "definition of the rating": (put("rating", "definition"), WORDS),
    "rating without its definition": (lambda document: document["rating"].pop("definition"), WORDS),
    "source below a quote": (put("evidence", 0, "source"), WORDS),
    "title below a quote": (put("evidence", 0, "title"), WORDS),
    "address below a quote": (put("evidence", 0, "url", value="https://other.example/"), WORDS),
    "day that evidence was read": (put("evidence", 0, "captured_at", value="2020-01-01T00:00:00Z"), WORDS),
    "publisher of the claim's words": (put("claim", "appearances", 0, "source"), WORDS),
    "title of the claim's words": (put("claim", "appearances", 0, "title"), WORDS),
    "day of the claim's words": (put("claim", "appearances", 0, "published_at", value="2020-01-01T00:00:00Z"), WORDS),
    "rationale as HTML": (put("rationale", "html", value="<p>Made-up words</p>"), WORDS),
    "rationale as text": (put("rationale", "text"), WORDS),
    "rationale's HTML with approved words of another member": (
        lambda document: put("rationale", "html", value=document["summary"])(document),
        WORDS,
    ),
    "claim of the ClaimReview": (put("claimreview", "claimReviewed"), WORDS),
    "rating of the ClaimReview": (put("claimreview", "reviewRating", "alternateName", value="True"), WORDS),
    "number of the ClaimReview's rating": (put("claimreview", "reviewRating", "ratingValue", value=5), WORDS),
    "explanation in the ClaimReview": (put("claimreview", "reviewRating", "ratingExplanation"), WORDS),
    "body of the ClaimReview": (put("claimreview", "reviewBody"), WORDS),
    "claimant of the ClaimReview": (put("claimreview", "itemReviewed", "author", "name"), WORDS),
    "citation in the ClaimReview": (put("claimreview", "citation", 0, "description"), WORDS),
    "day of the ClaimReview": (put("claimreview", "datePublished", value="2020-01-01T00:00:00Z"), WORDS),
    "member that nobody knows": (put("editor_note"), WORDS),
    "member of the ClaimReview that nobody knows": (put("claimreview", "abstract"), WORDS),
    "words as a member's name": (put("It was true all along", value=1), WORDS),
    "words as the name of an empty member": (put("claim", "It was true all along", value={}), WORDS),
    "number that nobody knows": (put("claim", "count", value=99), WORDS),
    "answer that nobody knows": (put("evidence", 0, "independent", value=True), WORDS),
    "known member in another place": (put("claimreview", "evidence", value=[]), WORDS),
    "approved words in a member that nobody knows": (
        lambda document: put("rationale2", value=document["summary"])(document),
        WORDS,
    ),
    "meaning of the ClaimReview's names": (put("claimreview", "@context", value="https://other.example/"), WORDS),
    "kind of the ClaimReview": (put("claimreview", "@type", value="Person"), WORDS),
    "kind of the claimant": (put("claimreview", "itemReviewed", "author", "@type", value="NewsArticle"), WORDS),
    "citation twice": (
        lambda document: document["claimreview"]["citation"].append(document["claimreview"]["citation"][0]),
        WORDS,
    ),
    "no citation": (lambda document: document["claimreview"].pop("citation"), WORDS),
    "publisher of the ClaimReview": (put("claimreview", "author", "name"), WHOLE),
    "address of the ClaimReview": (put("claimreview", "url", value="https://other.example/"), WHOLE),
    "correction in the ClaimReview": (put("claimreview", "correction", value=[{"text": "All wrong"}]), WHOLE),
    "address": (put("url", value="https://other.example/fact-checks/other/"), WHOLE),
    "address that is a script": (lambda document: move(document, "javascript:alert(1)//{}"), WHOLE),
    "address in another's query": (lambda document: move(document, "https://other.example/?{}"), WHOLE),
    "last day with words": (
        lambda document: [put(*place, value=f"Sunday {document['modified_at']}")(document) for place in LAST_DAYS],
        WHOLE,
    ),
    "canonical address": (put("canonical_url", value="https://other.example/"), WHOLE),
    "correction that nobody made": (put("corrections", value=[CORRECTION]), WHOLE),
    "state": (put("state", value="suspended"), WHOLE),
    "first day": (put("published_at", value="2020-01-01T00:00:00Z"), WORDS),
    "last day": (put("modified_at", value="2020-01-01T00:00:00Z"), WHOLE),
}  # fmt: skip


@pytest.fixture
def people(make_user):
    return make_user("editor"), make_user("reviewer")


def publish(verdict: Verdict, reviewer: Any, *, person: Any = None, is_single_approval: bool = False) -> FactCheck:
    """Publish as the program does, with what it was altered to write; then check what a commit checks."""
    with acting(reviewer):
        verdict = Verdict.objects.get(pk=verdict.pk)
        live = Verdict.objects.filter(claim_id=verdict.claim_id, status="published").first()
        if live:
            transition_verdict(live, "supersede", person=reviewer, now=story.NOW)
        transition_verdict(verdict, "publish", person=reviewer, now=story.NOW, published_at=story.NOW)
        check = fact_checks.publish_fact_check(
            verdict, person=person or reviewer, now=story.NOW, is_single_approval=is_single_approval
        )
        connection.check_constraints()
    return check


def attempt(verdict: Verdict, reviewer: Any, **given: Any) -> str:
    """Publish. Return the name of the constraint that refused it; empty where none did."""
    try:
        publish(verdict, reviewer, **given)
    except DatabaseError as refusal:
        cause: Any = refusal.__cause__
        return str(cause.diag.constraint_name)
    return ""


def refused(verdict: Verdict, reviewer: Any, **given: Any) -> str:
    constraint = attempt(verdict, reviewer, **given)
    assert constraint, "it was published"
    return constraint


def test_an_unaltered_document_is_published(people):
    assert publish(story.approved(*people), people[1]).state == "published"


def test_a_forged_document_is_refused(people, monkeypatch):
    """All in one test: to approve a verdict takes longer than to refuse a document of it."""
    verdict = story.approved(*people)
    refusals = {}
    for name, (change, _) in FORGED.items():

        def forged(*given: Any, change: Callable[[Document], None] = change) -> Built:
            built = build(*given)
            document = copy.deepcopy(built.document)
            del document["etag"]
            change(document)
            return Built(built.publication, document | {"etag": digest(document)}, [])

        monkeypatch.setattr(fact_checks, "build", forged)
        with transaction.atomic():
            refusals[name] = attempt(verdict, people[1])
            transaction.set_rollback(True)
    assert refusals == {name: expected for name, (_, expected) in FORGED.items()}


@pytest.mark.parametrize(("kind", "note"), [("correction", "All wrong"), ("", "All wrong"), ("refile", "")])
def test_a_note_that_was_not_approved_is_refused(people, monkeypatch, kind: str, note: str):
    verdict = story.approved(*people)
    monkeypatch.setattr(fact_checks, "_correction_in", lambda _content: (kind, note))
    assert refused(verdict, people[1]) == WORDS


def test_an_address_of_other_words_is_refused(people, monkeypatch):
    verdict = story.approved(*people)
    monkeypatch.setattr(fact_checks, "slug_for", lambda _content, new_id: f"mayor-is-a-thief-{new_id.hex[-6:]}")
    assert refused(verdict, people[1]) == "address_says_the_headline"


def test_a_publisher_who_did_not_publish_is_refused(people):
    assert refused(story.approved(*people), people[1], person=people[0]) == "version_names_its_publisher"


def corrected(people: Any, **fields: Any) -> Verdict:
    editor, reviewer = people
    following = correct_verdict(
        person=editor, verdict_id=story.published(*people).pk, kind="correction", note="We misread it.", now=story.NOW
    )
    save_verdict(person=editor, verdict_id=following.pk, now=story.NOW, **fields)
    submit_verdict(person=editor, verdict_id=following.pk, now=story.NOW)
    approve_verdict(person=reviewer, verdict_id=following.pk, now=story.NOW)
    return following


def test_a_rating_that_one_person_changed_says_so(people):
    verdict = corrected(people, rating=story.rating("True"))
    assert refused(verdict, people[1]) == "single_approval_is_told"
    publish(verdict, people[1], is_single_approval=True)


def test_a_correction_of_words_needs_no_second_person(people):
    publish(corrected(people, summary="61.2 million."), people[1])
    assert [version.kind for version in FactCheckVersion.objects.order_by("number")] == ["", "correction"]


def test_a_note_on_a_first_version_is_shown_to_nobody(people):
    """It is in no frozen content, so nobody has approved it."""
    verdict = story.draft(people[0], correction_note="Between us: he lied.")
    submit_verdict(person=people[0], verdict_id=verdict.pk, now=story.NOW)
    approve_verdict(person=people[1], verdict_id=verdict.pk, now=story.NOW, no_conflict=True)
    publish(verdict, people[1])
    assert FactCheckVersion.objects.get().note == ""


def test_the_newsrooms_page_is_named_by_who_may(people):
    story.published(*people)
    with pytest.raises(DatabaseError) as refusal, acting(people[0]):
        FactCheck.objects.update(canonical_url="https://other.example/")
    cause: Any = refusal.value.__cause__
    assert cause.diag.constraint_name == "page_is_named_by_role"


@pytest.mark.parametrize(
    "headline",
    [
        "Was die Brücke wirklich kostet – 61 Mio. €?",
        "大橋耗資四千萬歐元",
        "Ünïcödé ﬁt ½ №5 Ⅳ",
        "a_b -- c...d!",
        "x" * 300,
        "?!",
    ],
)
def test_every_headline_makes_an_address(people, headline: str):
    verdict = story.approved(*people, headline=headline)
    assert publish(verdict, people[1]).slug
