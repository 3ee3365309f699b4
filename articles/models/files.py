"""Stored raw bytes."""

from django.conf import settings
from django.db import models
from django.utils import timezone

PERSON = settings.AUTH_USER_MODEL


class StoredFile(models.Model):
    """Raw bytes by SHA-256, stored in Django's default storage under `path`."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    path = models.CharField(max_length=200)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.sha256
