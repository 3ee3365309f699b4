"""Reads for the public pages: the searchable list, and checks related to one."""

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from publishing.models import FactCheck

MAX_WORDS = 12


def published_checks(*, question: str = "", rating_class: str = "", claimant: str = "") -> QuerySet[FactCheck]:
    """Return published checks, newest first, without their documents.

    `claimant` is compared with the approved name, which today's row may no longer have. Every word of `question` must stand in
    the headline, the statement or the claimant's name, in upper or lower case.
    """
    found = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED)
    for word in question.split()[:MAX_WORDS]:
        found = found.filter(
            Q(headline__icontains=word) | Q(claim__statement__icontains=word) | Q(claim__claimant__name__icontains=word)
        )
    if rating_class:
        found = found.filter(rating_class=rating_class)
    if claimant:
        found = found.filter(document__claim__claimant__name=claimant)
    return found.select_related("claim__claimant").defer("document").order_by("-published_at", "-pk")


def with_claimants(found: QuerySet[FactCheck]) -> QuerySet[FactCheck]:
    """Annotate `claimant`, the name as it was approved."""
    return found.annotate(claimant=KT("document__claim__claimant__name"))


def related_checks(fact_check: FactCheck, *, limit: int = 3) -> list[FactCheck]:
    """Return other published checks of the same claimant or topic, newest first."""
    claim = fact_check.claim
    is_related = Q(claim__topics__overlap=claim.topics) if claim.topics else Q(pk=None)
    if claim.claimant_id is not None:
        is_related |= Q(claim__claimant=claim.claimant_id)
    return list(published_checks().filter(is_related).exclude(pk=fact_check.pk)[:limit])
