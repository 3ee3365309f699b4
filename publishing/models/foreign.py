"""Checks of other desks, with their earlier wordings."""

from django.db import models
from django.utils import timezone

from core.ids import uuid7


class ForeignCheck(models.Model):
    """A check of another desk that an import brought. Its label is kept unchanged.

    Its earlier wordings are the `earlier` rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=2000, blank=True, default="", help_text="Canonical; empty where none was given.")
    claim_sha256 = models.CharField(
        max_length=64,
        help_text="Of claim_text, as one page may review several claims; without an address of publisher and date too.",
    )
    publisher = models.CharField(max_length=200)
    claim_text = models.TextField()
    claimant_name = models.CharField(max_length=200, blank=True, default="")
    label = models.CharField(max_length=200)
    language = models.CharField(max_length=35, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    document = models.JSONField(default=dict)
    seen_by = models.UUIDField(
        null=True, editable=False, help_text="The import run that brought it last: two of one run are never one check."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["url", "claim_sha256"], name="foreign_check_once")]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.label}"


class ForeignCheckWording(models.Model):
    """An earlier wording of a foreign check, from before an import brought the current one."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    foreign_check = models.ForeignKey(ForeignCheck, on_delete=models.PROTECT, related_name="earlier")
    claim_text = models.TextField()
    label = models.CharField(max_length=200)
    document = models.JSONField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.label}: {self.claim_text}"
