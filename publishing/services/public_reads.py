"""Reads for the public pages: the searchable list, and checks related to one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import JSONField, Q, QuerySet, TextField
from django.db.models.expressions import RawSQL

from publishing.models import FactCheck

MAX_WORDS = 12
# Generated from the document: only published words are found.
_SEARCH_TEXT = RawSQL('"publishing_factcheck"."search_text"', (), output_field=TextField())
_CLAIMANT = RawSQL('"publishing_factcheck"."claimant"', (), output_field=TextField())
_TOPICS = RawSQL('"publishing_factcheck"."topics"', (), output_field=JSONField())


def published_checks(*, question: str = "", rating_class: str = "", claimant: str = "") -> QuerySet[FactCheck]:
    """Return published checks, newest first, without their documents.

    Asked is what was published, never today's claim. Every word of `question` must stand in the headline, the statement, the
    claimant's name or the summary, in upper or lower case.
    """
    found = FactCheck.objects.alias(search_text=_SEARCH_TEXT, topics=_TOPICS).annotate(claimant=_CLAIMANT)
    found = found.filter(state=FactCheck.State.PUBLISHED)
    for word in question.split()[:MAX_WORDS]:
        found = found.filter(search_text__icontains=word)
    if rating_class:
        found = found.filter(rating_class=rating_class)
    if claimant:
        found = found.filter(claimant=claimant)
    return found.defer("document").order_by("-published_at", "-pk")


@dataclass(frozen=True, slots=True)
class _ListedCheck:
    """A published check in a list. `said_at` is a day or a moment of the document, "" if none was published."""

    fact_check: FactCheck
    statement: str
    summary: str
    said_at: str


def add_published_words(fact_checks: Iterable[FactCheck]) -> list[_ListedCheck]:
    """Return checks with the published claim and conclusion, in their order. One query for one page's documents."""
    fact_checks = list(fact_checks)
    names = ("document__claim__statement", "document__summary", "document__claim__appearances__0__said_at")
    rows = FactCheck.objects.filter(pk__in=[one.pk for one in fact_checks]).values_list("pk", *names)
    words = {pk: [value or "" for value in values] for pk, *values in rows}
    return [_ListedCheck(one, *words[one.pk]) for one in fact_checks]


def related_checks(fact_check: FactCheck, *, limit: int = 3) -> list[FactCheck]:
    """Return other published checks of the same claimant or topic, as published, newest first."""
    document = fact_check.document or {}
    is_related = Q(topics__has_any_keys=document["topics"]) if document.get("topics") else Q(pk=None)
    if claimant := document["claim"]["claimant"] if document else None:
        is_related |= Q(claimant=claimant["name"])
    return list(published_checks().filter(is_related).exclude(pk=fact_check.pk)[:limit])
