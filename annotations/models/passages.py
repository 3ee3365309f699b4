"""Passages of articles, and their placements in one revision each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, ArticleRevision
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class Passage(models.Model):
    """A stretch of an article: a W3C target with its TextQuoteSelector.

    Its identity survives revisions. `exact`, `prefix`, `suffix` are the words in `revision`, where it was first marked.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="passages")
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="passages")
    exact = models.TextField()
    prefix = models.CharField(max_length=200, blank=True, default="")
    suffix = models.CharField(max_length=200, blank=True, default="")
    is_withdrawn = models.BooleanField(default=False, help_text="The publisher took these words back.")
    # Without an index: people are never deleted, and nothing looks for passages by person.
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(exact=""), name="passage_exact_not_empty")]

    def __str__(self) -> str:
        return self.exact[:80]


class Placement(models.Model):
    """The place of a passage in one revision: half-open code points from zero.

    The W3C TextPositionSelector. An orphaned placement has no offsets; `suggestion` may hold {"start", "end", "exact",
    "score"} for a person to confirm. The database checks that the revision's text reads `exact` there.
    """

    class Status(models.TextChoices):
        PLACED = "placed", _("Placed")
        CHANGED = "changed", _("Words changed")
        MOVED = "moved", _("Moved")
        ORPHANED = "orphaned", _("Not found")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The unique constraint and `placement_in_revision` begin with these.
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="placements", db_index=False)
    revision = models.ForeignKey(ArticleRevision, on_delete=models.PROTECT, related_name="placements", db_index=False)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    exact = models.TextField(blank=True, default="")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLACED)
    suggestion = models.JSONField(null=True, blank=True)
    is_harmless = models.BooleanField(
        default=False, help_text="Changed, but no digit, negation, name or number is in it."
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["revision", "start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["passage", "revision"], name="placement_one_per_revision"),
            models.CheckConstraint(
                condition=Q(status__in=["placed", "changed", "moved", "orphaned"]), name="placement_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="orphaned", start=None, end=None, exact="")
                | (~Q(status="orphaned") & Q(start__gte=0, start__lt=F("end")) & ~Q(exact="")),
                name="placement_offsets",
            ),
        ]
        indexes = [
            models.Index(fields=["revision", "start"], name="placement_in_revision"),
            # Few wait for a person, and the article list counts them: it read all placements of the desk (2026-12-01).
            models.Index(
                fields=["revision"], name="placement_waiting", condition=Q(confirmed_at=None) & ~Q(status="placed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id} in {self.revision_id}: {self.status}"
