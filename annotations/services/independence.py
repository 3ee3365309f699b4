"""Which evidence comes from an independent source: counted by origin (wire or first publisher), not by outlet."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from annotations.formats.iri import host
from annotations.models import Appearance, Claim, Evidence
from articles.models import Article
from articles.services.enrichment import copies_of


@dataclass(frozen=True, slots=True)
class Independence:
    """`origin` names who is behind the evidence; `reason` says in words why it counts zero, empty where it counts."""

    evidence_id: UUID
    origin: str
    reason: str = ""

    @property
    def is_independent(self) -> bool:
        return not self.reason


def origin_of(article: Article) -> str:
    """A key that is equal for articles of one origin."""
    source_id = article.origin_id or article.source_id
    return f"source:{source_id}" if source_id else f"article:{article.pk}"


def weigh_evidence(claim: Claim, evidence: Iterable[Evidence]) -> dict[UUID, Independence]:
    """Each piece of the claim's standing evidence by id. `evidence` comes with `passage__article` selected.

    Three queries more at most.
    """
    evidence = list(evidence)
    for item in evidence:
        item.claim = claim
    return weigh_all(evidence)


def weigh_all(evidence: Iterable[Evidence]) -> dict[UUID, Independence]:
    """The same for evidence of several claims: `claim` and `passage__article` are selected; three queries whatever the number."""
    evidence = list(evidence)
    claims = {item.claim_id: item.claim for item in evidence}
    own_articles: dict[UUID, set[UUID]] = {claim_id: set() for claim_id in claims}
    own_origins: dict[UUID, set[str]] = {claim_id: set() for claim_id in claims}
    standing = Appearance.objects.filter(claim__in=claims, removed_at=None).select_related("passage__article")
    for appearance in standing.order_by("pk"):
        own_articles[appearance.claim_id].add(appearance.passage.article_id)
        own_origins[appearance.claim_id].add(origin_of(appearance.passage.article))
    spoken = _spoken(evidence)
    weighed = {
        item.pk: _weigh(
            item,
            own_articles[item.claim_id],
            own_origins[item.claim_id],
            (item.claim.claimant_id, item.passage_id) in spoken,
        )
        for item in evidence
    }
    return _with_copies(evidence, weighed)


def _with_copies(evidence: list[Evidence], weighed: dict[UUID, Independence]) -> dict[UUID, Independence]:
    """The same copy in two outlets has one origin, whatever their details say (`AlsoPublished`)."""
    articles = {item.pk: item.passage.article_id for item in evidence if item.passage is not None}
    leaders = copies_of(articles.values())
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


def _weigh(item: Evidence, own_articles: set[UUID], own_origins: set[str], is_spoken: bool) -> Independence:
    if item.passage is None:
        return Independence(item.pk, f"host:{host(item.url)}")
    article = item.passage.article
    origin = origin_of(article)
    if article.pk in own_articles:
        return Independence(item.pk, origin, "It stands in the article that makes the claim.")
    if is_spoken:
        return Independence(item.pk, origin, "The claimant says it.")
    if origin in own_origins:
        return Independence(item.pk, origin, "It has the same origin as the article that makes the claim.")
    return Independence(item.pk, origin)


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
