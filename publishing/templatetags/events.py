"""Words for the events that programs hear of."""

from django import template
from django.utils.translation import gettext

from publishing.events import EVENT_WORDS

register = template.Library()


@register.filter
def event_words(event: str) -> str:
    """Return the words; the name itself of an event of another release."""
    return gettext(EVENT_WORDS.get(event, event))
