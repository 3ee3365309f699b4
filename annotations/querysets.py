"""Reads of the annotations app, as chained queryset methods."""

from typing import Any

from django.db import models


class ClaimantQuerySet(models.QuerySet[Any]):
    def matching(self, text: str) -> "ClaimantQuerySet":
        return self.filter(name__icontains=text) if text else self


class ClaimQuerySet(models.QuerySet[Any]):
    def standing(self) -> "ClaimQuerySet":
        """Without removed and merged claims."""
        return self.filter(removed_at=None, merged_into=None)


class EvidenceQuerySet(models.QuerySet[Any]):
    def standing(self) -> "EvidenceQuerySet":
        return self.filter(removed_at=None)


class VerdictQuerySet(models.QuerySet[Any]):
    pass


class FactCheckQuerySet(models.QuerySet[Any]):
    pass


class ChangeQuerySet(models.QuerySet[Any]):
    pass


class RecheckQuerySet(models.QuerySet[Any]):
    pass
