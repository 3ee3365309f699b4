"""Which evidence comes from an independent source: counted by origin (wire or first publisher), not by outlet."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from annotations.models import Appearance, Claim, Evidence
from articles.canonical_url import InvalidUrl, canonicalise_url
from articles.models import Article, Source
from articles.services.copies import Copies, copies_of
from core.iri import ascii_host, host

NOT_COMPARED = "Its article was not compared with other articles yet."


@dataclass(frozen=True, slots=True)
class Independence:
    """`origin` names who is behind the evidence; `reason` says in words why it counts zero, empty where it counts."""

    evidence_id: UUID
    origin: str
    reason: str = ""

    @property
    def is_independent(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class _Own:
    """What stands behind the claim itself: the articles that make it, where they come from, whose copies they are."""

    articles: set[UUID] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)
    leaders: set[UUID] = field(default_factory=set)


def weigh_evidence(claim: Claim, evidence: Iterable[Evidence]) -> dict[UUID, Independence]:
    """Each piece of the claim's standing evidence by id. `evidence` comes with `passage__article` selected.

    Four queries more at most.
    """
    evidence = list(evidence)
    for item in evidence:
        item.claim = claim
    return weigh_all(evidence)


def weigh_all(evidence: Iterable[Evidence]) -> dict[UUID, Independence]:
    """The same for evidence of several claims: `claim` and `passage__article` are selected; four queries whatever the number."""
    evidence = list(evidence)
    claims = {item.claim_id: item.claim for item in evidence}
    standing = Appearance.objects.standing().filter(claim__in=claims).select_related("passage__article")
    makers = [(appearance.claim_id, appearance.passage.article) for appearance in standing.order_by("pk")]
    articles = [article for _, article in makers] + [item.passage.article for item in evidence if item.passage]
    origins, copies = _origins(articles), copies_of(article.pk for article in articles)
    own = {claim_id: _Own() for claim_id in claims}
    for claim_id, article in makers:
        own[claim_id].articles.add(article.pk)
        own[claim_id].urls.add(article.url or str(article.pk))
        own[claim_id].origins.add(origins[article.pk])
        own[claim_id].leaders.add(copies.leaders[article.pk])
    spoken = _spoken(evidence)
    weighed = {
        item.pk: _weigh(item, own[item.claim_id], origins, copies, is_spoken=_is_spoken(item, spoken))
        for item in evidence
    }
    return _with_copies(evidence, weighed, copies.leaders)


def _origins(articles: Iterable[Article]) -> dict[UUID, str]:
    """A key by article that is equal for what comes from one origin, an outside address of its domain included."""
    behind = {article.pk: article.origin_id or article.source_id for article in articles}
    known = {source for source in behind.values() if source}
    domains = dict(Source.objects.filter(pk__in=known).values_list("pk", "domain"))
    return {
        pk: f"host:{_site(domain)}"
        if source and (domain := domains.get(source))
        else f"source:{source}"
        if source
        else f"article:{pk}"
        for pk, source in behind.items()
    }


def _site(domain: str) -> str:
    return ascii_host(domain).removeprefix("www.")


def _with_copies(
    evidence: list[Evidence], weighed: dict[UUID, Independence], leaders: dict[UUID, UUID]
) -> dict[UUID, Independence]:
    """The same copy in two outlets has one origin, whatever their details say (`AlsoPublished`)."""
    articles = {item.pk: item.passage.article_id for item in evidence if item.passage is not None}
    origin_of_leader = {
        leaders[articles[pk]]: one.origin for pk, one in sorted(weighed.items(), reverse=True) if pk in articles
    }
    return {
        pk: replace(one, origin=origin_of_leader[leaders[articles[pk]]]) if pk in articles else one
        for pk, one in weighed.items()
    }


def independent_origins(weighed: Iterable[Independence]) -> int:
    """How many independent sources there are: distinct origins among the evidence that counts."""
    return len({item.origin for item in weighed if item.is_independent})


def _is_spoken(item: Evidence, spoken: set[tuple[UUID, UUID]]) -> bool:
    return (item.claim.claimant_id, item.passage_id) in spoken


def _weigh(
    item: Evidence,
    own: _Own,
    origins: dict[UUID, str],
    copies: Copies,
    *,
    is_spoken: bool,
) -> Independence:
    """The strongest reason first."""
    article = item.passage.article if item.passage else None
    origin = origins[article.pk] if article else f"host:{_site(host(item.url))}"
    reasons = (
        (article and article.pk in own.articles, "same article as the claim"),
        (not article and _canonical(item.url) in own.urls, "this is the article that makes the claim"),
        (is_spoken, "said by the claimant"),
        (article and copies.leaders[article.pk] in own.leaders, "copy of the article that makes the claim"),
        (origin in own.origins, "same origin as the claim's article"),
        (article and article.pk in copies.not_compared, NOT_COMPARED),
    )
    return Independence(item.pk, origin, next((reason for applies, reason in reasons if applies), ""))


def _canonical(url: str) -> str:
    try:
        return canonicalise_url(url)
    except InvalidUrl:
        return url


def _spoken(evidence: list[Evidence]) -> set[tuple[UUID, UUID]]:
    """Who says which of the passages, as (claimant, passage)."""
    passages = [item.passage_id for item in evidence if item.passage_id]
    claimants = {item.claim.claimant_id for item in evidence if item.claim.claimant_id}
    if not claimants or not passages:
        return set()
    said = Appearance.objects.filter(
        removed_at=None, passage_id__in=passages, claim__claimant_id__in=claimants, claim__removed_at=None
    )
    return {
        (claimant, passage) for claimant, passage in said.values_list("claim__claimant_id", "passage_id") if claimant
    }
