"""Load everything the reader shows of one article.

The number of queries does not grow with the number of claims.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.errors import NotFound
from annotations.models import Appearance, Claim, Claimant, Evidence, PinnedClaim, Verdict
from annotations.models.verdicts import newest_verdict
from annotations.reader.cards import Card, ClaimCard, EvidenceCard, Here, Place, verdict_of
from annotations.services.independence import Independence, independent_origins, weigh_all
from articles.models import AlsoPublished, Article, ArticleRevision
from articles.services.revisions import EffectiveBlock, effective_blocks
from core.database.composed import OTHER_ID, SOME_ID, Composed


@dataclass(frozen=True, slots=True)
class _LinkedEvidence:
    """A piece of the pinned claim's evidence; `reason` says why it counts zero."""

    evidence: Evidence
    counts_zero: str


@dataclass(frozen=True, slots=True)
class _Pinned:
    claim: Claim
    evidence: list[_LinkedEvidence]
    independent: int

    def document(self) -> dict[str, str]:
        return {"id": str(self.claim.pk), "statement": self.claim.statement}

    def version(self) -> list[Any]:
        zero = [item.counts_zero for item in self.evidence]
        return [str(self.claim.pk), self.claim.edit_number, verdict_of(self.claim), self.independent, zero]


@dataclass(frozen=True, slots=True)
class ReaderState:
    """One article at one revision, as one person sees it."""

    article: Article
    revision: ArticleRevision
    blocks: list[EffectiveBlock]
    cards: list[Card]
    pinned: _Pinned | None
    also: list[Article]

    @property
    def newest(self) -> int:
        return self.article.current_revision.number if self.article.current_revision else self.revision.number

    @property
    def is_current(self) -> bool:
        return self.revision.pk == self.article.current_revision_id

    @property
    def waiting(self) -> list[Place]:
        """Return the passages that a person has to look at, each once."""
        places = {place.id: place for card in self.cards for place in card.places}
        return [place for place in places.values() if place.is_waiting]

    @property
    def harmless(self) -> int:
        return sum(place.is_harmless and place.status == "changed" for place in self.waiting)

    def digest(self) -> str:
        """Return 32 characters that change whenever the page would."""
        article = self.article
        meta = [article.updated_at, article.source and article.source.name, article.origin and article.origin.name]
        seen = [
            self.newest,
            self.revision.number,
            meta,
            [block.role for block in self.blocks],
            [card.version() for card in self.cards],
            self.pinned and self.pinned.version(),
            [str(other.pk) for other in self.also],
        ]
        # Versions, not HTML: a poll that finds nothing new renders no template.
        text = json.dumps(seen, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def load_reader(
    *, article_id: UUID, person: User, number: int | None = None, only: Iterable[UUID] | None = None
) -> ReaderState:
    """Load the article at revision `number`, by default its current one.

    `only` names the claims to load cards for, by default all. Raises NotFound.
    """
    article: Any = _ARTICLE.first(article_id, person.pk)
    if article is None or article.current_revision is None:
        raise NotFound(_("This article does not exist or has no text yet."))
    pinned_id: UUID | None = article.pinned_id
    revision = article.current_revision if number is None else _find_revision(article, number)
    named = None if only is None else list(only)
    appearances = _load_appearances(revision.pk, named)
    evidence = _load_evidence(revision.pk, named, pinned_id)
    claims = _load_claims({*(row.claim_id for row in appearances), *(row.claim_id for row in evidence)}, pinned_id)
    # One claim object for all of its evidence: independence and cards compare them without further queries.
    for item in evidence:
        item.claim = claims[item.claim_id]
    weighed = weigh_all(evidence)
    cards: list[Card] = [
        *_make_claim_cards(appearances, claims, pinned_id),
        *_make_evidence_cards(evidence, weighed, pinned_id),
    ]
    for card in cards:
        made = card.claim if isinstance(card, ClaimCard) else card.evidence
        card.is_mine = made.created_by_id == person.pk
    return ReaderState(
        article=article,
        revision=revision,
        blocks=effective_blocks(revision),
        cards=sorted(cards, key=_sort_key),
        pinned=_make_pinned(claims.get(pinned_id) if pinned_id else None, evidence, weighed),
        also=_load_also_published(article),
    )


def _find_revision(article: Article, number: int) -> ArticleRevision:
    if article.current_revision is not None and article.current_revision.number == number:
        return article.current_revision
    revision = ArticleRevision.objects.filter(article=article, number=number).first()
    if not isinstance(revision, ArticleRevision):
        raise NotFound(_("The article has no revision {number}.").format(number=number))
    return revision


def _sort_key(card: Card) -> tuple[bool, int, int, str]:
    """Sort by place; orphans come first, because they wait for a person."""
    return card.place.is_found, card.place.start, -card.place.end, card.key


def _load_appearances(revision_id: UUID, only: list[UUID] | None) -> list[Appearance]:
    return _APPEARANCES.rows(revision_id) if only is None else _APPEARANCES_OF_SOME.rows(revision_id, only)


def _load_evidence(revision_id: UUID, only: list[UUID] | None, pinned_id: UUID | None) -> list[Evidence]:
    """Return the evidence in this article, and all evidence of the pinned claim.

    Evidence of the pinned claim that stands elsewhere has no place. One query for both would read all evidence of the desk.
    """
    found = _EVIDENCE.rows(revision_id) if only is None else _EVIDENCE_OF_SOME.rows(revision_id, only)
    if pinned_id is None or (only is not None and pinned_id not in only):
        return found
    by_id = {item.pk: item for item in (*found, *_EVIDENCE_OF_PINNED.rows(revision_id, pinned_id))}
    return sorted(by_id.values(), key=lambda item: (item.claim_id, item.number, item.pk))


_PLACE = ("id", "start", "end", "exact", "status", "is_harmless", "suggestion", "confirmed_at")


def _appearances(revision_id: UUID, which: Q) -> QuerySet[Appearance]:
    standing: Any = Appearance.objects.of_standing_claims()
    found: QuerySet[Appearance] = (
        standing.filter(which, passage__placements__revision=revision_id)
        # The columns of that placement: after the filter Django takes its join.
        .annotate(
            **{f"place_{name}": F(f"passage__placements__{name}") for name in _PLACE},
            place_original=F("passage__exact"),
            place_is_withdrawn=F("passage__is_withdrawn"),
        )
        .only("claim", "mode", "said_at")
        .order_by("place_start", "created_at", "pk")
    )
    return found


def _evidence(revision_id: UUID, which: Q) -> QuerySet[Evidence]:
    standing: Any = Evidence.objects.of_standing_claims()
    placed = FilteredRelation("passage__placements", condition=Q(passage__placements__revision=revision_id))
    found: QuerySet[Evidence] = (
        standing.annotate(
            placed=placed,
            **{f"place_{name}": F(f"placed__{name}") for name in _PLACE},
            place_original=F("passage__exact"),
            place_is_withdrawn=F("passage__is_withdrawn"),
        )
        .filter(which)
        .select_related("passage__article__source", "passage__article__origin")
        .order_by("claim_id", "number", "pk")
    )
    return found


def _claims(ids: UUID) -> QuerySet[Claim]:
    found: QuerySet[Claim] = (
        Claim.objects.standing()
        .filter(pk__any_of=[ids])
        .annotate(
            **{stance: _count_evidence(stance) for stance in ("supports", "refutes", "context")},
            is_published=Exists(Verdict.objects.filter(claim=OuterRef("pk")).live()),
            verdict_now=newest_verdict(),
        )
        # What cards show. Of a thousand claims each column more is a millisecond, each related row five (2026-12-01).
        .only("statement", "claimant", "state", "parked_reason", "edit_number", "created_by")
        .order_by("pk")
    )
    return found


# Composed once: composing these five took two thirds of a reader's time with twenty claims (2026-12-01).
_ARTICLE: Composed[Any] = Composed(
    lambda article, person: (
        Article.objects.select_related("source", "origin", "current_revision")
        .defer("current_revision__minhash")
        # With the article: a query of its own for one id on every poll would be wasted.
        .annotate(pinned_id=Subquery(PinnedClaim.objects.filter(person=person).values("claim_id")))
        .filter(pk=article)
        .order_by("pk")
    ),
    SOME_ID,
    OTHER_ID,
)
_APPEARANCES = Composed(lambda revision: _appearances(revision, Q()), SOME_ID)
_APPEARANCES_OF_SOME = Composed(
    lambda revision, only: _appearances(revision, Q(claim__pk__any_of=[only])), SOME_ID, OTHER_ID
)
_EVIDENCE = Composed(lambda revision: _evidence(revision, Q(passage__placements__revision=revision)), SOME_ID)
_EVIDENCE_OF_SOME = Composed(
    lambda revision, only: _evidence(revision, Q(passage__placements__revision=revision, claim__pk__any_of=[only])),
    SOME_ID,
    OTHER_ID,
)
# The panel of the pinned claim counts all of its evidence, also that of other articles.
_EVIDENCE_OF_PINNED = Composed(lambda revision, claim: _evidence(revision, Q(claim=claim)), SOME_ID, OTHER_ID)
_CLAIMS = Composed(_claims, SOME_ID)
_CLAIMANTS = Composed(lambda ids: Claimant.objects.filter(pk__any_of=[ids]).order_by("pk"), SOME_ID)
_ALSO_PUBLISHED = Composed(
    lambda article: (
        AlsoPublished.objects.filter(Q(article=article) | Q(other=article), is_dismissed=False)
        .select_related("article__source", "other__source")
        .order_by("-similarity", "pk")
    ),
    SOME_ID,
)


def _load_claims(ids: set[UUID], pinned_id: UUID | None) -> dict[UUID, Claim]:
    wanted = ids | ({pinned_id} if pinned_id else set())
    found = _CLAIMS.rows(list(wanted)) if wanted else []
    named = {claim.claimant_id for claim in found if claim.claimant_id}
    # Once each: many claims of an article have the same claimant.
    claimants = {one.pk: one for one in _CLAIMANTS.rows(list(named))} if named else {}
    for claim in found:
        if claim.claimant_id:
            claim.claimant = claimants[claim.claimant_id]
    return {claim.pk: claim for claim in found}


def _count_evidence(stance: str) -> Count:
    return Count("evidence", filter=Q(evidence__stance=stance, evidence__removed_at=None))


def _make_claim_cards(rows: Iterable[Appearance], claims: dict[UUID, Claim], pinned_id: UUID | None) -> list[ClaimCard]:
    cards: dict[UUID, ClaimCard] = {}
    for row in rows:
        card = cards.setdefault(row.claim_id, ClaimCard(claims[row.claim_id], is_pinned=row.claim_id == pinned_id))
        card.here.append(Here(row, _place_of(row)))
    return list(cards.values())


def _make_evidence_cards(
    rows: Iterable[Evidence], weighed: dict[UUID, Independence], pinned_id: UUID | None
) -> list[EvidenceCard]:
    return [
        EvidenceCard(row.claim, row, _place_of(row), weighed[row.pk].reason, is_pinned=row.claim_id == pinned_id)
        for row in rows
        if getattr(row, "place_id", None)
    ]


def _place_of(row: Any) -> Place:
    return Place(
        id=row.place_id,
        start=row.place_start or 0,
        end=row.place_end or 0,
        exact=row.place_exact,
        original=row.place_original,
        status=row.place_status,
        is_harmless=row.place_is_harmless,
        suggestion=row.place_suggestion,
        confirmed_at=row.place_confirmed_at,
        is_withdrawn=row.place_is_withdrawn,
    )


def _make_pinned(claim: Claim | None, rows: list[Evidence], weighed: dict[UUID, Independence]) -> _Pinned | None:
    if claim is None:
        return None
    own = [row for row in rows if row.claim_id == claim.pk]
    linked = [_LinkedEvidence(row, weighed[row.pk].reason) for row in own]
    return _Pinned(claim, linked, independent_origins(weighed[row.pk] for row in own))


def _load_also_published(article: Article) -> list[Article]:
    pairs = _ALSO_PUBLISHED.rows(article.pk)
    return [pair.other if pair.article_id == article.pk else pair.article for pair in pairs]
