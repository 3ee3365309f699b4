"""The fields of a ClaimReview, independent of JSON-LD's spellings.

`read.py` reads them, `publishing/formats/claimreview.py` writes them; writing and reading again gives the same fields.
"""

from dataclasses import dataclass
from typing import Literal

type AgentKind = Literal["person", "organization"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person or organisation. `role` is a job title, or the kind of organisation."""

    name: str
    kind: AgentKind = "organization"
    url: str = ""
    logo: str = ""
    image: str = ""
    role: str = ""
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work that makes a claim or that a check cites."""

    type: str = "CreativeWork"
    url: str = ""
    name: str = ""
    text: str = ""
    description: str = ""
    publisher: str = ""
    published_at: str = ""
    archived_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingFields:
    """A rating. Without a `value` there is no `best` or `worst`: readers would take a bound for the rating."""

    label: str = ""
    value: float | None = None
    best: float | None = None
    worst: float | None = None
    explanation: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionFields:
    note: str
    kind: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReviewFields:
    """One fact-check. Times and languages stay as written; empty text means absent."""

    claim_reviewed: str
    url: str = ""
    publisher: Agent | None = None
    rating: RatingFields = RatingFields()
    claim_id: str = ""
    claim_text: str = ""
    claim_name: str = ""
    claimant: Agent | None = None
    claim_published_at: str = ""
    appearances: tuple[Work, ...] = ()
    first_appearance: Work | None = None
    published_at: str = ""
    modified_at: str = ""
    language: str = ""
    version: str = ""
    body: str = ""
    citations: tuple[Work, ...] = ()
    corrections: tuple[CorrectionFields, ...] = ()
    archived_at: str = ""
    headline: str = ""
