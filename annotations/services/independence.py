"""Which evidence comes from an independent source: counted by origin (wire or first publisher), not by outlet."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from annotations.formats.iri import host
from annotations.models import Appearance, Claim, Evidence
from articles.models import Article


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
    """Each piece of standing evidence by id. `evidence` comes with `passage__article` selected; two queries more."""
    evidence = list(evidence)
    appearances = claim.appearances.filter(removed_at=None).select_related("passage__article")
    articles = [appearance.passage.article for appearance in appearances]
    own_articles = {article.pk for article in articles}
    own_origins = {origin_of(article) for article in articles}
    spoken = _passages_spoken_by(claim, [item.passage_id for item in evidence if item.passage_id])
    return {item.pk: _weigh(item, own_articles, own_origins, spoken) for item in evidence}


def independent_origins(weighed: Iterable[Independence]) -> int:
    """How many independent sources there are: distinct origins among the evidence that counts."""
    return len({item.origin for item in weighed if item.is_independent})


def _weigh(item: Evidence, own_articles: set[UUID], own_origins: set[str], spoken: set[UUID]) -> Independence:
    if item.passage is None:
        return Independence(item.pk, f"host:{host(item.url)}")
    article = item.passage.article
    origin = origin_of(article)
    if article.pk in own_articles:
        return Independence(item.pk, origin, "It stands in the article that makes the claim.")
    if item.passage_id in spoken:
        return Independence(item.pk, origin, "The claimant says it.")
    if origin in own_origins:
        return Independence(item.pk, origin, "It has the same origin as the article that makes the claim.")
    return Independence(item.pk, origin)


def _passages_spoken_by(claim: Claim, passages: list[UUID]) -> set[UUID]:
    if claim.claimant_id is None or not passages:
        return set()
    said = Appearance.objects.filter(
        removed_at=None, passage_id__in=passages, claim__claimant_id=claim.claimant_id, claim__removed_at=None
    )
    return set(said.values_list("passage_id", flat=True))
