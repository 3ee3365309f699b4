"""`{% most "comment" %}` in a field: how many characters it takes, from the service that refuses more.

Never `maxlength`: at that a browser cuts a pasted text without a word. static/js/ui/fields/length.js counts.
"""

from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from annotations.forms.finder import MAX_QUESTION
from annotations.services.claims import MAX_REASON, MAX_STATEMENT
from annotations.services.discussion import MAX_COMMENT
from annotations.services.evidence import MAX_NOTE
from annotations.services.verdicts import policy_checks
from annotations.services.verdicts.edits import LIMITS
from annotations.services.verdicts.transitions import MAX_CONFLICT, MAX_STEP_REASON, MAX_WITHDRAWAL_REASON

register = template.Library()

_MOST: Final = LIMITS | {
    "comment": MAX_COMMENT,
    "conflict": MAX_CONFLICT,
    "note": MAX_NOTE,
    "parked": MAX_REASON,
    "question": MAX_QUESTION,
    "statement": MAX_STATEMENT,
    "step": MAX_STEP_REASON,
    "withdrawal": MAX_WITHDRAWAL_REASON,
    "waiver": policy_checks.MAX_REASON,
}


@register.simple_tag
def most(name: str) -> SafeString:
    """Return the attribute that bounds a field. Raises KeyError for a name that no service bounds."""
    return format_html('data-most="{}"', _MOST[name])
