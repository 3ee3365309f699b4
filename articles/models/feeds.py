"""Watched feeds and their entries."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class FeedWatch(models.Model):
    """A feed that is fetched on a schedule."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=2000, unique=True)
    name = models.CharField(max_length=200, blank=True, default="", help_text="As the desk calls it.")
    source = models.ForeignKey("articles.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="feeds")
    every_minutes = models.PositiveIntegerField(default=30)
    is_active = models.BooleanField(default=True)
    etag = models.CharField(max_length=300, blank=True, default="")
    last_modified = models.CharField(max_length=100, blank=True, default="")
    next_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(
        null=True, blank=True, help_text="When it last answered, with anything new or not."
    )
    last_error = models.TextField(blank=True, default="", help_text="Empty once it answers again.")
    failed_at = models.DateTimeField(null=True, blank=True, help_text="When it last could not be read.")
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["url", "pk"]

    def __str__(self) -> str:
        return self.name or self.url


class FeedEntry(models.Model):
    """An entry that is in a watched feed now, and when its page is checked again for changes."""

    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(FeedWatch, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=64, help_text="SHA-256 of its address, else of its id.")
    url = models.CharField(max_length=2000, blank=True, default="")
    digest = models.CharField(max_length=64, help_text="Of what the feed says of it: its time of change and its words.")
    item = models.ForeignKey(
        "articles.ImportItem", null=True, on_delete=models.SET_NULL, related_name="+", help_text="That brought it last."
    )
    is_announced = models.BooleanField(default=False, help_text="The feed says that it changed since its last visit.")
    visited_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, help_text="Null: not before the feed says that it changed.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["feed", "pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="feed_entry_once")]
        indexes = [models.Index(fields=["next_at"], name="feed_entry_due", condition=Q(next_at__isnull=False))]

    def __str__(self) -> str:
        return self.url or self.key
