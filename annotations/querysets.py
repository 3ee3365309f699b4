"""Reads of the annotations app, as chained queryset methods."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject

from annotations.workflow import LIVE, Status

if TYPE_CHECKING:
    from annotations.models import (  # noqa: F401 - names in the string types below
        Claim,
        Claimant,
        Evidence,
        RecheckTask,
        Verdict,
    )


def rating_label() -> Case:
    """`Verdict.rating_label` as an expression: the typed label on a scale of free text."""
    is_typed = Q(rating__scale__is_free_text=True) & ~Q(rating_text="")
    return Case(When(is_typed, then="rating_text"), default="rating__label")


class ClaimantQuerySet(models.QuerySet["Claimant"]):
    def matching(self, text: str) -> "ClaimantQuerySet":
        return self.filter(name__icontains=text) if text else self


class ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self) -> "ClaimQuerySet":
        """Without removed and merged claims."""
        return self.filter(removed_at=None, merged_into=None)

    def for_reader(self) -> "ClaimQuerySet":
        """With claimant, evidence counts by stance, `is_published`, and `verdict_now` {status, rating_class, label}."""
        from annotations.models import Verdict

        versions = Verdict.objects.filter(claim=OuterRef("pk"))
        newest = versions.exclude(status=Status.SUPERSEDED).order_by("-version")
        shown = JSONObject(status="status", rating_class="rating__rating_class", label=rating_label())
        return self.select_related("claimant").annotate(
            **{stance: _count_of(stance) for stance in ("supports", "refutes", "context")},
            is_published=Exists(versions.filter(status__in=LIVE)),
            verdict_now=Subquery(newest.values(shown=shown)[:1]),
        )


def _count_of(stance: str) -> Count:
    return Count("evidence", filter=Q(evidence__stance=stance, evidence__removed_at=None))


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> "EvidenceQuerySet":
        return self.filter(removed_at=None)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    pass


class RecheckQuerySet(models.QuerySet["RecheckTask"]):
    pass
