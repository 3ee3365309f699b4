"""Create many claims in one call; each has its own outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import Busy, DomainError
from annotations.models import Appearance, Claim, Claimant, Passage, Placement
from annotations.services.base import writing
from annotations.services.claimants import ClaimantInput, find_or_make_claimant
from annotations.services.claims import Speech, build_claim, create_claim, speech_fields
from annotations.services.targets import Span, Target, find_span, passage_values, passages_at, read_current_revision
from articles.models import ArticleRevision
from core.database.sql import insert_many, insert_values, new_values
from core.notices import tell_of_change

MAX_CLAIMS: Final = 1_000
"""The most claims of one call."""
_BATCH = 100  # claims a transaction: short enough that editors who mark the same article do not wait
type Outcome = Claim | DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """The arguments of `create_claim` without the person and the time."""

    target: Target
    statement: str = ""
    claimant: ClaimantInput | None = None
    speech: Speech | None = None
    topics: list[str] | None = None


def create_claims(*, person: User, drafts: Sequence[ClaimDraft], now: datetime) -> list[Outcome]:
    """Mark many words as claims. Returns the claim or the refusal of each draft, in order.

    One transaction per 100 drafts: a refused draft leaves the others alone.
    """
    check_permission(person, "claim.write")
    outcomes: list[Outcome] = []
    for batch in batched(drafts, _BATCH):
        outcomes += _create_batch(person, batch, now)
    return outcomes


def _create_batch(person: User, drafts: Sequence[ClaimDraft], now: datetime) -> list[Outcome]:
    try:
        with writing(person):
            return _insert_batch(person, drafts, now)
    except DomainError:
        # The database refused one row, and with it all of them.
        return [_create_alone(person, draft, now) for draft in drafts]
    except OperationalError:
        # Earlier batches are stored, so the caller has to learn which claims are missing.
        return [_busy()] * len(drafts)


def _create_alone(person: User, draft: ClaimDraft, now: datetime) -> Outcome:
    try:
        return create_claim(
            person=person,
            target=draft.target,
            now=now,
            statement=draft.statement,
            claimant=draft.claimant,
            speech=draft.speech,
            topics=draft.topics,
        )
    except DomainError as refusal:
        return refusal
    except OperationalError:
        return _busy()


def _busy() -> Busy:
    return Busy(_("The database was busy and this claim was not saved. Send it again."))


@dataclass(slots=True)
class _Found:
    """A draft that passed every check, with its place."""

    span: Span
    passage: dict[str, Any]
    """Values of its row."""
    claim: Claim
    speech: dict[str, Any]


def _insert_batch(person: User, drafts: Sequence[ClaimDraft], now: datetime) -> list[Outcome]:
    known = _Known(person)
    outcomes: dict[int, Outcome] = {}
    found: dict[int, _Found] = {}
    # By article: texts are cached, but only a few at once.
    for number in sorted(range(len(drafts)), key=lambda number: str(drafts[number].target.article_id)):
        try:
            found[number] = _check_draft(person, drafts[number], known, now)
        except DomainError as refusal:
            outcomes[number] = refusal
    # Last: a refused draft must not leave a new claimant behind. By name: two calls that name the same new ones would deadlock.
    for number in sorted(found, key=lambda number: _order_of(drafts[number].claimant)):
        try:
            found[number].claim.claimant = known.claimant(drafts[number].claimant)
        except DomainError as refusal:
            outcomes[number] = refusal
    ready = [one for number, one in found.items() if number not in outcomes]
    _insert_found(person, ready, now)
    return [outcomes.get(number) or found[number].claim for number in range(len(drafts))]


def _order_of(given: ClaimantInput | None) -> tuple[str, str]:
    """Return what the unique index on claimants compares."""
    return (" ".join(given.name.split()).lower(), given.role.strip()) if given else ("", "")


def _check_draft(person: User, draft: ClaimDraft, known: "_Known", now: datetime) -> _Found:
    """Check a draft as `create_claim` does, in its order, but for its claimant. Raises what it raises."""
    revision = known.revision(draft.target.article_id)
    start, end = find_span(draft.target, revision)
    claim = build_claim(person=person, now=now, statement=draft.statement, topics=draft.topics)
    speech = speech_fields(draft.speech)
    passage = new_values(Passage, **passage_values(revision, start, end, person))
    return _Found((revision.pk, start, end), passage, claim, speech)


def _insert_found(person: User, found: list[_Found], now: datetime) -> None:
    passage_ids = passages_at([one.span for one in found])
    for article_id in {one.passage["article_id"] for one in found}:
        tell_of_change(article=article_id)
    passages: list[dict[str, Any]] = []
    placements: list[dict[str, Any]] = []
    for one in found:
        # Two drafts of one call may mark the same words: one passage serves both.
        if one.span in passage_ids:
            continue
        passage_ids[one.span] = one.passage["id"]
        passages.append(one.passage)
        placements.append(_placement_values(one))
    insert_values(Passage, passages)
    insert_values(Placement, placements)
    insert_many([one.claim for one in found])
    insert_values(Appearance, [_appearance_values(one, passage_ids[one.span], person, now) for one in found])


def _placement_values(found: _Found) -> dict[str, Any]:
    revision, start, end = found.span
    return new_values(
        Placement,
        passage_id=found.passage["id"],
        revision_id=revision,
        start=start,
        end=end,
        exact=found.passage["exact"],
    )


def _appearance_values(found: _Found, passage_id: UUID, person: User, now: datetime) -> dict[str, Any]:
    return new_values(
        Appearance,
        claim_id=found.claim.pk,
        passage_id=passage_id,
        created_by_id=person.pk,
        created_at=now,
        **found.speech,
    )


@dataclass(slots=True)
class _Known:
    """Articles and claimants of one batch, each asked for once."""

    person: User
    revisions: dict[str, ArticleRevision] = field(default_factory=dict)
    claimants: dict[tuple[str | UUID | None, ...], Claimant] = field(default_factory=dict)

    def revision(self, article_id: UUID | str) -> ArticleRevision:
        key = str(article_id)
        if key not in self.revisions:
            # One at a time, as drafts come by article: a hundred large texts would not fit.
            self.revisions = {key: read_current_revision(article_id)}
        return self.revisions[key]

    def claimant(self, given: ClaimantInput | None) -> Claimant | None:
        if given is None:
            return None
        key = (given.id, given.name, given.role, given.kind, *given.same_as)
        if key not in self.claimants:
            self.claimants[key] = find_or_make_claimant(given, person=self.person)
        return self.claimants[key]
