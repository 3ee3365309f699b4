"""Render a refusal on the desk's pages. The API answers problem+json (api/problems.py)."""

import json
import logging
from collections.abc import Callable

from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from psycopg.errors import DeadlockDetected, LockNotAvailable

from core.errors import Busy, DomainError, InvalidInput
from core.http import request_id

logger = logging.getLogger(__name__)
_BUSY = gettext_noop(
    "Another person or job is changing the same thing and took too long. Nothing was changed. Try again in a moment."
)
_NOT_STORABLE = gettext_noop(
    "A value is too long or too large, or holds a character that no text may hold. Nothing was saved; your words are still in"
    " your form."
)
# For these the page's own script has words (static/js/ui/server/requests.js); a second notice would repeat them.
_HAS_WORDS = {403, 404, 429}


class DomainErrorMiddleware:
    """Answer a DomainError that a view did not handle: a problem document, a notice for htmx, or a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            # Postgres refuses NUL in a text, a number out of range: the form's fault, however it got past the form.
            logger.warning("the database refused a value", exc_info=exception)
            exception = InvalidInput(gettext(_NOT_STORABLE))
        elif isinstance(exception, OperationalError) and isinstance(
            exception.__cause__, LockNotAvailable | DeadlockDetected
        ):
            logger.warning("waited too long for a lock", exc_info=exception)
            exception = Busy(gettext(_BUSY))
        if not isinstance(exception, DomainError) or request.path.startswith("/api/"):
            return None
        if wants_json(request):
            return _problem_document(exception)
        if getattr(request, "htmx", False):
            return _notice(exception)
        return render(request, "problem.html", {"problem": exception}, status=exception.status)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _problem_document(problem: DomainError) -> HttpResponse:
    """Return the refusal in the shape that the API gives it (RFC 9457)."""
    body = {
        "title": gettext(problem.title),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.message,
        "errors": problem.errors,
        **problem.extra,
        "request_id": request_id.get(),
    }
    text = json.dumps(body, ensure_ascii=False, default=str)
    return HttpResponse(text, status=problem.status, content_type="application/problem+json")


def _notice(problem: DomainError) -> HttpResponse:
    response = HttpResponse(status=problem.status)
    response["HX-Reswap"] = "none"
    if problem.status not in _HAS_WORDS:
        response["HX-Trigger"] = json.dumps({"toast": {"text": problem.message, "level": "error"}})
    return response
