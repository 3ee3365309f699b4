"""Filters and tags of the review screens.

`{% due claim.due_at %}` draws a traffic light with words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from annotations.due import light_of, words_of
from annotations.models import Appearance

register = template.Library()


@register.filter
def at(mapping: Mapping[str, Any], key: str) -> Any:
    """Return the value at a variable key, None where there is none."""
    return mapping.get(key) if mapping else None


@register.filter
def speech_label(mode: str) -> str:
    """Return the words for a frozen document's kind of speech."""
    return str(Appearance.Mode(mode).label)


@register.inclusion_tag("components/due.html")
def due(due_at: datetime | None) -> dict[str, Any]:
    if due_at is None:
        return {}
    now, at = timezone.localtime(), timezone.localtime(due_at)
    return {"due_at": at, "light": light_of(at, now), "words": words_of(at, now)}
