"""Addresses that the reader's templates link to, and the tags that a card begins with."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from annotations.models import Claim
from annotations.reader.cards import Card
from annotations.reader.drawing import draw_opening

register = template.Library()


@register.filter
def claim_url(claim: Claim) -> str:
    """Return the address of the claim's own page."""
    return reverse("annotations:claim", args=[claim.pk])


@register.filter
def opening_tag(card: Card) -> SafeString:
    return draw_opening(card)
