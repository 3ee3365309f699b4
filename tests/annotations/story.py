"""Small pieces of a desk for tests: an article, a claim in it, a verdict at any stage. All through the services."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.audit import acting
from accounts.models import User
from annotations.models import Claim, Evidence, Rating, Verdict
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import Speech, create_claim
from annotations.services.evidence import add_evidence
from annotations.services.targets import Target
from annotations.services.verdicts.edits import start_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from articles.models import Article, ArticleRevision, PendingRevision, TextBands, UnindexedArticle
from publishing.services.publish import publish_verdict

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SPEECH = Speech(mode="reported", said_at=datetime(2026, 2, 27, tzinfo=UTC))
COUNCIL = (
    "Council leader praises bridge",
    "The new bridge cost 40 million euros, the council leader said on Friday.",
    "He added that nobody had been hurt while it was built.",
)
AUDIT = (
    "Auditors publish bridge accounts",
    "The audit office puts the cost of the bridge at 61 million euros.",
    "Two workers were hurt in 2024, the office writes.",
)


def make_article(blocks: tuple[str, ...] = COUNCIL, *, is_compared: bool = True, **fields: Any) -> Article:
    """Create an article whose first revision has these blocks, the headline first."""
    article = Article.objects.create(title=blocks[0], **fields)
    revision = add_revision(article, blocks)
    if is_compared:
        TextBands.objects.create(article=article, revision=revision, bands=[])
    with acting(None):
        Article.objects.filter(pk=article.pk).update(current_revision=revision)
    article.current_revision = revision
    return article


def add_revision(article: Article, blocks: tuple[str, ...]) -> ArticleRevision:
    text = "\n\n".join(blocks)
    spans, start = [], 0
    for number, block in enumerate(blocks):
        tag, role = ("h1", "headline") if number == 0 else ("p", "body")
        spans.append({"tag": tag, "role": role, "start": start, "end": start + len(block)})
        start += len(block) + 2
    return ArticleRevision.objects.create(
        article=article,
        number=article.revisions.count() + 1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        blocks=spans,
        text_profile="1",
    )


def add_pending(article: Article, blocks: tuple[str, ...]) -> ArticleRevision:
    """Add a new text that waits to be placed."""
    revision = add_revision(article, blocks)
    PendingRevision.objects.create(revision=revision, created_at=NOW)
    return revision


def note_changed(article_ids: Iterable[UUID]) -> None:
    """Ask for the articles' sentences, as an import does that brings or changes them."""
    UnindexedArticle.objects.bulk_create(UnindexedArticle(article_id=pk) for pk in article_ids)


def mark(editor: User, article: Article, exact: str = "cost 40 million euros", **fields: Any) -> Claim:
    values: dict[str, Any] = {
        "statement": "The bridge cost 40 million euros.",
        "claimant": ClaimantInput(name="Ada Example", role="Council leader"),
        "speech": SPEECH,
        "now": NOW,
    }
    return create_claim(person=editor, target=Target(article_id=article.pk, exact=exact), **(values | fields))


def link(editor: User, claim: Claim, article: Article, exact: str, stance: str = "refutes", **fields: Any) -> Evidence:
    target = Target(article_id=article.pk, exact=exact)
    values = {"cited_as": "Town paper, a report"} | fields
    return add_evidence(person=editor, claim_id=claim.pk, stance=stance, target=target, now=NOW, **values)


def rating(label: str = "False", scale: str = "newsroom") -> Rating:
    return Rating.objects.select_related("scale").get(label=label, scale__key=scale)


def draft(editor: User, *, claim: Claim | None = None, **fields: Any) -> Verdict:
    """A verdict that could be submitted: claim, one refuting piece of evidence from another article, rating, text."""
    if claim is None:
        claim = mark(editor, make_article())
        link(editor, claim, make_article(AUDIT), "61 million euros")
    values: dict[str, Any] = {
        "headline": "No, the bridge was dearer",
        "rating": rating(),
        "summary": "The audit office counts 61 million.",
        "rationale": "The accounts say otherwise [E1].",
    }
    return start_verdict(person=editor, claim_id=claim.pk, now=NOW, **(values | fields))


def in_review(editor: User, **fields: Any) -> Verdict:
    return submit_verdict(person=editor, verdict_id=draft(editor, **fields).pk, now=NOW)


def approved(editor: User, reviewer: User, **fields: Any) -> Verdict:
    return approve_verdict(
        no_conflict=True, person=reviewer, verdict_id=in_review(editor, **fields).pk, now=NOW
    ).verdict


def published(editor: User, reviewer: User, **fields: Any) -> Verdict:
    return publish_verdict(person=reviewer, verdict_id=approved(editor, reviewer, **fields).pk, now=NOW).verdict
