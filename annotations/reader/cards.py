"""Cards beside the text: one per claim and per piece of evidence of a revision."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from annotations.models import Appearance, Claim, Evidence, Placement
from annotations.reader.diffs import ShownHunk, around_changes
from annotations.reader.spans import Span
from annotations.services.autosave import current_description, current_note, version_of
from annotations.workflow import OPEN
from core.diff.words import word_diff

QUOTE = 320
_AROUND = 60

# Ids that no record has: placeholders in the page's two templates, replaced by the script with a card's own.
BLANK = {name: UUID(int=number) for number, name in enumerate(("claim", "appearance", "evidence"), start=1)}


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a passage in the shown revision; start and end are 0 if orphaned."""

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
        """Return the words, shortened to what a card shows."""
        words = self.exact or self.original
        return words if len(words) <= QUOTE else words[: QUOTE - 1].rstrip() + "…"

    @property
    def is_waiting(self) -> bool:
        """Return whether the words changed and nobody has judged the change yet."""
        return self.status != Placement.Status.PLACED and self.confirmed_at is None and not self.is_withdrawn

    @property
    def has_news(self) -> bool:
        """Return whether the card has to tell something of the place."""
        return self.is_withdrawn or self.is_waiting

    @property
    def diff(self) -> list[ShownHunk]:
        """Diff the marked words with the present ones, or with the suggested lookalike."""
        now = self.exact or (self.suggestion or {}).get("exact", "")
        if not now or now == self.original:
            return []
        return around_changes(word_diff(self.original, now), size=_AROUND)


def _waiting_ids(places: list[Place]) -> str:
    """Return the ids of the places that wait for a person, for the card's `data-news`."""
    return " ".join(str(place.id) for place in places if place.is_waiting)


@dataclass(frozen=True, slots=True)
class Here:
    """One appearance of a claim in this article."""

    appearance: Appearance
    place: Place


@dataclass(slots=True)
class ClaimCard:
    claim: Claim
    here: list[Here] = field(default_factory=list)
    is_pinned: bool = False
    is_mine: bool = False
    _fields: dict[str, str] | None = field(default=None, init=False)

    kind = "claim"

    @property
    def key(self) -> str:
        return f"claim-{self.claim.pk}"

    @property
    def first(self) -> Here:
        return self.here[0]

    @property
    def span_id(self) -> str:
        return f"a-{self.first.appearance.pk}"

    @property
    def place(self) -> Place:
        return self.here[0].place

    @property
    def places(self) -> list[Place]:
        return [here.place for here in self.here]

    @property
    def news(self) -> str:
        return _waiting_ids(self.places)

    @property
    def quote(self) -> str:
        return self.place.quote

    @property
    def says_quote(self) -> bool:
        """Return whether the statement is the quote, as far as a card shows either."""
        said, quoted = (words.casefold().strip().rstrip(".…") for words in (self.claim.statement, self.quote))
        return bool(quoted) and said.startswith(quoted)

    @property
    def flags(self) -> str:
        """Return the states that the card's menu and form depend on, for the script."""
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
        """Return the form's fields as text."""
        # Kept: the card's template reads them three times.
        if self._fields is None:
            self._fields = current_description(self.claim, self.first.appearance)
        return self._fields

    @property
    def said_on(self) -> date | None:
        day = self.fields["said_on"]
        return date.fromisoformat(day) if day else None

    @property
    def tag(self) -> str:
        """Return the entity tag of the form's fields, unquoted.

        Covers no other field: evidence linked meanwhile must not conflict with a statement being typed.
        """
        return version_of(self.fields).strip('"')

    def spans(self) -> list[Span]:
        return [
            _span_of(f"a-{here.appearance.pk}", here.place, "claim", self.group, self.claim.pk)
            for here in self.here
            if here.place.is_found
        ]

    def version(self) -> list[Any]:
        """Return a value that changes whenever anything the card shows does."""
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
    is_mine: bool = False

    kind = "evidence"

    @property
    def key(self) -> str:
        return f"evidence-{self.span_id}"

    @property
    def span_id(self) -> str:
        return f"e-{self.evidence.pk}"

    @property
    def places(self) -> list[Place]:
        return [self.place]

    @property
    def news(self) -> str:
        return _waiting_ids(self.places)

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
        return [_span_of(self.span_id, self.place, "evidence", self.group, self.claim.pk)]

    def version(self) -> list[Any]:
        own = [self.key, self.claim.edit_number, self.is_pinned, self.is_under_review, self.counts_zero]
        return [*own, _place_version(self.place)]


Card = ClaimCard | EvidenceCard


def stamp(card: Card) -> str:
    """Return eight characters that change when the card does."""
    return stamp_of(orjson.dumps(card.version(), default=str).decode())


def rows(card: Card) -> list[list[Any]]:
    """Return the card's spans as [start, end, group], with ids after the first."""
    first, *rest = [[span.start, span.end, span.group, span.id] for span in card.spans()] or [[]]
    return [[*first[:3]] if first[3:] == [card.span_id] else first, *rest] if first else []


def stamp_of(text: str) -> str:
    # URL-safe: stamps travel in a header, joined without separators.
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:6]).decode()


def _flags(state: str, **is_so: bool) -> str:
    return " ".join(filter(None, [state, *(word for word, so in is_so.items() if so)]))


def _span_of(key: str, place: Place, kind: str, group: str, claim_id: UUID) -> Span:
    shown = place.status if place.is_waiting else group
    return Span(key, place.start, place.end, kind, shown, str(claim_id))


def _place_version(place: Place) -> list[Any]:
    return [str(place.id), place.start, place.end, place.status, str(place.confirmed_at), place.is_withdrawn]


def verdict_of(claim: Claim) -> dict[str, Any]:
    """Return the newest version that is not superseded, {} where there is none.

    Reads the annotation of `load_reader`.
    """
    found: dict[str, Any] | None = getattr(claim, "verdict_now", None)
    return found or {}
