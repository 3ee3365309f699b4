"""Filters of lists that involve more than one table."""

from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from annotations.models import Appearance, Claim, Claimant
from core.ids import parse_uuid

_ANY_ID = UUID(int=0)  # a placeholder, as in compiler.py


def in_language(tag: str) -> Q:
    """Match texts in a language, its regions included: `pt` finds `pt-BR`."""
    return Q(language__iexact=tag) | Q(language__istartswith=f"{tag}-")


def articles_with_claims(*, has_claims: bool) -> Exists | Q:
    standing = Appearance.objects.filter(passage__article=OuterRef("pk"), removed_at=None, claim__removed_at=None)
    return Exists(standing) if has_claims else Q(~Exists(standing))


def appearing_in(article: UUID) -> RawSQL:
    """Match claims with an appearance in the article."""
    condition, params = _appearing_in()
    return RawSQL(condition, tuple(article if param == _ANY_ID else param for param in params), BooleanField())


@cache
def _appearing_in() -> tuple[str, tuple[Any, ...]]:
    """Return the SQL for any article. Made once: Django took longer to make it than Postgres to read ten claims."""
    found = Appearance.objects.filter(claim=OuterRef("pk"), removed_at=None, passage__article=_ANY_ID)
    sql, params = Claim.objects.order_by().filter(Exists(found)).values("pk").query.sql_with_params()
    return sql.partition(" WHERE ")[2], tuple(params)


def said_by(claimant: str) -> Q:
    """Match claims of a claimant, by id or whole name."""
    is_it = Q(name__iexact=claimant)
    if pk := parse_uuid(claimant):
        is_it |= Q(pk=pk)
    return Q(claimant__in=Claimant.objects.filter(is_it))
