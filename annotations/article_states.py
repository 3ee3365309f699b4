"""Register the article list's states and notes that only annotations can tell."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext, gettext_noop, ngettext

from annotations.models import Appearance, Placement
from articles.facets import register_state
from articles.list_notes import Note, register_notes
from core.database.composed import SOME_ID, Composed


def register_article_states() -> None:
    register_state("claims", gettext_noop("With claims"), _has_claims)
    register_state("no-claims", gettext_noop("Without claims"), lambda: ~_has_claims(), rest_of="claims")
    register_notes(_claim_notes)
    register_notes(_change_notes)


def _standing() -> Any:
    return Appearance.objects.of_standing_claims()


def _claim_notes(article_ids: Iterable[UUID]) -> dict[UUID, list[Note]]:
    """Count the claims that stand in each article, and the published ones."""
    rows = _CLAIM_COUNTS.rows(list(article_ids))
    return {row["passage__article"]: list(_list_notes(row)) for row in rows}


_CLAIM_COUNTS: Composed[Any] = Composed(
    lambda articles: (
        _standing()
        .filter(passage__article__pk__any_of=[articles])
        .values("passage__article")
        .annotate(
            claims=Count("claim", distinct=True),
            published=Count("claim", filter=Q(claim__verdicts__status="published"), distinct=True),
        )
        .order_by("passage__article")
    ),
    SOME_ID,
)


def _change_notes(article_ids: Iterable[UUID]) -> dict[UUID, list[Note]]:
    """Count the passages of each article with a change that nobody has judged."""
    rows = _CHANGE_COUNTS.rows(list(article_ids))
    return {row["passage__article"]: [Note(_say_changed(row["changed"]), "diff", "caution")] for row in rows}


def _changed_in(articles: UUID) -> Any:
    # The joined form of `of_standing_claims`: a queryset method cannot filter through another model.
    is_claims = Q(passage__appearances__removed_at=None, passage__appearances__claim__removed_at=None)
    is_evidence = Q(passage__evidence__removed_at=None, passage__evidence__claim__removed_at=None)
    return (
        Placement.objects.filter(
            is_claims | is_evidence,
            passage__article__pk__any_of=[articles],
            passage__is_withdrawn=False,
            revision=F("passage__article__current_revision"),
            confirmed_at=None,
        )
        .exclude(status=Placement.Status.PLACED)
        .values("passage__article")
        .annotate(changed=Count("passage", distinct=True))
        .order_by("passage__article")
    )


_CHANGE_COUNTS: Composed[Any] = Composed(_changed_in, SOME_ID)


def _list_notes(row: dict[str, Any]) -> Iterable[Note]:
    if row["published"]:
        yield Note(gettext("{n} published").format(n=row["published"]), "publish", "positive")
    claims = ngettext("{n} claim", "{n} claims", row["claims"]).format(n=row["claims"])
    yield Note(claims, "marker", "muted")


def _say_changed(count: int) -> str:
    return gettext("{n} changed").format(n=count)


def _has_claims() -> Any:
    # Without order: the model's own would be sorted inside EXISTS for nothing.
    return Exists(_standing().filter(passage__article=OuterRef("pk")).order_by())
