"""The newsroom's record (`Desk`) and its rating scales."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class RatingClass(models.TextChoices):
    """The meaning of a rating whatever its label, for statistics and policy checks."""

    TRUE = "true", _("True")
    MOSTLY_TRUE = "mostly_true", _("Mostly true")
    MIXED = "mixed", _("Mixed")
    MOSTLY_FALSE = "mostly_false", _("Mostly false")
    FALSE = "false", _("False")
    MISSING_CONTEXT = "missing_context", _("Missing context")
    ALTERED = "altered", _("Altered")
    SATIRE = "satire", _("Satire")
    UNPROVEN = "unproven", _("Unproven")
    OUTDATED = "outdated", _("Outdated")


class RatingScale(models.Model):
    """A versioned scale, frozen at first use.

    A new version never rewrites old verdicts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    is_free_text = models.BooleanField(
        default=False, help_text="Authors type the label; the rating gives its class and has no number."
    )
    is_active = models.BooleanField(default=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "-version", "pk"]
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="rating_scale_version")]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class Rating(models.Model):
    """One step of a scale. `value` is null where a number would mislead.

    That is so for unproven, satire and missing context.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scale = models.ForeignKey(RatingScale, on_delete=models.PROTECT, related_name="ratings")
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=120)
    definition = models.TextField(blank=True, default="")
    value = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    rating_class = models.CharField(max_length=20, choices=RatingClass.choices)
    colour = models.CharField(max_length=7, default="#5b5b5b")
    icon = models.CharField(max_length=30, default="dot")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["scale", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "label"], name="rating_label_unique"),
            models.UniqueConstraint(fields=["scale", "position"], name="rating_position_unique"),
            models.CheckConstraint(condition=Q(rating_class__in=RatingClass.values), name="rating_class_known"),
        ]

    def __str__(self) -> str:
        return self.label


class Desk(models.Model):
    """The newsroom's record (schema.org `ClaimReview.author`). Exactly one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200, default="Fact-checking desk")
    url = models.URLField(max_length=500, blank=True, default="")
    logo_url = models.URLField(max_length=500, blank=True, default="")
    corrections_url = models.URLField(max_length=500, blank=True, default="")
    methodology_url = models.URLField(max_length=500, blank=True, default="")
    methodology_text = models.TextField(blank=True, default="", help_text="Restricted Markdown, as the three below.")
    corrections_text = models.TextField(blank=True, default="")
    funding_text = models.TextField(blank=True, default="")
    people_text = models.TextField(blank=True, default="")
    contact_email = models.EmailField(blank=True, default="")
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=35, default="en")
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    policy = models.JSONField(default=dict, blank=True, help_text="What an admin chose; else each check's own level.")
    default_scale = models.ForeignKey(RatingScale, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    has_public_pages = models.BooleanField(default=True)
    receipt_alarm_hours = models.PositiveIntegerField(default=24)
    edit_number = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="desk_is_one")]

    def __str__(self) -> str:
        return self.name
