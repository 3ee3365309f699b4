"""Answer a proposed appearance: a sentence that repeats a claim."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from annotations.services.changes.repeats import accept_repeat, dismiss_repeat
from annotations.views.answers import Done, answered, undo_of


@require_POST
@permission_required("claim.write")
@answered
def accept(request: HttpRequest, repeat_id: UUID) -> Done:
    """Add the sentence to its claim's appearances."""
    appearance = accept_repeat(person=person_of(request), repeat_id=repeat_id, now=timezone.now())
    return Done(
        message=_("Added: also said here."),
        next_url=_next(request),
        undo=undo_of(request, appearance.pk),
    )


@require_POST
@permission_required("claim.write")
@answered
def dismiss(request: HttpRequest, repeat_id: UUID) -> Done:
    dismiss_repeat(person=person_of(request), repeat_id=repeat_id, now=timezone.now())
    return Done(message=_("Dismissed. These words are not proposed for this claim again."), next_url=_next(request))


def _next(request: HttpRequest) -> str:
    """Return the page to go to after a form without script: none from the reader, whose form names its article."""
    return "" if request.POST.get("article") else reverse("board:my_work")
