"""The published face: fact-checks, the outbox that becomes feed and webhooks, exports, receipts and rechecks."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Payload
from annotations import querysets
from annotations.models.claims import Claim, Evidence
from annotations.models.passages import Placement
from annotations.models.verdicts import FrozenContent, Verdict
from factcheck.ids import uuid7

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

    objects = querysets.FactCheckQuerySet.as_manager()

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

    objects = querysets.ChangeQuerySet.as_manager()

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


class WebhookEndpoint(models.Model):
    """An address of a CMS that hears of changes (Standard Webhooks)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    events = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Empty: all.")
    secret = models.TextField(help_text="Encrypted; shown once.")
    previous_secret = models.TextField(blank=True, default="")
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One change on its way to one endpoint. `id` is the webhook-id: the same on every retry."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Gave up"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=40)
    body = models.TextField(help_text="The exact bytes that are signed and sent, on replay too.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts_made = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    replay_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replays")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "change"], condition=Q(replay_of=None, change__isnull=False), name="delivery_once"
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="pending"), name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id}: {self.state}"


class DeliveryAttempt(models.Model):
    """One try: what was sent, what came back, how long it took (milliseconds)."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    request_headers = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.JSONField(default=dict)
    response_body = models.TextField(blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")
    duration_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.error}"


class ExportRun(models.Model):
    """One background export with its progress and, when finished, its file in Django's storage."""

    KINDS = ("csv", "xlsx", "jsonl", "claimreview", "webannotation", "ninjs", "docx", "pdf")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=15)
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

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Receipt(models.Model):
    """What a CMS says it shows: which version of a check, on which page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fact_check = models.ForeignKey(FactCheck, on_delete=models.PROTECT, related_name="receipts")
    version = models.PositiveIntegerField()
    cms_url = models.URLField(max_length=2000)
    status = models.CharField(max_length=10, choices=[(name, name) for name in ("scheduled", "live", "removed")])
    reported_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["fact_check", "cms_url"], name="receipt_once_per_page")]

    def __str__(self) -> str:
        return f"{self.cms_url} v{self.version}"


class RecheckTask(models.Model):
    """Something under a verdict changed and a person has to look: words, a dead link, a date, a reader's report."""

    class Kind(models.TextChoices):
        CHANGED_WORDS = "changed_words", "The words changed"
        DEAD_LINK = "dead_link", "A link is dead"
        EXPIRED = "expired", "Past its date"
        REPORTED = "reported", "Reported by a reader"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="rechecks")
    verdict = models.ForeignKey(Verdict, null=True, blank=True, on_delete=models.PROTECT, related_name="rechecks")
    placement = models.ForeignKey(Placement, null=True, blank=True, on_delete=models.PROTECT, related_name="rechecks")
    evidence = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.PROTECT, related_name="rechecks")
    detail = models.TextField(blank=True, default="")
    is_open = models.BooleanField(default=True)
    resolution = models.CharField(max_length=40, blank=True, default="")
    resolved_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True, help_text="When the CMS was told.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = querysets.RecheckQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "placement", "evidence", "kind"],
                condition=Q(is_open=True),
                nulls_distinct=False,
                name="recheck_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.claim_id}"


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


class Notification(models.Model):
    """Something a person should know, shown in the desk and mailed once by the person's own switch."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="notifications")
    event_key = models.CharField(max_length=120)
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "event_key"], name="notification_once")]

    def __str__(self) -> str:
        return self.title
