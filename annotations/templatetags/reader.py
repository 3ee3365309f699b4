"""Addresses that the reader's templates link to, and the attributes of a card."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from annotations.models import Claim
from annotations.reader.cards import Card
from annotations.reader.drawing import draw_attributes

register = template.Library()


@register.filter
def claim_url(claim: Claim) -> str:
    """Return the address of the claim's own page."""
    return reverse("annotations:claim", args=[claim.pk])


@register.filter
def card_attributes(card: Card) -> SafeString:
    return draw_attributes(card)
