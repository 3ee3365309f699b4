"""Stored bytes, and the runs that import them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from articles.models.articles import Article, ArticleRevision, Source
from articles.models.files import StoredFile
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class _ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def for_lists(self) -> "_ImportRunQuerySet":
        return self.select_related("created_by", "source")

    def open(self) -> "_ImportRunQuerySet":
        return self.filter(Q(state="queued") | Q(state="running"))


class ImportRun(models.Model):
    """One background import. Counts are those of its items.

    `state` goes queued, running, then finished, failed or cancelled.

    `held`: only items that wait for a person are left, because they would change articles that carry claims.
    """

    class State(models.TextChoices):
        QUEUED = "queued", gettext_lazy("Queued")
        RUNNING = "running", gettext_lazy("Running")
        HELD = "held", gettext_lazy("Waiting for a decision")
        FINISHED = "finished", gettext_lazy("Finished")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    label = models.CharField(max_length=300, blank=True, default="")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="import_runs")
    options = models.JSONField(default=dict, blank=True)
    is_listed = models.BooleanField(default=False, help_text="All items are known; before that `total` still grows.")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="import_runs")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    objects = _ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "held", "finished", "failed", "cancelled"]),
                name="import_run_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.pk)


class ImportItem(models.Model):
    """One piece of a run: a file, an entry of a file, a URL. Leased to a worker while `state` is running."""

    class State(models.TextChoices):
        QUEUED = "queued", gettext_lazy("Queued")
        RUNNING = "running", gettext_lazy("Running")
        HELD = "held", gettext_lazy("Waiting for a decision")
        CREATED = "created", gettext_lazy("New")
        UPDATED = "updated", gettext_lazy("Changed")
        UNCHANGED = "unchanged", gettext_lazy("Unchanged")
        FAILED = "failed", gettext_lazy("Failed")
        CANCELLED = "cancelled", gettext_lazy("Cancelled")

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    raw = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="items")
    locator = models.JSONField(default=dict, blank=True, help_text="Where in the raw bytes, or the URL to fetch.")
    code = models.CharField(max_length=60, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.PROTECT, related_name="import_items")
    revision = models.ForeignKey(
        ArticleRevision, null=True, blank=True, on_delete=models.PROTECT, related_name="import_items"
    )
    attempts = models.PositiveIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="import_item_position"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["queued", "running", "held", "created", "updated", "unchanged", "failed", "cancelled"]
                ),
                name="import_item_state_known",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "position"], name="import_item_by_state")]

    def __str__(self) -> str:
        return self.name
