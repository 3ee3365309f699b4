"""Compare the two texts of a lost race, word by word."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required
from annotations.errors import InvalidInput
from core.diff.words import word_diff

# As many as the largest form has fields; the longest text is a rationale.
MOST_PAIRS = 40
MOST_CHARACTERS = 60_000  # a rationale, the longest text that two people can write at once


@require_POST
@permission_required("desk.read")
def compare(request: HttpRequest) -> HttpResponse:
    """Return both texts of each pair as HTML with the differing words marked. Saves nothing."""
    mine, theirs = request.POST.getlist("mine"), request.POST.getlist("theirs")
    if len(mine) != len(theirs) or len(mine) > MOST_PAIRS:
        raise InvalidInput(_("Send up to {most_pairs} pairs of texts.").format(most_pairs=MOST_PAIRS))
    if any(len(text) > MOST_CHARACTERS for text in (*mine, *theirs)):
        raise InvalidInput(_("A text is too long to be compared."))
    return JsonResponse({"pairs": [_mark_differences(*pair) for pair in zip(mine, theirs, strict=True)]})


def _mark_differences(mine: str, theirs: str) -> dict[str, str]:
    ops = word_diff(mine.replace("\r\n", "\n"), theirs.replace("\r\n", "\n"))
    sides = {"mine": "delete", "theirs": "insert"}
    return {
        name: render_to_string("components/compare/compare_side.html", {"ops": ops, "side": side})
        for name, side in sides.items()
    }
