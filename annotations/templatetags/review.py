"""Filters of the review screens."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(mapping: Mapping[str, Any], key: str) -> Any:
    """The value at a key that is itself a variable; None where there is none."""
    return mapping.get(key) if mapping else None
