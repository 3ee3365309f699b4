"""How the reader's small requests are answered: JSON for its script, a redirect with a message for a plain form."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from core.errors import DomainError, InvalidInput
from core.http import request_id


@dataclass(frozen=True, slots=True)
class Done:
    """A change that was made: what to say, the request that undoes it ({"url", "form"}), and the article to go on with."""

    message: str
    undo: dict[str, Any] | None = None
    status: int = 200
    article_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    etag: str = ""

    def document(self) -> dict[str, Any]:
        undo = {"undo": self.undo} if self.undo else {}
        return {"message": self.message, **undo, **self.data}


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def problem(error: DomainError) -> HttpResponse:
    """RFC 9457, as the API gives it."""
    body = {
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "errors": error.errors,
        **error.extra,
        "request_id": request_id.get(),
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=error.status, content_type="application/problem+json"
    )


def answered[**P](
    view: Callable[Concatenate[HttpRequest, P], Done],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Turn what a view did, or the refusal it raised, into what the request can read."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not wants_json(request):
            return _page_answer(request, view(request, *args, **kwargs))
        try:
            done = view(request, *args, **kwargs)
        except DomainError as error:
            return problem(error)
        response = JsonResponse(done.document(), status=done.status)
        if done.etag:
            response["ETag"] = done.etag
        return response

    shown: Any = answer
    return shown  # type: ignore[no-any-return]  # a ParamSpec does not survive functools.wraps


def _page_answer(request: HttpRequest, done: Done) -> HttpResponse:
    messages.success(request, done.message)
    where = reverse("annotations:reader", args=[done.article_id]) if done.article_id else "/"
    response = HttpResponseRedirect(where)
    response.status_code = 303
    return response


def whole_number(request: HttpRequest, name: str) -> int | None:
    """A field of the form as a number; None where it is empty. Raises InvalidInput."""
    value = request.POST.get(name, "").strip()
    if not value:
        return None
    if not value.isdecimal() or len(value) > 9:
        raise InvalidInput(f"“{name}” has to be a whole number. Nothing was saved.")
    return int(value)


def page_article(request: HttpRequest) -> UUID | None:
    """The article on whose page a form without script was sent."""
    return record_id(request, "article") if request.POST.get("article") else None


def record_id(request: HttpRequest, name: str) -> UUID:
    """A field of the form as a record's id. Raises InvalidInput."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise InvalidInput(f"Say which {name} is meant. Nothing was saved.") from None
