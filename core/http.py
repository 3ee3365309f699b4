"""The lowest layer of the web side: request ids, caching, sizes of forms. Imports nothing of the project."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

# It is written into every log line and event, so it must hold neither line ends nor markup.
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_LARGE_BODY = "takes_large_body"
request_id: ContextVar[str] = ContextVar("request_id", default="")
actor: ContextVar[str | None] = ContextVar("actor", default=None)
"""The id of the person who writes, "" for the system, None outside of `accounts.audit.acting`."""


class RequestIdMiddleware:
    """Give every request an id: the caller's `X-Request-ID` where it is well-formed, else a new one.

    The id stands in the answer's header, in every log line and in the audit trail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        value = given if _ACCEPTED_ID.match(given) else uuid4().hex
        token = request_id.set(value)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = value
        return response


class NoStoreMiddleware:
    """Forbid all caches to store desk pages: the next person at the machine must not read them.

    Responses with their own Cache-Control and public paths (`PUBLIC_PATHS`) are left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(settings.PUBLIC_PATHS):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def large_body[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Let a view take bodies up to DATA_UPLOAD_MAX_MEMORY_SIZE, and files beside it."""
    setattr(view, _LARGE_BODY, True)
    return view


class FormSizeMiddleware:
    """Refuse forms of more than FORM_MAX_BYTES with 413 before reading them, except views marked `large_body`.

    Runs before the CSRF check, which reads the whole form. The API has its own bounds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_bounded = request.path.startswith("/api/") or getattr(view, _LARGE_BODY, False)
        if not is_bounded and length.isdecimal() and int(length) > settings.FORM_MAX_BYTES:
            raise RequestDataTooBig("The form is larger than FORM_MAX_BYTES.")


class RequestIdLogFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True
