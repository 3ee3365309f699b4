"""Webhook endpoints, deliveries to them, and the receipts that a CMS sends back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from publishing.models.fact_checks import Change, FactCheck

PERSON = settings.AUTH_USER_MODEL


class WebhookEndpoint(models.Model):
    """An address of a CMS that gets messages of changes (Standard Webhooks)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    events = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Empty: all.")
    secret = models.TextField(help_text="Encrypted; shown once.")
    # Signs beside the new one until `previous_secret_until`, so that a CMS can change over without losing a message.
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


class EndpointHealth(models.Model):
    """The circuit breaker of an endpoint: failures in a row, and until when nothing is sent there.

    Apart from the endpoint: that one is a setting, and the audit trail takes every change of it.
    """

    endpoint = models.OneToOneField(WebhookEndpoint, on_delete=models.CASCADE, primary_key=True, related_name="health")
    failures = models.PositiveIntegerField(default=0, help_text="Failed attempts since the last one that was taken.")
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True, default="")
    is_warned = models.BooleanField(default=False, help_text="People were told of this outage by mail.")

    class Meta:
        verbose_name_plural = "endpoint health"

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.failures} failures"

    def recover(self) -> None:
        if self.failures:
            self.failures, self.failing_since, self.paused_until = 0, None, None
            self.last_problem, self.is_warned = "", False
            self.save()

    def fail(self, problem: str, *, now: datetime, pause: timedelta | None) -> None:
        self.failures += 1
        self.failing_since = self.failing_since or now
        self.paused_until = now + pause if pause else None
        self.last_problem = problem[:300]
        self.save()

    def warn(self) -> bool:
        """Note that people are told now. Returns False when they know already."""
        was_warned, self.is_warned = self.is_warned, True
        self.save(update_fields=["is_warned"])
        return not was_warned


class Delivery(models.Model):
    """One event to be sent to one endpoint. `id` is the webhook-id: the same on every retry."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Gave up")
        CANCELLED = "cancelled", _("Cancelled")

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
                # Replays of a delivery and tests of an endpoint may be any number.
                fields=["endpoint", "change"],
                condition=Q(replay_of=None, change__isnull=False),
                name="delivery_once",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="pending"), name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint_id}: {self.state}"


class DeliveryAttempt(models.Model):
    """One attempt at a delivery: request, answer, duration in milliseconds."""

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
        return f"{self.delivery_id} {self.problem}"

    @property
    def problem(self) -> str:
        return f"status {self.status}" if self.status else self.error


class Receipt(models.Model):
    """A CMS's report of the version of a check that one of its pages shows."""

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
