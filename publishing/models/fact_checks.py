"""Published fact-checks, their versions, the outbox of changes, and readers' error reports."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Payload
from annotations.models import Claim, FrozenContent, RecheckTask, Verdict
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class FactCheck(models.Model):
    """The published face of a claim's live verdict: stable id, slug, URL.

    `document` is the API's fact_check, rebuilt in the transaction of every change; `etag` is its SHA-256. Both are blank
    while it is retracted or removed. `claim` may be null for nobody: a fact-check always has its claim.

    Beside `document` stands the column `document_text`, which Postgres makes of it (migration 0015), so that sending it costs
    no conversion. It is for SQL alone: no field here, so that no row is loaded with its document twice.
    """

    class State(models.TextChoices):
        PUBLISHED = "published", "Published"
        SUSPENDED = "suspended", "Under review"
        RETRACTED = "retracted", "Retracted"
        REMOVED = "removed", "Removed for legal reasons"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="fact_check")
    slug = models.SlugField(max_length=120, unique=True)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="+", help_text="The live version.")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    notice = models.TextField(blank=True, default="", help_text="What readers are told of a suspension or retraction.")
    canonical_url = models.URLField(max_length=2000, blank=True, default="")
    headline = models.CharField(max_length=300, blank=True, default="")
    rating_label = models.CharField(max_length=120, blank=True, default="")
    rating_class = models.CharField(max_length=20, blank=True, default="")
    language = models.CharField(max_length=35, blank=True, default="")
    document = models.JSONField(null=True, blank=True)
    etag = models.CharField(max_length=64, blank=True, default="")
    published_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["published", "suspended", "retracted", "removed"]), name="fact_check_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="fact_check_newest_first"),
            models.Index(fields=["rating_class"], name="fact_check_rating_class"),
        ]

    def __str__(self) -> str:
        return self.headline or self.slug


class FactCheckVersion(models.Model):
    """A published version, immutable. `payload` is its fact_check document as it was first published."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    fact_check = models.ForeignKey(FactCheck, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="published_version")
    frozen = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="+")
    payload = models.ForeignKey(Payload, on_delete=models.PROTECT, related_name="+")
    document_sha256 = models.CharField(max_length=64)
    kind = models.CharField(
        max_length=15, blank=True, default="", help_text="Empty for the first, else the correction kind."
    )
    note = models.TextField(blank=True, default="")
    is_single_approval = models.BooleanField(default=False)
    published_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["fact_check", "number"]
        constraints = [models.UniqueConstraint(fields=["fact_check", "number"], name="fact_check_version_unique")]

    def __str__(self) -> str:
        return f"{self.fact_check_id} v{self.number}"


class Change(models.Model):
    """A row of the outbox that becomes the feed and the webhooks.

    Written unnumbered in the transaction that makes the change; `seq` is given afterwards, in commit order, under an
    advisory lock. The newest row of each (kind, object) has `is_latest`: the feed shows those alone.
    """

    class Kind(models.TextChoices):
        FACT_CHECK = "fact_check"
        ARTICLE = "article"
        IMPORT = "import"
        EXPORT = "export"

    REASONS = (
        "published",
        "updated",
        "corrected",
        "retracted",
        "suspended",
        "restored",
        "left_filter",
        "legal_removal",
    )

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField(null=True, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    object_id = models.UUIDField()
    event = models.CharField(max_length=40, help_text="The webhook's type, such as fact_check.published.")
    state = models.CharField(max_length=8, choices=[("updated", "updated"), ("deleted", "deleted")])
    reason = models.CharField(max_length=15)
    version = models.PositiveIntegerField(default=0)
    etag = models.CharField(max_length=64, blank=True, default="")
    notice = models.TextField(blank=True, default="")
    is_latest = models.BooleanField(default=True)
    modified_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(is_latest=True), name="change_latest_once"
            ),
            models.CheckConstraint(condition=Q(state__in=["updated", "deleted"]), name="change_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(seq=None), name="change_unnumbered"),
            models.Index(fields=["seq"], condition=Q(is_latest=True), name="change_feed"),
            models.Index(
                fields=["seq", "modified_at"], condition=Q(is_latest=True, state="deleted"), name="change_tombstones"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.object_id} {self.reason}"


class ErrorReport(models.Model):
    """What a reader wrote through "report an error"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fact_check = models.ForeignKey(FactCheck, on_delete=models.PROTECT, related_name="error_reports")
    body = models.TextField()
    reply_to = models.EmailField(blank=True, default="")
    task = models.ForeignKey(RecheckTask, null=True, on_delete=models.SET_NULL, related_name="reports")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.body[:80]
