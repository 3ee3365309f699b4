"""The shape of frozen content (submitted, digested, approved) and of publication.

Frozen content is plain JSON: times are RFC 3339 text, ids are UUID text. A *preview* of an unfinished claim has the
same shape with `claimant`, `rating` or texts still empty; formats accept that, their validators report the gaps.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from annotations import rationale
from core.iri import host

# States in which nothing may be shown as our finding: no ClaimReview is made for them.
WITHDRAWN_STATES = frozenset({"suspended", "retracted", "removed"})


class FrozenClaimant(TypedDict):
    id: str
    name: str
    kind: str  # "person" or "organization"
    role: str
    same_as: list[str]


class _FrozenClaim(TypedDict):
    id: str
    statement: str
    claimant: FrozenClaimant | None
    topics: list[str]


class FrozenArticle(TypedDict):
    id: str
    title: str
    url: str
    source: str
    origin: str
    published_at: str | None


class FrozenAppearance(TypedDict):
    id: str
    article: FrozenArticle
    revision: int
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    mode: str
    said_at: str | None  # a date alone where only the day is known
    said_where: str
    relayed_via: str
    captured_at: NotRequired[str | None]


class FrozenEvidence(TypedDict):
    """Either a passage (`article`, `revision`, `start`) or an outside source (`url`)."""

    n: int
    id: str
    stance: str
    source_class: str
    note: str
    independent: bool
    article: FrozenArticle | None
    revision: int | None
    start: int | None
    end: int | None
    exact: str
    prefix: str
    suffix: str
    url: str
    quote: str
    archived_url: str
    cited_as: NotRequired[str]
    source: str  # the publisher's name that readers see below the quote
    accessed_at: str | None
    captured_at: str | None
    verified: bool


# The functional form, because `class` is a keyword.
FrozenRating = TypedDict(
    "FrozenRating",
    {
        "id": str,
        "label": str,
        "class": str,
        "value": float | None,
        "best": float | None,
        "worst": float | None,
        "definition": str,
        "scale": str,
    },
)


class _FrozenCorrection(TypedDict):
    kind: str
    note: str


class _RenderedRationale(TypedDict):
    """The rationale as readers see it: approved with its source, so that no later release shows another one."""

    html: str
    text: str


class FrozenVerdict(TypedDict):
    id: str
    version: int
    headline: str
    summary: str
    rationale: str
    rendered: _RenderedRationale
    language: str
    byline: list[str]
    correction: _FrozenCorrection | None


class FrozenContact(TypedDict, total=False):
    asked_at: str | None
    channel: str
    response: str
    responded_at: str | None
    waived_reason: str


class FrozenContent(TypedDict):
    schema: Literal[1]
    claim: _FrozenClaim
    appearances: list[FrozenAppearance]
    evidence: list[FrozenEvidence]
    rating: FrozenRating | None
    verdict: FrozenVerdict
    claimant_contact: FrozenContact | None


def render_rationale(md: str, evidence_numbers: Collection[int]) -> _RenderedRationale:
    return {"html": rationale.render_html(md, evidence_numbers), "text": rationale.render_text(md)}


def name_source(article: FrozenArticle | None, *, url: str, cited_as: str) -> str:
    """Return the publisher's name that readers see below a piece of evidence."""
    return (article["source"] or article["origin"] if article else host(url)) or cited_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The newsroom as publisher. `domains` are host names without scheme or path."""

    name: str
    url: str
    logo: str = ""
    corrections_url: str = ""
    methodology_url: str = ""
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCorrection:
    kind: str
    note: str
    at: datetime
    version: int
    is_single_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The members that publication adds to the frozen content.

    `state` is the fact-check's: published, superseded (an old version), suspended, retracted, removed; or preview.
    `url` is our own page, `canonical_url` the newsroom's once the CMS named it, `api_url` the stable address of the
    fact-check in the API (ids of annotations derive from it; without one, from `url`). `article_urls` gives, by article
    id, an address for articles that have none of their own.
    """

    id: str | UUID
    slug: str
    url: str
    version: int
    state: str
    desk: Desk
    published_at: datetime | None
    modified_at: datetime | None
    canonical_url: str = ""
    api_url: str = ""
    embargoed_until: datetime | None = None
    corrections: tuple[PublicCorrection, ...] = ()
    article_urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def public_url(self) -> str:
        return self.canonical_url or self.url

    @property
    def annotation_iri(self) -> str:
        return f"{self.api_url}/annotation" if self.api_url else self.url

    @property
    def is_withdrawn(self) -> bool:
        return self.state in WITHDRAWN_STATES

    def article_url(self, article: FrozenArticle) -> str:
        return article["url"] or self.article_urls.get(article["id"], "")
