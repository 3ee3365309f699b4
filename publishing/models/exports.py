"""Background exports."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class ExportRun(models.Model):
    """One background export: its progress and, when finished, its file in Django's storage."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=15, help_text="One of publishing.exports.formats.KINDS.")
    filter = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(name, name) for name in ("queued", "running", "finished", "failed", "cancelled", "expired")],
        default="queued",
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    path = models.CharField(max_length=300, blank=True, default="")
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="exports")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            # Whoever writes rows could name any stored file otherwise: it would be handed out, and deleted after its week.
            models.CheckConstraint(
                condition=Q(path="") | Q(path__regex=r"^exports/[A-Za-z0-9._-]+$"), name="export_path_is_an_export"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
