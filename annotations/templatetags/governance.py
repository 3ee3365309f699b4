"""Tags of the review: `{% conflict_question claimant %}` asks once per claimant.

Afterwards it shows the declaration.
"""

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_noop

from annotations.models import Claimant
from annotations.services.verdicts.policy_checks import policy_label
from annotations.services.verdicts.transitions import conflict_of, conflicts_of_authors
from annotations.transition_words import TRANSITION_WORDS

register = template.Library()
register.filter("policy_label", policy_label)
_QUIET = {"create": gettext_noop("Draft started"), "approve": gettext_noop("Approved")}


@register.filter
def transition_title(action: str) -> str:
    """Return the title of a transition in the history."""
    return gettext(_QUIET.get(action) or TRANSITION_WORDS[action][1])


register.filter("conflicts_of_authors", conflicts_of_authors)


@register.inclusion_tag("review/conflict.html", takes_context=True)
def conflict_question(
    context: Any, claimant: Claimant | None, back: str = "", form: str = "", part: str = ""
) -> dict[str, Any]:
    """Ask once per claimant. With the id of a form, "no" is a tick that is sent with it.

    `part`: "ask" is empty once the person said that there is none, "told" before that. A page that shows both hands over
    what was `declared`, so that it is asked for once.
    """
    request = context["request"]
    is_known = "declared" in context
    declared = context["declared"] if is_known else conflict_of(request.user, claimant.pk if claimant else None)
    has_none = declared is not None and not declared.has_conflict
    return {
        "claimant": claimant,
        "is_shown": claimant is not None and part != ("ask" if has_none else "told"),
        "declared": declared,
        "form": form,
        "typed": context.get("typed"),
        "next": back or request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
