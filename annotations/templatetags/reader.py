"""Addresses that the reader's templates link to."""

from django import template
from django.urls import reverse

from annotations.models import Claim

register = template.Library()


@register.filter
def claim_url(claim: Claim) -> str:
    """Return the address of the claim's own page."""
    return reverse("annotations:claim", args=[claim.pk])
