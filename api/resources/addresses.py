"""URLs in documents, in Python and in SQL. Absolute, because documents are kept for years."""

from typing import Any

from django.conf import settings
from django.db.models import TextField, Value
from django.db.models.functions import Coalesce, NullIf

from api.resources.expressions import Joined
from api.resources.fields import Path, Url
from publishing.links import fact_check_url


class FactCheckUrl(Url):
    """The newsroom's page of a fact-check, else ours. `of` is the path to the fact-check."""

    def __init__(self, *, of: str = "") -> None:
        way = f"{of}." if of else ""
        super().__init__(value=lambda row: _page_of(_fact_check(row, of)), expression=lambda path: _page_sql(path, way))


def _fact_check(row: Any, of: str) -> Any:
    return getattr(row, of) if of else row


def _page_of(fact_check: Any) -> str:
    return fact_check.canonical_url or fact_check_url(fact_check.slug)


def _page_sql(path: Path, way: str) -> Any:
    ours = Joined(Value(f"{settings.SITE_URL}/fact-checks/"), path(f"{way}slug"), Value("/"))
    return Coalesce(NullIf(path(f"{way}canonical_url"), Value("")), ours, output_field=TextField())
