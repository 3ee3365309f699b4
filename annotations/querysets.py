"""Reads of the annotations app, as chained queryset methods."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from annotations.models import (  # noqa: F401 - names in the string types below
        Change,
        Claim,
        Claimant,
        Evidence,
        FactCheck,
        RecheckTask,
        Verdict,
    )


class ClaimantQuerySet(models.QuerySet["Claimant"]):
    def matching(self, text: str) -> "ClaimantQuerySet":
        return self.filter(name__icontains=text) if text else self


class ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self) -> "ClaimQuerySet":
        """Without removed and merged claims."""
        return self.filter(removed_at=None, merged_into=None)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> "EvidenceQuerySet":
        return self.filter(removed_at=None)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    pass


class FactCheckQuerySet(models.QuerySet["FactCheck"]):
    pass


class ChangeQuerySet(models.QuerySet["Change"]):
    pass


class RecheckQuerySet(models.QuerySet["RecheckTask"]):
    pass
