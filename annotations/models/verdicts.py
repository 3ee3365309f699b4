"""Verdicts, their frozen content, their authors and their approvals."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject, Now
from django.utils import timezone

from accounts.models import Payload
from annotations.models.claims import Claim
from annotations.models.desk import Rating
from annotations.workflow import ACTIONS, CORRECTION_KINDS, LIVE, OPEN, STATUSES, Status
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class FrozenContent(models.Model):
    """The canonical JSON (RFC 8785) of a submission, with its SHA-256. Never changes.

    The text lies in `payload`, apart from the digest, so that the trail stays provable after a legal removal.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="frozen")
    sha256 = models.CharField(max_length=64)
    # A legal removal blanks the payload; digest and trail then still prove what was approved.
    payload = models.ForeignKey(Payload, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.sha256


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def open(self) -> "VerdictQuerySet":
        """Keep versions that are being worked on: at most one per claim."""
        return self.filter(status__in=OPEN)

    def live(self) -> "VerdictQuerySet":
        """Keep versions that readers see, or see withheld: at most one per claim."""
        return self.filter(status__in=LIVE)


class Verdict(models.Model):
    """One version of the desk's conclusion on a claim (schema.org ClaimReview).

    `edit_number` grows with every change: the editor's and the API's If-Match. Content can be written only while the
    verdict is open; the database refuses a change of a published one and any transition that `TransitionRule` does not list.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="verdicts")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices(), default=Status.DRAFT)
    headline = models.CharField(max_length=300, blank=True, default="")
    rating = models.ForeignKey(Rating, null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts")
    rating_text = models.CharField(
        max_length=120, blank=True, default="", help_text="The label as it was typed, on a scale of free text."
    )
    summary = models.TextField(blank=True, default="")
    rationale = models.TextField(blank=True, default="")
    language = models.CharField(max_length=35, default="en")
    # Names as text: a byline keeps the name at the time, whatever the account is called later.
    byline = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    correction_kind = models.CharField(max_length=15, blank=True, default="")
    correction_note = models.TextField(blank=True, default="")
    waived = models.JSONField(
        default=dict, blank=True, help_text="Policy checks that were waived at submit, with their reasons."
    )
    frozen = models.ForeignKey(FrozenContent, null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts")
    # An embargo, not a status: an edit or a withdrawal during it must work as at any other time.
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="Embargo: published then, by whoever scheduled it."
    )
    scheduled_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField(null=True, blank=True, help_text="A time-bound verdict is rechecked past this date.")
    edit_number = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="verdicts_created")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["claim", "version"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "version"], name="verdict_version_unique"),
            # In the database, because two people can press Publish at once.
            models.UniqueConstraint(fields=["claim"], condition=Q(status__in=LIVE), name="verdict_one_live_per_claim"),
            models.UniqueConstraint(fields=["claim"], condition=Q(status__in=OPEN), name="verdict_one_open_per_claim"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="verdict_status_known"),
            models.CheckConstraint(
                condition=Q(correction_kind__in=["", *CORRECTION_KINDS]), name="verdict_correction_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-updated_at"], name="verdict_by_status"),
            models.Index(fields=["-updated_at", "-id"], name="verdict_last_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.headline or 'Verdict'} v{self.version}"

    @property
    def rating_label(self) -> str:
        """Return the label readers see: on a free-text scale the typed one.

        Needs `rating__scale`.
        """
        if self.rating is None:
            return ""
        return (self.rating.scale.is_free_text and self.rating_text.strip()) or self.rating.label


def _label_of_rating() -> Case:
    """Return `Verdict.rating_label` as an expression for queries."""
    is_typed = Q(rating__scale__is_free_text=True) & ~Q(rating_text="")
    return Case(When(is_typed, then="rating_text"), default="rating__label")


def newest_verdict(*, of: str = "pk", **shown: str) -> Subquery:
    """Return an annotation with a claim's newest verdict, superseded ones left out.

    A JSON object; it has status, rating_class and label; `shown` adds keys, each with the column it reads. `of` names the
    claim's column where the rows are no claims.
    """
    newest = Verdict.objects.filter(claim=OuterRef(of)).exclude(status=Status.SUPERSEDED).order_by("-version")
    columns = JSONObject(status="status", rating_class="rating__rating_class", label=_label_of_rating(), **shown)
    return Subquery(newest.values(shown=columns)[:1])


class TransitionRule(models.Model):
    """The legal transitions of a verdict, read by the trigger.

    A test holds the table equal to annotations/workflow.py.
    """

    trigger_written = True

    id = models.BigAutoField(primary_key=True)
    action = models.CharField(max_length=20)
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "from_status", "to_status"], name="transition_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.from_status} -> {self.to_status}"


class VerdictTransition(models.Model):
    """One transition of a verdict: who, when, why. Append-only."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="transitions")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="transitions")
    action = models.CharField(max_length=20)
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    actor = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    content_sha256 = models.CharField(max_length=64, blank=True, default="")
    is_override = models.BooleanField(
        default=False, help_text="An admin's override: visible for ever, never a second person."
    )
    is_single_approval = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=ACTIONS), name="verdict_transition_action_known"),
        ]

    def __str__(self) -> str:
        return f"{self.action}: {self.from_status} -> {self.to_status}"


class Approval(models.Model):
    """A person's approval of one action on exactly this content.

    `action` is `publish` for the verdict's approval, else the two-person action it is for. Unique per person; never by a
    contributor. Only rows whose digest equals the verdict's frozen content count, so an edit drops approvals without
    touching them. No human is behind two approvals of one attempt, as its person or as the creator of its token.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="approvals")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="approvals")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="approvals")
    token_creator = models.ForeignKey(
        PERSON,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who made the token it was given with; null where it was given in a session.",
    )
    action = models.CharField(max_length=20, default="publish")
    attempt = models.PositiveIntegerField(
        default=0, help_text="The verdict's transitions before this attempt at a withdrawal; 0 for a publication."
    )
    content_sha256 = models.CharField(max_length=64)
    frozen = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="approvals")
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["verdict", "action", "attempt", "frozen", "person"], name="approval_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(action__in=["publish", "retract", "restore", "legal_removal"]), name="approval_action_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.action} {self.content_sha256[:12]}"


class Contribution(models.Model):
    """A person's authorship of a claim's or a verdict's content. Written by triggers.

    `verdict` is null for content of the claim (statement, appearances, evidence). The SQL function
    `verdict_contributors(verdict_id)` decides who may not approve; service, API and trigger all ask it.
    """

    trigger_written = True

    id = models.BigAutoField(primary_key=True)
    # The unique constraint begins with it.
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="contributions", db_index=False)
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="contributions")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "verdict", "person", "kind", "object_id"],
                nulls_distinct=False,
                name="contribution_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["claim", "appearance", "evidence", "verdict"]), name="contribution_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"
