"""Recheck tasks, and notifications to people."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from annotations.models.claims import Claim, Evidence
from annotations.models.passages import Placement
from annotations.models.verdicts import Verdict
from annotations.workflow import Status
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL
# In notifications; translated when they are read.
UNNAMED_CLAIM = gettext_noop("a claim without a statement")
UNNAMED_SUGGESTION = gettext_noop("a suggestion")
_UNNAMED = {UNNAMED_CLAIM, UNNAMED_SUGGESTION}
# The answers to a recheck, by the names that forms send, then those that answer all rechecks of a placement.
RESOLUTIONS = {
    "unchanged": gettext_noop("The meaning is unchanged"),
    "withdrawn": gettext_noop("Withdrawn by the publisher"),
    "correction": gettext_noop("A correction was started"),
    "kept": gettext_noop("Kept without a place"),
    "no-change": gettext_noop("Looked at, nothing to do"),
}
MEANING_UNCHANGED = gettext_noop("meaning unchanged")
REATTACHED = gettext_noop("re-attached")
WITHDRAWN = gettext_noop("withdrawn by the publisher")
_REMOVED = gettext_noop("Removed for legal reasons")  # written by publishing/sql/removal.sql


class RepeatedClaim(models.Model):
    """A sentence of an article that repeats a claim: proposed as a further appearance until a person answers.

    Its words are the article's. `words_key` is their digest: a dismissed sentence is proposed for this claim nowhere again.
    """

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("Proposed")
        ACCEPTED = "accepted", gettext_lazy("Accepted")
        DISMISSED = "dismissed", gettext_lazy("Dismissed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="repeats")
    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey("articles.ArticleRevision", on_delete=models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    words_key = models.CharField(max_length=64)
    score = models.FloatField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "article", "words_key"], name="repeat_once"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="repeat_has_words"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "dismissed"])
                & (Q(state="open") | Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="repeat_answered_by_a_person",
            ),
        ]
        indexes = [models.Index(fields=["article"], name="repeat_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.claim_id} in {self.article_id}"


class _RecheckQuerySet(models.QuerySet["RecheckTask"]):
    def open(self) -> "_RecheckQuerySet":
        """Keep tasks that nobody has answered."""
        return self.filter(is_open=True)

    def published_first(self) -> "_RecheckQuerySet":
        """Order by time, those under a published check first: readers see it now."""
        is_public = Case(When(verdict__status=Status.PUBLISHED, then=Value(0)), default=Value(1))
        return self.order_by(is_public, "created_at", "pk")


class RecheckTask(models.Model):
    """A task for a person: something under a verdict changed.

    Changed words, a dead link, a date that has passed, or a reader's report.
    """

    class Kind(models.TextChoices):
        CHANGED_WORDS = "changed_words", gettext_lazy("The words changed")
        DEAD_LINK = "dead_link", gettext_lazy("A link is dead")
        EXPIRED = "expired", gettext_lazy("Past its date")
        REPORTED = "reported", gettext_lazy("Reported by a reader")

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

    objects = _RecheckQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "placement", "evidence", "kind"],
                condition=Q(is_open=True),
                # Nulls count as equal: a task about the whole claim has no placement and no evidence.
                nulls_distinct=False,
                name="recheck_open_once",
            ),
            # The feed tells a resolution to the CMS, so it has no words of anybody's own.
            models.CheckConstraint(
                condition=Q(resolution__in=[*RESOLUTIONS.values(), MEANING_UNCHANGED, REATTACHED, WITHDRAWN, _REMOVED])
                | Q(resolution__regex=r"^(carried to revision [0-9]+)?$"),
                name="recheck_resolution_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.claim_id}"


class Notification(models.Model):
    """A message to one person, shown in the desk and mailed once by their own setting."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="notifications")
    event_key = models.CharField(max_length=120)
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=200, help_text="The text before translation, such as “Published: {claim}”.")
    details = models.JSONField(default=dict, blank=True, help_text="Of the template's names.")
    url = models.CharField(max_length=300, blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    # Set before the mail is handed over: a crash then loses one mail instead of sending it twice.
    mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "event_key"], name="notification_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Return the text in the language that is active: the reader's, while their page or mail is drawn."""
        if not self.details:
            return gettext(self.template)
        # What nobody had named yet is named in the reader's language too.
        shown = {name: gettext(value) if value in _UNNAMED else value for name, value in self.details.items()}
        if "kind" in shown:
            shown["kind"] = str(RecheckTask.Kind(shown["kind"]).label).lower()
        return gettext(self.template).format(**shown)
