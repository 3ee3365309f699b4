"""The finder's filters and its results."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from articles.search.marking import Span


@dataclass(frozen=True, slots=True)
class PassageFilters:
    """None means no filter, except that `is_not_claimant` None means: on if the claim has a claimant."""

    is_not_claimant: bool | None = None
    is_other_source: bool = False
    has_number: bool = False
    is_contradiction: bool = False
    source_id: UUID | None = None
    language: str = ""
    published_since: datetime | None = None
    published_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a passage was found: `code` for programs, `words` for the screen."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A sentence of an article's current revision. `marks` are spans of `exact` whose words match, in code points.

    `other_numbers` are written with the thing that they count: "61 million euros".
    """

    article_id: UUID
    title: str
    url: str | None
    source: str
    source_id: UUID | None
    published_at: datetime | None
    language: str
    revision: int
    start: int
    end: int
    exact: str
    before: str
    after: str
    score: float
    marks: list[Span] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    other_numbers: list[str] = field(default_factory=list)
    is_said_by_claimant: bool = False
    is_contradiction: bool = False
    copies: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FoundPassages:
    """`names` and `beside` are offered as one-click terms. `note` says why the encoder took no part; empty if it did.

    `left_out` counts the claim's own words, their copies, and passages that the filters removed. Where nothing was found,
    `nearby` are passages of those days that name the claim's names: they answer no question, they are where to look next.
    """

    question: str
    hits: list[FoundPassage]
    names: list[str]
    beside: list[str]
    filters: PassageFilters
    note: str = ""
    left_out: int = 0
    nearby: list[FoundPassage] = field(default_factory=list)
