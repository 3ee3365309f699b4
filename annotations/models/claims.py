"""Claimants, claims, appearances and evidence."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy

from annotations.models.passages import Passage
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL
TRIGRAM = 3
# Removed rows are kept: the trail and frozen contents refer to them.
STANDING_WITH_CLAIM = Q(removed_at=None, claim__removed_at=None, claim__merged_into=None)


class _ClaimantQuerySet(models.QuerySet["Claimant"]):
    def matching(self, text: str) -> "_ClaimantQuerySet":
        """Filter by a part of the name; an empty text keeps all."""
        return self.filter(name__icontains=text) if text else self


class Claimant(models.Model):
    """A person or organisation that makes claims (schema.org `Claim.author`)."""

    class Kind(models.TextChoices):
        PERSON = "person", gettext_lazy("Person")
        ORGANIZATION = "organization", gettext_lazy("Organisation")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    role = models.CharField(max_length=200, blank=True, default="", help_text="Such as: President of Russia")
    same_as = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = _ClaimantQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            # Two people may share a name, so the role tells them apart.
            models.UniqueConstraint(Lower("name"), "role", name="claimant_name_and_role"),
            models.CheckConstraint(condition=Q(kind__in=["person", "organization"]), name="claimant_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class _ClaimQuerySet(models.QuerySet["Claim"]):
    def standing(self) -> "_ClaimQuerySet":
        """Leave out removed and merged claims."""
        return self.filter(removed_at=None, merged_into=None)

    def with_quote(self) -> "_ClaimQuerySet":
        """Annotate `quote`: the words by which a claim without a statement is known."""
        said = Appearance.objects.standing().filter(claim=OuterRef("pk")).order_by("created_at", "pk")
        return self.annotate(quote=Case(When(statement="", then=Subquery(said.values("passage__exact")[:1]))))


@models.TextField.register_lookup
class HasTrigramsOf(models.Lookup):
    """`statement__has_trigrams_of=words`: what `icontains` finds, and some more, by an index (`sql/statements.sql`)."""

    lookup_name = "has_trigrams_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        words, params = self.process_rhs(compiler, connection)
        return f"trigrams_of({column}) @> trigrams_of({words})", (*column_params, *params)


def says(words: str) -> Q:
    """Return the condition that a claim's statement has these words as a part."""
    has_part = Q(statement__icontains=words)
    # One or two characters have no trigram, and an index of all claims is slower than the claims.
    return has_part if len(words) < TRIGRAM else has_part & Q(statement__has_trigrams_of=words)


class Claim(models.Model):
    """One checkable statement; its appearances are the places where it stands.

    `edit_number` grows with every change of the claim or of anything under it: it is the API's ETag. A removed or merged
    claim keeps its row (`removed_at`, `merged_into`).
    """

    class State(models.TextChoices):
        MARKED = "marked", gettext_lazy("To check")
        SELECTED = "selected", gettext_lazy("Checking")
        PARKED = "parked", gettext_lazy("Parked")
        CHECKED = "checked", gettext_lazy("Checked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.TextField(blank=True, default="")
    statement_key = models.CharField(
        max_length=64, blank=True, default="", editable=False, help_text="The statement's words as a digest."
    )
    claimant = models.ForeignKey(Claimant, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=10, choices=State.choices, default=State.MARKED)
    parked_reason = models.TextField(blank=True, default="")
    selection_reason = models.TextField(blank=True, default="")
    topics = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    assigned_to = models.ForeignKey(
        PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="assigned_claims"
    )
    reviewer = models.ForeignKey(
        PERSON,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims_to_review",
        help_text="Who was asked to review it. Others may still do so.",
    )
    priority = models.PositiveSmallIntegerField(
        choices=[(1, "High"), (2, "Normal"), (3, "Low")], default=2, help_text="1 high, 2 normal, 3 low"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    # A counter, not a time: two edits in one microsecond, or on two clocks, would share a time.
    edit_number = models.PositiveIntegerField(default=1)
    # The row stays, so that links to the old claim and its history lead on.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from")
    removed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="claims_created")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = _ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["marked", "selected", "parked", "checked"]), name="claim_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="parked") | ~Q(parked_reason=""), name="claim_parked_with_a_reason"
            ),
            models.CheckConstraint(condition=Q(priority__in=[1, 2, 3]), name="claim_priority_known"),
        ]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="claim_by_state"),
            models.Index(fields=["-created_at", "-id"], name="claim_newest_first"),
            models.Index(fields=["statement_key", "claimant"], name="claim_same_statement"),
        ]

    def __str__(self) -> str:
        return self.statement[:80] or f"Claim {self.pk}"


class _AppearanceQuerySet(models.QuerySet["Appearance"]):
    def standing(self) -> "_AppearanceQuerySet":
        """Leave out removed appearances; the claim itself may be removed."""
        return self.filter(removed_at=None)

    def of_standing_claims(self) -> "_AppearanceQuerySet":
        """Leave out removed appearances and those of removed or merged claims."""
        return self.filter(STANDING_WITH_CLAIM)


class Appearance(models.Model):
    """A passage in which the claim stands (schema.org `Claim.appearance`)."""

    class Mode(models.TextChoices):
        DIRECT = "direct", gettext_lazy("Direct speech")
        REPORTED = "reported", gettext_lazy("Reported speech")
        OWN_VOICE = "own_voice", gettext_lazy("The article's own voice")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appearances")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="appearances")
    mode = models.CharField(max_length=10, choices=Mode.choices, blank=True, default="")
    said_at = models.DateTimeField(null=True, blank=True)
    # Kept apart from `said_at`: midnight is also a time at which something can be said.
    has_said_time = models.BooleanField(default=False, help_text="Off: only the day of `said_at` is known.")
    said_where = models.CharField(max_length=300, blank=True, default="")
    relayed_via = models.CharField(max_length=300, blank=True, default="")
    removed_at = models.DateTimeField(null=True, blank=True)
    # Without an index: people are never deleted, and nothing looks for appearances by person.
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = _AppearanceQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            # Removed rows do not count: the same words can be marked again after an undo.
            models.UniqueConstraint(
                fields=["claim", "passage"], condition=Q(removed_at=None), name="appearance_once_per_claim"
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["", "direct", "reported", "own_voice"]), name="appearance_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} at {self.passage_id}"


class _EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> "_EvidenceQuerySet":
        """Leave out unlinked evidence; the claim itself may be removed."""
        return self.filter(removed_at=None)

    def of_standing_claims(self) -> "_EvidenceQuerySet":
        """Leave out unlinked evidence and that of removed or merged claims."""
        return self.filter(STANDING_WITH_CLAIM)


class Evidence(models.Model):
    """A passage or an outside source that supports, refutes or frames a claim.

    `number` is the n of `[En]` in the rationale, given once per claim and never reused. `verified` names who found the
    quote: the server in stored text or a fetched copy, or a person who names an archived copy.
    """

    class Stance(models.TextChoices):
        SUPPORTS = "supports", gettext_lazy("Supports")
        REFUTES = "refutes", gettext_lazy("Refutes")
        CONTEXT = "context", gettext_lazy("Context")

    class Verified(models.TextChoices):
        NO = "", gettext_lazy("Not verified")
        STORED_TEXT = "stored_text", gettext_lazy("Found in the stored text")
        FETCHED_COPY = "fetched_copy", gettext_lazy("Found in a fetched copy")
        PERSON = "person", gettext_lazy("Checked by a person")

    SOURCE_CLASSES = (
        "official_record",
        "court_or_law",
        "statistics",
        "research",
        "news_report",
        "wire",
        "expert",
        "witness",
        "statement",
        "social_media",
        "image_or_video",
        "fact_check",
        "reference",
        "other",
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    # Never reused: published rationales refer to evidence by it.
    number = models.PositiveIntegerField()
    stance = models.CharField(max_length=10, choices=Stance.choices)
    source_class = models.CharField(max_length=20, blank=True, default="")
    note = models.TextField(blank=True, default="")
    cited_as = models.CharField(
        max_length=300,
        blank=True,
        default="",
        help_text="Source and title as readers see them, where the article names none or it is an outside source.",
    )
    passage = models.ForeignKey(Passage, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    url = models.URLField(max_length=2000, blank=True, default="")
    quote = models.TextField(blank=True, default="")
    archived_url = models.URLField(max_length=2000, blank=True, default="")
    accessed_at = models.DateTimeField(null=True, blank=True)
    verified = models.CharField(max_length=12, choices=Verified.choices, blank=True, default="")
    verified_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    link_checked_at = models.DateTimeField(null=True, blank=True)
    link_status = models.CharField(max_length=40, blank=True, default="")
    removed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = _EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="evidence_number_unique"),
            models.UniqueConstraint(
                fields=["claim", "passage"],
                condition=Q(removed_at=None, passage__isnull=False),
                name="evidence_passage_once_per_claim",
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["supports", "refutes", "context"]), name="evidence_stance_known"
            ),
            models.CheckConstraint(
                condition=Q(passage__isnull=False, url="") | (Q(passage=None) & ~Q(url="")),
                name="evidence_passage_or_outside_source",
            ),
            models.CheckConstraint(
                condition=Q(verified__in=["", "stored_text", "fetched_copy", "person"]), name="evidence_verified_known"
            ),
        ]

    def __str__(self) -> str:
        return f"E{self.number} {self.stance}"


class ClaimantContact(models.Model):
    """The request for comment to the claimant, and its answer. One row per claim.

    Published with the check.
    """

    claim = models.OneToOneField(Claim, primary_key=True, on_delete=models.PROTECT, related_name="contact")
    asked_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=120, blank=True, default="")
    response = models.TextField(blank=True, default="")
    responded_at = models.DateTimeField(null=True, blank=True)
    waived_reason = models.TextField(blank=True, default="")
    updated_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.pk)


class ConflictOfInterest(models.Model):
    """A person's declaration about a claimant: once per person and claimant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="conflicts")
    claimant = models.ForeignKey(Claimant, on_delete=models.PROTECT, related_name="conflicts")
    has_conflict = models.BooleanField()
    statement = models.TextField(blank=True, default="")
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "claimant"], name="conflict_once_per_claimant")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.claimant_id}"
