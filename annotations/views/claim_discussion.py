"""Discussion on the claim page: comments and suggestions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from annotations.errors import InvalidInput
from annotations.forms.claim import CommentForm, SuggestionForm
from annotations.models import Comment, Evidence, Verdict
from annotations.services.discussion import (
    accept_suggestion,
    add_comment,
    people_to_mention,
    resolve_comment,
    suggest_words,
)
from annotations.services.verdicts.edits import check_edit
from annotations.views.answers import Done, answered, change
from annotations.views.claim_page import SeeOther, claim_url
from annotations.views.landing import form_of_claim_page


@require_safe
@never_cache
@permission_required("comment.write")
def people(request: HttpRequest) -> HttpResponse:
    """Return colleagues to mention, as JSON for the list under the field."""
    found = people_to_mention(person=person_of(request), words=request.GET.get("q", ""))
    return JsonResponse({"results": [{"id": str(one.pk), "label": one.name} for one in found]})


@form_of_claim_page
@permission_required("comment.write")
def add(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Add a comment. `about` is a verdict's field, `E2` for evidence 2, or empty."""
    numbers = list(Evidence.objects.filter(claim_id=claim_id).order_by("number").values_list("number", flat=True))
    form = CommentForm(request.POST, numbers=numbers)

    def act(data: dict[str, Any]) -> None:
        evidence = _find_evidence(claim_id, data["about"][1:]) if data["about"].startswith("E") else None
        # Within this claim: a forged id must not tie a reply to another claim's thread.
        replied = Comment.objects.filter(claim_id=claim_id, pk=data["in_reply_to"]).first()
        add_comment(
            person=person_of(request),
            claim_id=claim_id,
            verdict=_open_verdict(claim_id),
            evidence=evidence,
            field="evidence" if evidence else data["about"],
            body=data["body"],
            is_blocking=data["is_blocking"],
            in_reply_to=replied,
            now=timezone.now(),
        )

    return change(
        request, claim_id, "discussion", act, form=form, key="comment", said=_("Comment added."), is_edit=False
    )


@form_of_claim_page
@permission_required("comment.write")
def suggest(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Suggest words for a field of the open verdict, or for the note of evidence."""
    form = SuggestionForm(request.POST)
    verdict = _open_verdict(claim_id)
    if verdict is None:
        raise Http404(_("There is no verdict that could take a suggestion."))

    def act(data: dict[str, Any]) -> None:
        suggest_words(
            person=person_of(request),
            verdict=verdict,
            field=data["field"],
            evidence=_find_evidence(claim_id, data["number"]) if data["number"] else None,
            suggested_to=data["suggested_to"].replace("\r\n", "\n"),
            body=data["body"],
            now=timezone.now(),
        )

    said = _("Your suggestion is with the author.")
    return change(request, claim_id, "discussion", act, form=form, key="suggestion", said=said, is_edit=False)


@form_of_claim_page
@permission_required("comment.write")
@answered
def resolve(request: HttpRequest, comment_id: UUID) -> Done:
    """Resolve a comment. `resolution` is `done`, or `rejected` for a suggestion."""
    comment = _find_comment(comment_id)
    resolution = request.POST.get("resolution", "done")
    resolve_comment(person=person_of(request), comment_id=comment.pk, now=timezone.now(), resolution=resolution)
    said = _("Rejected.") if resolution == "rejected" else _("Resolved.")
    return Done(message=said, claim_id=comment.claim_id, part="discussion")


@form_of_claim_page
@permission_required("verdict.write")
def accept(request: HttpRequest, comment_id: UUID) -> HttpResponse:
    """Apply a suggestion and reload the page: its editor holds other words now."""
    comment = _find_comment(comment_id)
    check_edit(person=person_of(request), claim_id=comment.claim_id, has_agreed="agreed" in request.POST)
    accept_suggestion(person=person_of(request), comment_id=comment.pk, now=timezone.now())
    messages.success(request, _("Accepted: the suggested words are in place."))
    return SeeOther(claim_url(comment.claim_id, "discussion"))


def _open_verdict(claim_id: UUID) -> Verdict | None:
    return Verdict.objects.open().filter(claim_id=claim_id).first()


def _find_evidence(claim_id: UUID, number: Any) -> Evidence:
    found = Evidence.objects.standing().filter(claim_id=claim_id, number=number).first()
    if found is None:
        raise InvalidInput(_("This evidence has been unlinked. Your words are still in the form."))
    return found


def _find_comment(comment_id: UUID) -> Comment:
    found = Comment.objects.filter(pk=comment_id).first()
    if found is None:
        raise Http404(_("This comment does not exist."))
    return found
