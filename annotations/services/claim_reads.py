"""Read what the claim page shows: quotes in context, weighed evidence, verdicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Prefetch
from django.db.models.functions import Greatest, Least, Substr
from django.utils.translation import gettext

from annotations.models import (
    Appearance,
    Approval,
    Claim,
    Comment,
    Desk,
    Evidence,
    Passage,
    Placement,
    Rating,
    RatingScale,
    Verdict,
    VerdictTransition,
)
from annotations.models.verdicts import newest_verdict
from annotations.services.independence import Independence, independent_origins, weigh_evidence
from annotations.workflow import LIVE, OPEN, Status
from articles.links import reader_url
from core.database.composed import OTHER_ID, SOME_ID, SOME_TEXT, Composed
from core.diff.words import word_diff

AROUND = 240


@dataclass(frozen=True, slots=True)
class _Quote:
    """A passage in its article's current text: `before`, `exact`, `after`.

    `status` is the placement's. Where the wording changed and nobody has looked, `diff` shows how.
    """

    passage: Passage
    before: str
    exact: str
    after: str
    status: str
    url: str
    diff: list[tuple[str, str]]

    @property
    def source_name(self) -> str:
        article = self.passage.article
        return article.source.name if article.source else article.title

    @property
    def needs_a_look(self) -> bool:
        return self.status != Placement.Status.PLACED


@dataclass(frozen=True, slots=True)
class _WeighedEvidence:
    """Evidence with its quote in context and whether it counts as independent.

    `quote` is None for an outside source.
    """

    item: Evidence
    quote: _Quote | None
    weight: Independence

    @property
    def source_kind(self) -> str:
        return self.item.source_class.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Stances:
    groups: list[tuple[str, list[_WeighedEvidence]]]
    independent: int
    numbers: list[int]

    @property
    def total(self) -> int:
        return len(self.numbers)


def claim_for_page(claim_id: UUID) -> Claim | None:
    """Return the claim, also a removed or merged one: the page says so."""
    return _CLAIM.first(claim_id)


_CLAIM = Composed(
    lambda claim: (
        Claim.objects.select_related("claimant", "contact", "fact_check", "created_by", "assigned_to", "reviewer")
        .defer("fact_check__document")
        .filter(pk=claim)
        .order_by("pk")
    ),
    SOME_ID,
)


_APPEARANCES = Composed(
    lambda claim: (
        Appearance.objects.standing()
        .filter(claim=claim)
        .select_related("passage__article__source", "passage__article__origin")
        .order_by("created_at", "pk")
    ),
    SOME_ID,
)
_EVIDENCE = Composed(
    lambda claim: (
        Evidence.objects.standing()
        .filter(claim=claim)
        .select_related("passage__article__source", "passage__article__origin", "created_by", "verified_by")
        .order_by("number")
    ),
    SOME_ID,
)
_VERDICTS = Composed(
    lambda claim: (
        Verdict.objects.filter(claim=claim)
        .select_related("rating__scale", "frozen", "submitted_by")
        .order_by("-version")
    ),
    SOME_ID,
)
_APPROVALS = Composed(
    lambda verdict, frozen: (
        Approval.objects.filter(verdict=verdict, frozen=frozen, action="publish")
        .select_related("person")
        .order_by("pk")
    ),
    SOME_ID,
    OTHER_ID,
)
_LAST_STEP = Composed(
    lambda verdict: VerdictTransition.objects.filter(verdict=verdict).select_related("actor").order_by("-pk")[:1],
    SOME_ID,
)
_DESK = Composed(lambda: Desk.objects.select_related("default_scale").order_by("pk"))
_THREADS = Composed(
    lambda claim: (
        Comment.objects.filter(claim=claim, in_reply_to=None)
        .select_related("author", "resolved_by", "evidence")
        .prefetch_related(
            Prefetch("replies", queryset=Comment.objects.select_related("author").order_by("created_at", "pk"))
        )
        .order_by(F("resolved_at").asc(nulls_first=True), "created_at", "pk")
    ),
    SOME_ID,
)


def appearances_of(claim: Claim) -> list[tuple[Appearance, _Quote]]:
    found = _APPEARANCES.rows(claim.pk)
    quotes = _load_quotes([item.passage for item in found])
    return [(item, quotes[item.passage_id]) for item in found]


def evidence_of(claim: Claim) -> Stances:
    """Return standing evidence by stance, refuting evidence first."""
    found = _EVIDENCE.rows(claim.pk)
    quotes = _load_quotes([item.passage for item in found if item.passage is not None])
    weighed = weigh_evidence(claim, found)
    shown = [
        _WeighedEvidence(item, quotes[item.passage_id] if item.passage_id else None, weighed[item.pk]) for item in found
    ]
    return Stances(
        groups=[(stance, [one for one in shown if one.item.stance == stance]) for stance in _READING_ORDER],
        independent=independent_origins(weighed.values()),
        numbers=[item.number for item in found],
    )


_READING_ORDER = ("refutes", "supports", "context")


def verdicts_of(claim: Claim) -> tuple[Verdict | None, Verdict | None]:
    """Return (the open version, the newest published version); either may be None."""
    found = _VERDICTS.rows(claim.pk)
    for verdict in found:
        # Else each template that asks for it would be a query.
        verdict.claim = claim
    working = next((one for one in found if one.status in OPEN), None)
    live = next((one for one in found if one.status in LIVE), None)
    return working, live or next((one for one in found if one.published_at), None)


def approvals_of(verdict: Verdict) -> list[Approval]:
    """Return the approvals of the verdict's frozen content."""
    return _APPROVALS.rows(verdict.pk, verdict.frozen_id)


def last_step_of(verdict: Verdict) -> VerdictTransition | None:
    return _LAST_STEP.first(verdict.pk)


def desk_for_page() -> Desk:
    (desk,) = _DESK.rows()
    return desk


def comments_of(claim: Claim) -> list[Comment]:
    """Return threads, open ones first, then oldest first; replies are prefetched."""
    return _THREADS.rows(claim.pk)


def suggestion_ops(comment: Comment) -> list[tuple[str, str]]:
    """Return the word diff of a suggestion; empty for a comment."""
    return [] if comment.suggested_to is None else [*word_diff(comment.suggested_from, comment.suggested_to)]


def scales_for(default: RatingScale | None, chosen: Rating | None) -> list[tuple[RatingScale, list[Rating]]]:
    """Return scales to choose from: the chosen rating's first, then the desk's.

    A rating in use stays on offer after it was retired.
    """
    ratings = Rating.objects.select_related("scale").filter(is_active=True, scale__is_active=True)
    groups: dict[UUID, tuple[RatingScale, list[Rating]]] = {}
    for rating in ratings.order_by("scale__name", "-scale__version", "scale_id", "position", "pk"):
        groups.setdefault(rating.scale_id, (rating.scale, []))[1].append(rating)
    if chosen is not None and all(chosen != rating for _, found in groups.values() for rating in found):
        groups.setdefault(chosen.scale_id, (chosen.scale, []))[1].append(chosen)
    first = [chosen.scale_id if chosen else None, default.pk if default else None]
    return sorted(groups.values(), key=lambda group: (group[0].pk != first[0], group[0].pk != first[1]))


def _load_quotes(passages: Iterable[Passage]) -> dict[UUID, _Quote]:
    """Load the words around each passage in its article's current revision.

    One query; the database cuts them out, so whole texts are not read.
    """
    by_id = {passage.pk: passage for passage in passages}
    places = _PLACES.rows(list(by_id)) if by_id else []
    placed = {place.passage_id: place for place in places}
    return {key: _build_quote(passage, placed.get(key)) for key, passage in by_id.items()}


_PLACES = Composed(
    lambda passages: (
        Placement.objects.filter(passage__pk__any_of=[passages], revision=F("passage__article__current_revision"))
        # Substr counts from 1, offsets from 0. Cut by Postgres: a page of long articles would read megabytes.
        .annotate(
            before=Substr("revision__text", Greatest(F("start") - AROUND + 1, 1), Least(F("start"), AROUND)),
            after=Substr("revision__text", F("end") + 1, AROUND),
        )
        .order_by("pk")
    ),
    SOME_ID,
)


def _build_quote(passage: Passage, place: Any) -> _Quote:
    address = reader_url(passage.article_id)
    if place is None or place.start is None:
        status = place.status if place is not None else Placement.Status.ORPHANED
        return _Quote(passage, passage.prefix, passage.exact, passage.suffix, status, address, [])
    is_new = place.status == Placement.Status.CHANGED and place.confirmed_at is None
    diff: list[tuple[str, str]] = [*word_diff(passage.exact, place.exact)] if is_new else []
    status = place.status if place.confirmed_at is None else Placement.Status.PLACED
    before, after = _last_block(place.before), _first_block(place.after)
    return _Quote(passage, before, place.exact, after, status, f"{address}#at={place.start}-{place.end}", diff)


def _last_block(text: str) -> str:
    """Return the start of the block, or of a word where the block is longer."""
    block = text.rpartition("\n\n")[2]
    return block if len(block) < AROUND else block.partition(" ")[2]


def _first_block(text: str) -> str:
    block = text.partition("\n\n")[0]
    return block if len(block) < AROUND else block.rpartition(" ")[0]


@dataclass(frozen=True, slots=True)
class _SameStatement:
    """Another claim with the same words by the same claimant. `status` is its newest verdict's, "" without one."""

    claim: Claim
    status: str

    @property
    def words(self) -> str:
        return (
            gettext(Status(self.status).label).lower()
            if self.status
            else str(Claim.State(self.claim.state).label).lower()
        )


_MOST_SAME = 5
_SAME = Composed(
    lambda key, claimant, claim: (
        Claim.objects.standing()
        .filter(statement_key=key, claimant=claimant)
        .exclude(pk=claim)
        .annotate(verdict_now=newest_verdict())
        .order_by("created_at", "pk")[:_MOST_SAME]
    ),
    SOME_TEXT,
    SOME_ID,
    OTHER_ID,
)


def same_statements(claim: Claim) -> list[_SameStatement]:
    """Return standing claims with the same words by the same claimant, those in review first. One indexed query."""
    if not claim.statement_key or claim.claimant_id is None:
        return []
    found: Iterable[Any] = _SAME.rows(claim.statement_key, claim.claimant_id, claim.pk)
    same = [_SameStatement(one, (one.verdict_now or {}).get("status", "")) for one in found]
    return sorted(same, key=lambda one: one.status != Status.IN_REVIEW)


def note_same(claim: Claim) -> dict[str, str]:
    """Return {"note": text} for the person who typed the statement if it exists already, else {}."""
    same = same_statements(claim)
    return (
        {"note": gettext("The same statement by this claimant is there already: {words}.").format(words=same[0].words)}
        if same
        else {}
    )
