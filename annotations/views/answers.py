"""Answer a change: JSON for a script, a fragment for htmx, else a redirect.

A refusal is raised; `core.pages.problems.DomainErrorMiddleware` answers it in the same three ways.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import person_of
from accounts.forms import add_refusal
from annotations.errors import DomainError, InvalidInput, NotFound, NotPermitted
from annotations.forms.claim import QuoteForm
from annotations.services.acts.record import last_act_on
from annotations.services.verdicts.edits import check_edit
from annotations.views.claim_page import Bound, SeeOther, claim_url, find_claim, show_page, show_part
from core.pages.problems import wants_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A change that was made.

    `undo` is the request that takes it back: {"url"} and optionally {"form"}. htmx gets the `part` of the claim's page;
    a form without script goes on at `next_url`, else in the article, else at that part.
    """

    message: str
    claim_id: UUID | None = None
    part: str = "head"
    article_id: UUID | None = None
    next_url: str = ""
    undo: dict[str, Any] | None = None
    status: int = 200
    data: dict[str, Any] = field(default_factory=dict)
    etag: str = ""

    def document(self) -> dict[str, Any]:
        undo = {"undo": self.undo} if self.undo else {}
        return {"message": self.message, **undo, **self.data}


def answered[**P](
    view: Callable[Concatenate[HttpRequest, P], Done],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Turn the `Done` of a view into a response that the request can read."""

    @wraps(view)
    def answering_view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _respond(request, view(request, *args, **kwargs))

    # A ParamSpec does not survive functools.wraps.
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", answering_view)


def _respond(request: HttpRequest, done: Done) -> HttpResponse:
    if wants_json(request):
        response = JsonResponse(done.document(), status=done.status)
        if done.etag:
            response["ETag"] = done.etag
        return response
    # After JSON: the reader's script sends its own Accept header and never htmx's.
    if request.headers.get("HX-Request"):
        return _answer_htmx(request, done)
    messages.success(request, done.message)
    return SeeOther(_next_page(request, done))


def _answer_htmx(request: HttpRequest, done: Done) -> HttpResponse:
    event: dict[str, Any] = {"toast": {"text": done.message, "level": "success"}}
    if done.claim_id is None:
        response = HttpResponse(status=204)
    else:
        response = show_part(request, find_claim(done.claim_id), done.part)
        if done.undo:
            event = {"claim:undo": {"text": done.message, "part": done.part, **done.undo}}
        event["claim:changed"] = {}
    response["HX-Trigger"] = json.dumps(event)
    return response


def _next_page(request: HttpRequest, done: Done) -> str:
    # A form that names its article was sent from the reader, so the person goes on reading there.
    article_id = record_id(request, "article") if request.POST.get("article") else done.article_id
    if article_id and not done.next_url:
        return reverse("annotations:reader", args=[article_id])
    return done.next_url or (claim_url(done.claim_id, done.part) if done.claim_id else "/")


def change(
    request: HttpRequest,
    claim_id: UUID,
    part: str,
    act: Callable[[Any], Any],
    *,
    form: forms.Form | None = None,
    key: str = "",
    said: str = "",
    undo: Callable[[Any], dict[str, Any] | None] | None = None,
    is_edit: bool = True,
) -> HttpResponse:
    """Carry out one change of a claim and answer it. A refusal keeps the typed words.

    `act` gets the form's cleaned data; `undo` gets the result of `act` and returns the request that takes it back. With
    `is_edit` the change is refused unless its effect on a verdict was shown to the person (`agreed`).
    """
    bound = {key: form} if form is not None else {}
    if form is not None and not form.is_valid():
        return _refuse_form(request, claim_id, part, bound, form)
    try:
        if is_edit:
            check_edit(person=person_of(request), claim_id=claim_id, has_agreed="agreed" in request.POST)
        result = act(form.cleaned_data if form is not None else {})
    # The form cannot mend these, so it is not drawn again with them.
    except (NotPermitted, NotFound):
        raise
    except DomainError as refusal:
        if form is None or wants_json(request):
            raise
        add_refusal(form, refusal)
        if isinstance(form, QuoteForm):
            form.candidates = refusal.extra.get("candidates", [])
        return _show_refused(request, claim_id, part, bound, refusal.status)
    return _respond(request, Done(message=said, claim_id=claim_id, part=part, undo=undo(result) if undo else None))


def _refuse_form(request: HttpRequest, claim_id: UUID, part: str, bound: Bound, form: forms.Form) -> HttpResponse:
    if wants_json(request):
        problems = [
            {"pointer": f"/{name}", "code": "invalid", "detail": str(text)}
            for name, texts in form.errors.items()
            for text in texts
        ]
        raise InvalidInput(" ".join(problem["detail"] for problem in problems), errors=problems)
    return _show_refused(request, claim_id, part, bound, 422)


def _show_refused(request: HttpRequest, claim_id: UUID, part: str, bound: Bound, status: int) -> HttpResponse:
    claim = find_claim(claim_id)
    if request.headers.get("HX-Request"):
        return show_part(request, claim, part, bound=bound, status=status)
    return show_page(request, claim, bound=bound, status=status)


def undo_of(request: HttpRequest, object_id: UUID) -> dict[str, Any] | None:
    """Return the request that takes the person's last act on a record back; None where it is not kept."""
    act_id = last_act_on(object_id, person=person_of(request))
    return {"url": reverse("annotations:undo_act", args=[act_id])} if act_id else None


def typed_words(request: HttpRequest) -> dict[str, str]:
    """Return a form's fields with line ends as we store them: a browser sends CRLF."""
    return {name: str(value).replace("\r\n", "\n") for name, value in request.POST.items()}


def whole_number(request: HttpRequest, name: str) -> int | None:
    """Return a form field as a number, None where it is empty. Raises InvalidInput."""
    value = request.POST.get(name, "").strip()
    if not value:
        return None
    # Nine digits: an integer column holds them.
    if not value.isdecimal() or len(value) > 9:
        raise InvalidInput(_("“{name}” has to be a whole number. Nothing was saved.").format(name=name))
    return int(value)


def record_id(request: HttpRequest, name: str) -> UUID:
    """Return a form field as a record's id. Raises InvalidInput."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise InvalidInput(_("Say which {name} is meant. Nothing was saved.").format(name=name)) from None
