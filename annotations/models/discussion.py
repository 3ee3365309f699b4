"""Comments, review locks, pinned claims, and the content each reviewer saw last."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotations.models.claims import Claim, Evidence
from annotations.models.verdicts import FrozenContent, Verdict
from core.ids import uuid7

PERSON = settings.AUTH_USER_MODEL


class Comment(models.Model):
    """A remark on a claim, a verdict's field or a piece of evidence.

    A *suggestion* is a comment that carries proposed words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="comments")
    verdict = models.ForeignKey(Verdict, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    evidence = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    in_reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    field = models.CharField(max_length=30, blank=True, default="")
    body = models.TextField()
    is_blocking = models.BooleanField(default=False, help_text="The verdict cannot be submitted until it is resolved.")
    # The words the suggestion was made for: accepting it after they changed is refused.
    suggested_from = models.TextField(blank=True, default="")
    suggested_to = models.TextField(null=True, blank=True)
    # Stored at the time of writing: a later rename of a person must not change whom a comment called.
    mentioned = ArrayField(models.UUIDField(), default=list, blank=True, help_text="The people it calls by @name.")
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="comments")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    resolved_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=10, blank=True, default="", help_text="done, accepted or rejected")

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(body="") | Q(suggested_to__isnull=False), name="comment_says_something"
            ),
        ]
        # Without the pending list, which every lookup would read through.
        indexes = [GinIndex(fields=["mentioned"], name="comment_mentioned", fastupdate=False)]

    def __str__(self) -> str:
        return self.body[:80]


class LastLook(models.Model):
    """The frozen content a person saw last, for "changed since your last look"."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="looks")
    frozen = models.ForeignKey(FrozenContent, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "verdict"], name="last_look_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.verdict_id}"


class PinnedClaim(models.Model):
    """The claim that keys `a` and `e` refer to in any article, one per person."""

    person = models.OneToOneField(PERSON, primary_key=True, on_delete=models.CASCADE, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="+")
    pinned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.claim_id}"


class ReviewLock(models.Model):
    """A reviewer's lock on a verdict in the queue, until `expires_at`."""

    verdict = models.OneToOneField(Verdict, primary_key=True, on_delete=models.CASCADE, related_name="review_lock")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="review_locks")
    taken_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.verdict_id}"
