"""The last acts of each person, for undo and redo."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotations.models.claims import Claim
from core.ids import uuid7


class _ActQuerySet(models.QuerySet["Act"]):
    def done(self) -> "_ActQuerySet":
        """Keep acts that can be undone, the last one first."""
        return self.filter(undone_at=None).order_by("-pk")

    def undone(self) -> "_ActQuerySet":
        """Keep acts that can be redone, the one undone last first."""
        return self.exclude(undone_at=None).order_by("-undone_at", "pk")


class Act(models.Model):
    """One change that its person can undo. A working memory of a few rows; the record is the audit trail.

    `before` and `after` hold the changed fields, or nothing where a row was added or removed.
    """

    class Kind(models.TextChoices):
        ADD = "add", _("Added")
        REMOVE = "remove", _("Removed")
        EDIT = "edit", _("Edited")
        MOVE = "move", _("Ends moved")
        ROLES = "roles", _("Paragraphs set")

    class Subject(models.TextChoices):
        CLAIM = "claim", _("Claim")
        APPEARANCE = "appearance", _("Appearance")
        EVIDENCE = "evidence", _("Evidence")
        ARTICLE = "article", _("Article")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.CharField(max_length=10, choices=Subject.choices)
    object_id = models.UUIDField()
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    words = models.CharField(max_length=120, help_text="What was done, as the person reads it.")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = _ActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["add", "remove", "edit", "move", "roles"]), name="act_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="act_of_person")]

    def __str__(self) -> str:
        return self.words
