"""What stands beside the words: a card for each claim and each piece of evidence of one revision."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from annotations.models import Appearance, Claim, Evidence, Placement
from annotations.reader.diffs import ShownHunk, around_changes
from annotations.reader.spans import Span
from annotations.services.autosave import current_description, current_note, version_of
from annotations.worddiff import word_diff
from annotations.workflow import OPEN

QUOTE = 320
_AROUND = 60

# Ids that no record has: in the page's two templates they stand where the client puts a card's own.
BLANK = {name: UUID(int=number) for number, name in enumerate(("claim", "appearance", "evidence"), start=1)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in the revision on the page. `start` and `end` are 0 where it is not found."""

    id: UUID
    start: int
    end: int
    exact: str
    original: str
    status: str
    is_harmless: bool
    suggestion: dict[str, Any] | None
    confirmed_at: datetime | None
    is_withdrawn: bool

    @property
    def is_found(self) -> bool:
        return self.status != Placement.Status.ORPHANED and not self.is_withdrawn

    @property
    def quote(self) -> str:
        """The words, or as many of them as a card shows."""
        words = self.exact or self.original
        return words if len(words) <= QUOTE else words[: QUOTE - 1].rstrip() + "…"

    @property
    def is_waiting(self) -> bool:
        """A person has to look: the words changed, moved or went, and nobody has said what that means."""
        return self.status != Placement.Status.PLACED and self.confirmed_at is None and not self.is_withdrawn

    @property
    def diff(self) -> list[ShownHunk]:
        """From the words as they were marked to those that stand there now, or to those that look alike."""
        now = self.exact or (self.suggestion or {}).get("exact", "")
        if not now or now == self.original:
            return []
        return around_changes(word_diff(self.original, now), size=_AROUND)


@dataclass(frozen=True, slots=True)
class Here:
    """One place of a claim in this article."""

    appearance: Appearance
    place: Place


@dataclass(slots=True)
class ClaimCard:
    claim: Claim
    here: list[Here] = field(default_factory=list)
    is_pinned: bool = False

    kind = "claim"

    @property
    def key(self) -> str:
        return f"claim-{self.claim.pk}"

    @property
    def first(self) -> Here:
        return self.here[0]

    @property
    def place(self) -> Place:
        return self.here[0].place

    @property
    def quote(self) -> str:
        return self.place.quote

    @property
    def flags(self) -> str:
        """What the card's menu and form depend on, as words for the client."""
        return _flags(self.claim.state, pinned=self.is_pinned, submitted=self.is_under_review, live=self.is_live)

    @property
    def group(self) -> str:
        if self.is_live:
            return "claim-published"
        return f"claim-{self.claim.state}"

    @property
    def is_live(self) -> bool:
        return bool(getattr(self.claim, "is_published", False))

    @property
    def verdict(self) -> dict[str, Any]:
        return verdict_of(self.claim)

    @property
    def is_under_review(self) -> bool:
        return self.verdict.get("status") in {*OPEN} - {"draft"}

    @property
    def fields(self) -> dict[str, str]:
        """The form's fields as text."""
        return current_description(self.claim, self.first.appearance)

    @property
    def said_on(self) -> date | None:
        day = self.fields["said_on"]
        return date.fromisoformat(day) if day else None

    @property
    def tag(self) -> str:
        """The entity tag, unquoted, of what the form holds and of nothing else: evidence linked meanwhile is no conflict."""
        return version_of(self.fields).strip('"')

    def spans(self) -> list[Span]:
        if self.claim.state == Claim.State.PARKED:
            return []
        return [
            _span(f"a-{here.appearance.pk}", here.place, "claim", self.group, self.claim.pk)
            for here in self.here
            if here.place.is_found
        ]

    def version(self) -> list[Any]:
        """Changes whenever anything that the card shows does."""
        claimant = self.claim.claimant
        return [
            self.key,
            self.claim.edit_number,
            self.is_pinned,
            self.is_live,
            self.verdict,
            [claimant.name, claimant.role] if claimant else None,
            [[str(here.appearance.pk), *_place_version(here.place)] for here in self.here],
        ]


@dataclass(slots=True)
class EvidenceCard:
    claim: Claim
    evidence: Evidence
    place: Place
    counts_zero: str = ""
    is_pinned: bool = False

    kind = "evidence"

    @property
    def key(self) -> str:
        return f"evidence-{self.span_id}"

    @property
    def span_id(self) -> str:
        return f"e-{self.evidence.pk}"

    @property
    def quote(self) -> str:
        return self.place.quote

    @property
    def flags(self) -> str:
        return _flags("", pinned=self.is_pinned, submitted=self.is_under_review)

    @property
    def group(self) -> str:
        return f"evidence-{self.evidence.stance}"

    @property
    def tag(self) -> str:
        return version_of(current_note(self.evidence)).strip('"')

    @property
    def is_under_review(self) -> bool:
        return verdict_of(self.claim).get("status") in {*OPEN} - {"draft"}

    def spans(self) -> list[Span]:
        if not self.place.is_found:
            return []
        return [_span(self.span_id, self.place, "evidence", self.group, self.claim.pk)]

    def version(self) -> list[Any]:
        own = [self.key, self.claim.edit_number, self.is_pinned, self.is_under_review, self.counts_zero]
        return [*own, _place_version(self.place)]


Card = ClaimCard | EvidenceCard


def stamp(card: Card) -> str:
    """Eight characters that change when the card does; what the client has is known by them."""
    return stamp_of(json.dumps(card.version(), default=str, ensure_ascii=False))


def rows(card: Card) -> list[list[Any]]:
    """The card's spans as its page knows them: [start, end, group], after the first with their id as well."""
    first, *rest = [[span.start, span.end, span.group, span.id] for span in card.spans()] or [[]]
    own = f"a-{card.first.appearance.pk}" if card.kind == "claim" else card.span_id  # type: ignore[union-attr]
    return [[*first[:3]] if first[3:] == [own] else first, *rest] if first else []


def stamp_of(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:6]).decode()


def _flags(state: str, **is_so: bool) -> str:
    return " ".join(filter(None, [state, *(word for word, so in is_so.items() if so)]))


def _span(key: str, place: Place, kind: str, group: str, claim_id: UUID) -> Span:
    shown = place.status if place.is_waiting else group
    return Span(key, place.start, place.end, kind, shown, str(claim_id))


def _place_version(place: Place) -> list[Any]:
    return [str(place.id), place.start, place.end, place.status, str(place.confirmed_at), place.is_withdrawn]


def verdict_of(claim: Claim) -> dict[str, Any]:
    """The newest version that is not superseded, as `load_reader` annotated it; {} where there is none."""
    found: dict[str, Any] | None = getattr(claim, "verdict_now", None)
    return found or {}
