"""Sentences that repeat a claim: proposed as further appearances, and a person's answer. Nothing is added silently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import NotFound, WrongState
from annotations.models import Appearance, Claim, Evidence, RepeatedClaim
from annotations.models.verdicts import newest_verdict
from annotations.services.base import lock_claims, locked_claim, writing
from annotations.services.claims import add_appearance
from annotations.services.targets import Target, lock_text, lock_texts
from annotations.statements import fold_statement
from core.database.composed import SOME_ID, Composed


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A sentence and the claim that it repeats. Offsets are code points of the revision."""

    claim_id: UUID
    article_id: UUID
    revision_id: UUID
    start: int
    end: int
    words: str
    score: float


def propose_repeats(found: Sequence[Repeat], *, now: datetime) -> int:
    """Keep the proposals that nobody has answered yet, the best sentence of each article for a claim. Returns how many.

    Left out: an article in which the claim stands already, words that are the claim's evidence, and words that were dismissed
    for this claim before.
    """
    claims, articles = {one.claim_id for one in found}, {one.article_id for one in found}
    standing = set(Claim.objects.standing().filter(pk__in=claims).values_list("pk", flat=True))
    placed = Appearance.objects.standing().filter(claim__in=claims, passage__article__in=articles)
    known = set(placed.values_list("claim", "passage__article"))
    asked = RepeatedClaim.objects.filter(claim__in=claims)
    dismissed = set(asked.filter(state=RepeatedClaim.State.DISMISSED).values_list("claim", "words_key"))
    known |= set(asked.filter(article__in=articles, state=RepeatedClaim.State.OPEN).values_list("claim", "article"))
    rows, evidence = [], _evidence_places(claims, articles)
    # Best first, as the first one taken stands for its article.
    for one in sorted(found, key=lambda one: (-one.score, one.start)):
        pair, key = (one.claim_id, one.article_id), fold_statement(one.words)
        if one.claim_id not in standing or pair in known or (one.claim_id, key) in dismissed:
            continue
        if any(one.start < end and start < one.end for start, end in evidence.get((one.claim_id, one.revision_id), ())):
            continue
        known.add(pair)
        rows.append(_make_row(one, key, now))
    # Another worker may propose the same sentence at this moment: its row stands, ours is dropped.
    with acting(None):
        # Both before the rows, which refer to them: at the commit it would be the claims first.
        lock_texts({row.article_id for row in rows})
        lock_claims({row.claim_id for row in rows})
        return len(RepeatedClaim.objects.bulk_create(rows, ignore_conflicts=True))


def _evidence_places(claims: set[UUID], articles: set[UUID]) -> dict[tuple[UUID, UUID], list[tuple[int, int]]]:
    """Return (start, end) of the passages that are a claim's evidence, by (claim, revision)."""
    linked = Evidence.objects.standing().filter(
        claim__in=claims, passage__article__in=articles, passage__placements__start__isnull=False
    )
    placed = "passage__placements__"
    found: dict[tuple[UUID, UUID], list[tuple[int, int]]] = {}
    for claim, revision, start, end in linked.values_list(
        "claim", f"{placed}revision", f"{placed}start", f"{placed}end"
    ):
        found.setdefault((claim, revision), []).append((start, end))
    return found


def _make_row(one: Repeat, key: str, now: datetime) -> RepeatedClaim:
    return RepeatedClaim(
        claim_id=one.claim_id,
        article_id=one.article_id,
        revision_id=one.revision_id,
        start=one.start,
        end=one.end,
        words_key=key,
        score=one.score,
        created_at=now,
    )


def accept_repeat(*, person: User, repeat_id: UUID, now: datetime) -> Appearance:
    """Add the sentence to its claim's appearances. Raises WrongState, NotFound and those of `add_appearance`."""
    check_permission(person, "claim.write")
    with writing(person):
        lock_text(RepeatedClaim.objects.filter(pk=repeat_id).values_list("article", flat=True).first())
        repeat = _lock_repeat(repeat_id)
        target = Target(
            article_id=repeat.article_id,
            exact=repeat.revision.text[repeat.start : repeat.end],
            start=repeat.start,
            end=repeat.end,
            revision=repeat.revision.number,
        )
        appearance = add_appearance(person=person, claim_id=repeat.claim_id, target=target, now=now)
        _answer(repeat, RepeatedClaim.State.ACCEPTED, person=person, now=now)
    return appearance


def dismiss_repeat(*, person: User, repeat_id: UUID, now: datetime) -> RepeatedClaim:
    """Dismiss the sentence for good: it is proposed for this claim in no article again. Raises WrongState, NotFound."""
    check_permission(person, "claim.write")
    with writing(person):
        repeat = _lock_repeat(repeat_id)
        copies = RepeatedClaim.objects.filter(
            claim=repeat.claim_id, words_key=repeat.words_key, state=RepeatedClaim.State.OPEN
        )
        copies.update(state=RepeatedClaim.State.DISMISSED, answered_by=person, answered_at=now)
        repeat.refresh_from_db(fields=["state", "answered_by", "answered_at"])
    return repeat


def _lock_repeat(repeat_id: UUID) -> RepeatedClaim:
    """Lock the claim, then read its proposal: whoever answers another copy of the sentence waits for the claim."""
    claim_id = RepeatedClaim.objects.filter(pk=repeat_id).values_list("claim_id", flat=True).first()
    if claim_id is None:
        raise NotFound(_("This proposal does not exist."))
    locked_claim(claim_id)
    repeat = RepeatedClaim.objects.select_related("revision").get(pk=repeat_id)
    if repeat.state != RepeatedClaim.State.OPEN:
        raise WrongState(
            _("Somebody has {state} this already. Nothing was changed.").format(
                state=repeat.get_state_display().lower()
            )
        )
    return repeat


def _answer(repeat: RepeatedClaim, state: str, *, person: User, now: datetime) -> None:
    repeat.state, repeat.answered_by, repeat.answered_at = state, person, now
    repeat.save(update_fields=["state", "answered_by", "answered_at"])


def with_words(repeats: QuerySet[RepeatedClaim]) -> QuerySet[RepeatedClaim]:
    """Annotate `words`, cut out by the database, and the claim's `verdict_now`."""
    words = Substr("revision__text", F("start") + 1, F("end") - F("start"))
    return repeats.annotate(words=words, verdict_now=newest_verdict(of="claim"))


def open_repeats() -> QuerySet[RepeatedClaim]:
    """Return the proposals that wait for an answer.

    Left out are those that `propose_repeats` would not make now: their words became the claim's evidence, or the claim stands in
    the article, because somebody marked it there or merged the claim into one that did.
    """
    stands_there = Appearance.objects.standing().filter(claim=OuterRef("claim"), passage__article=OuterRef("article"))
    became_evidence = Evidence.objects.standing().filter(
        claim=OuterRef("claim"),
        passage__placements__revision=OuterRef("revision"),
        passage__placements__start__lt=OuterRef("end"),
        passage__placements__end__gt=OuterRef("start"),
    )
    return RepeatedClaim.objects.filter(
        ~Exists(became_evidence),
        ~Exists(stands_there),
        state=RepeatedClaim.State.OPEN,
        claim__removed_at=None,
        claim__merged_into=None,
    )


def repeats_in(article_id: UUID) -> list[Any]:
    """Return the open proposals of an article, in the order of the text. One query."""
    return _IN_ARTICLE.rows(article_id)


_IN_ARTICLE: Composed[Any] = Composed(
    lambda article: (
        with_words(open_repeats().filter(article=article))
        .select_related("claim__claimant")
        .order_by("start", "pk")[:20]
    ),
    SOME_ID,
)
