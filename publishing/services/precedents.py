"""Published checks whose statement resembles a claim's."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchRank, SearchVector

from annotations.models import Claim
from annotations.services.merging import LOOKED_AT, any_word, likeness_of
from publishing.models import FactCheck

MIN_LIKENESS = 45


@dataclass(frozen=True, slots=True)
class Precedent:
    fact_check: FactCheck
    likeness: int


def precedents_of(claim: Claim, *, limit: int = 5) -> list[Precedent]:
    """Published checks whose statement shares words with this one, the most similar first. One query."""
    checks = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED).exclude(claim=claim)
    query = any_word(claim.statement)
    if query is None:
        return []
    found = (
        checks.annotate(rank=SearchRank(SearchVector("claim__statement", config="simple"), query))
        .filter(rank__gt=0)
        .select_related("claim__claimant")
        .defer("document")
        .order_by("-rank", "-published_at", "pk")[:LOOKED_AT]
    )
    likely = [Precedent(one, likeness_of(claim.statement, one.claim.statement)) for one in found]
    likely = [one for one in likely if one.likeness >= MIN_LIKENESS]
    return sorted(likely, key=lambda one: -one.likeness)[:limit]
