"""Decide which evidence comes from an independent source.

Counted by origin (wire or first publisher), not by outlet: ten papers that print one agency's story are one source.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from annotations.models import Appearance, Claim, Evidence
from articles.canonical_url import canonical_or_given
from articles.models import Article, Source
from articles.services.copies import Copies, copies_of
from core.iri import ascii_host, host

NO_SOURCE = gettext_noop("no named source")
NOT_COMPARED = gettext_noop("Its article was not compared with other articles yet.")


@dataclass(frozen=True, slots=True)
class Independence:
    """The weight of one piece of evidence.

    `origin` names its source; `reason` says in words why it counts zero, empty where it counts.
    """

    evidence_id: UUID
    origin: str
    reason: str = ""

    @property
    def is_independent(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class _ClaimArticles:
    """The articles that make the claim, with their addresses, origins and copies."""

    articles: set[UUID] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)
    leaders: set[UUID] = field(default_factory=set)


def weigh_evidence(claim: Claim, evidence: Iterable[Evidence]) -> dict[UUID, Independence]:
    """Weigh the claim's standing evidence, by id.

    `evidence` must come with `passage__article` selected. At most four further queries.
    """
    evidence = list(evidence)
    for item in evidence:
        item.claim = claim
    return weigh_all(evidence)


def weigh_all(evidence: Iterable[Evidence]) -> dict[UUID, Independence]:
    """Weigh evidence of several claims, by id.

    `claim` and `passage__article` must be selected. At most four further queries, whatever the number.
    """
    evidence = list(evidence)
    if not evidence:
        return {}
    claims = {item.claim_id: item.claim for item in evidence}
    # Removed appearances do not count: the claim is no longer said to come from there.
    standing = Appearance.objects.standing().filter(claim__in=claims).select_related("passage__article")
    makers = [(appearance.claim_id, appearance.passage.article) for appearance in standing.order_by("pk")]
    articles = [article for _, article in makers] + [item.passage.article for item in evidence if item.passage]
    (origins, merged), copies = _load_origins(articles), copies_of(article.pk for article in articles)
    own = {claim_id: _ClaimArticles() for claim_id in claims}
    for claim_id, article in makers:
        own[claim_id].articles.add(article.pk)
        # An id is no address, so nothing can equal it.
        own[claim_id].urls.add(article.url or str(article.pk))
        own[claim_id].origins.add(origins[article.pk])
        own[claim_id].leaders.add(copies.leaders[article.pk])
    spoken = _load_spoken(evidence)
    keys = origins | merged
    weighed = {
        item.pk: _weigh_one(item, own[item.claim_id], keys, copies, is_spoken=_is_spoken(item, spoken))
        for item in evidence
    }
    return _unite_copies(evidence, weighed, copies.leaders)


def _load_origins(articles: Iterable[Article]) -> tuple[dict[UUID, str], dict[str, str]]:
    """Return a key per article, equal for articles of one origin, and the keys of hosts of merged sources.

    An outside address of the origin's domain gets the same key.
    """
    behind = {article.pk: article.origin_id or article.source_id for article in articles}
    known = {source for source in behind.values() if source}
    rows = Source.objects.filter(Q(pk__in=known) | Q(merged_into__in=known)).values_list("pk", "merged_into", "domain")
    keys = {pk: f"host:{_site_of(domain)}" if domain else f"source:{pk}" for pk, _, domain in rows}
    merged = {keys[pk]: keys[into] for pk, into, domain in rows if domain and into in keys}
    return {pk: keys[source] if source else f"article:{pk}" for pk, source in behind.items()}, merged


def _site_of(domain: str) -> str:
    return ascii_host(domain).removeprefix("www.")


def _unite_copies(
    evidence: list[Evidence], weighed: dict[UUID, Independence], leaders: dict[UUID, UUID]
) -> dict[UUID, Independence]:
    """Give copies of one text one origin, whatever their details say (`AlsoPublished`)."""
    articles = {item.pk: item.passage.article_id for item in evidence if item.passage is not None}
    origin_of_leader = {
        leaders[articles[pk]]: one.origin for pk, one in sorted(weighed.items(), reverse=True) if pk in articles
    }
    return {
        pk: replace(one, origin=origin_of_leader[leaders[articles[pk]]]) if pk in articles else one
        for pk, one in weighed.items()
    }


def independent_origins(weighed: Iterable[Independence]) -> int:
    """Count the distinct origins among the evidence that counts."""
    return len({item.origin for item in weighed if item.is_independent})


def _is_spoken(item: Evidence, spoken: set[tuple[UUID, UUID]]) -> bool:
    return (item.claim.claimant_id, item.passage_id) in spoken


def _weigh_one(
    item: Evidence,
    own: _ClaimArticles,
    origins: dict[UUID | str, str],
    copies: Copies,
    *,
    is_spoken: bool,
) -> Independence:
    article = item.passage.article if item.passage else None
    site = f"host:{_site_of(host(item.url))}"
    origin = origins[article.pk] if article else origins.get(site, site)
    # The strongest reason first: only the first one that applies is shown.
    reasons = (
        (article and article.pk in own.articles, gettext("same article as the claim")),
        (not article and canonical_or_given(item.url) in own.urls, gettext("this is the article that makes the claim")),
        (is_spoken, gettext("said by the claimant")),
        (article and copies.leaders[article.pk] in own.leaders, gettext("copy of the article that makes the claim")),
        (origin in own.origins, gettext("same origin as the claim's article")),
        (not _has_source(item), gettext(NO_SOURCE)),
        (article and article.pk in copies.not_compared, gettext(NOT_COMPARED)),
    )
    return Independence(item.pk, origin, next((reason for applies, reason in reasons if applies), ""))


def _has_source(item: Evidence) -> bool:
    """Return whether a source is named: the article's source or origin, or a typed name.

    The host of an address names nobody: anybody may publish on it.
    """
    article = item.passage.article if item.passage else None
    return bool(item.cited_as or (article and (article.source_id or article.origin_id)))


def is_cited(item: Evidence) -> bool:
    """Return whether readers get both source and title."""
    article = item.passage.article if item.passage else None
    return bool(item.cited_as or (article and (article.source_id or article.origin_id) and article.title.strip()))


def _load_spoken(evidence: list[Evidence]) -> set[tuple[UUID, UUID]]:
    """Return (claimant, passage) for passages in which a claimant speaks."""
    passages = [item.passage_id for item in evidence if item.passage_id]
    claimants = {item.claim.claimant_id for item in evidence if item.claim.claimant_id}
    if not claimants or not passages:
        return set()
    said = Appearance.objects.standing().filter(
        passage_id__in=passages, claim__claimant_id__in=claimants, claim__removed_at=None
    )
    return {
        (claimant, passage) for claimant, passage in said.values_list("claim__claimant_id", "passage_id") if claimant
    }
