"""Every error of the API as a problem document (RFC 9457), from one handler.

`type` is `/problems/<code>`: the same on every desk, and a page that anybody may open there (RFC 9457 allows a reference
with a full path). `errors` lists at most fifty of {"pointer", "code", "detail"}; refusals add members of their own such as
`candidates` or `current_status`.
"""

import logging
import math
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext_noop
from psycopg.errors import DeadlockDetected, LockNotAvailable
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError
from core.http import request_id
from core.values import known

CONTENT_TYPE = "application/problem+json"
MOST_ERRORS: Final = 50
"""The most errors that an answer lists: a body with 2,000 unknown fields was answered with 6.8 MB."""
_UNKNOWN_CALLER: Final = (
    "Send a token with the request: “Authorization: Bearer <token>”."
    " People of the desk make one under Settings > Tokens."
)
logger = logging.getLogger(__name__)


class UnknownFilter(DomainError):
    status = 400
    code = "unknown-parameter"
    title = "A query parameter is not known"


class BadParameter(DomainError):
    status = 400
    code = "bad-parameter"
    title = "A query parameter is not valid"


class PreconditionRequired(DomainError):
    status = 428
    code = "precondition-required"
    title = "If-Match is missing"


class PreconditionFailed(DomainError):
    status = 412
    code = "stale"
    title = "It changed since you read it"


OWN_PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "malformed-json": (400, "The request cannot be read"),
    "parse-error": (400, "The request cannot be read"),
    "bad-request": (400, "The request cannot be read"),
    "not-authenticated": (401, "Who you are is not known"),
    "authentication-failed": (401, "Who you are is not known"),
    "invalid-token": (401, "Who you are is not known"),
    "not-permitted": (403, "You may not do this"),
    "permission-denied": (403, "You may not do this"),
    "no-role": (403, "You may not do this"),
    "scope-missing": (403, "You may not do this"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This method is not possible here"),
    "too-large": (413, "The request is too large"),
    "unsupported-media-type": (415, "That content type is not read here"),
    "invalid-fields": (422, "Some fields are not valid"),
    "throttled": (429, "Too many requests"),
    "internal-error": (500, "Something went wrong on our side"),
    "busy": (503, "Try again soon"),
    "unavailable": (503, "Try again soon"),
}
"""Code: (status, title) of every problem that no DomainError stands for."""


WHAT_TO_DO: Final[dict[int, str]] = {
    400: gettext_noop("Mend the address or the body: the same request is refused again."),
    401: gettext_noop("Send a token that works: “Authorization: Bearer <token>”."),
    403: gettext_noop("Use a token with the scope that “detail” names, of a person with the role for it."),
    404: gettext_noop("Check the id. If it was there before, drop your copy."),
    409: gettext_noop("Read the thing again: its state does not allow this now. Then decide anew."),
    410: gettext_noop(
        "It is gone for good: drop your copy. A reader of the feed starts again at the address in the answer."
    ),
    412: gettext_noop("Somebody changed it. Read it again, put your change on top, and send the new ETag as If-Match."),
    413: gettext_noop("Send less at once."),
    415: gettext_noop("Send a content type that the reference names for this operation."),
    422: gettext_noop("Mend the fields that “errors” points to: the same request is refused again."),
    428: gettext_noop("Read the thing first and send its ETag as If-Match."),
    429: gettext_noop("Wait as many seconds as Retry-After says, then send it again."),
    500: gettext_noop("Try again later with the same Idempotency-Key. If it stays, report the request_id."),
    502: gettext_noop("Another site answered badly. Try again later, or send the text itself."),
    503: gettext_noop("Wait as many seconds as Retry-After says, then send it again with the same Idempotency-Key."),
    504: gettext_noop("Another site did not answer in time. Try again later, or send the text itself."),
    507: gettext_noop("The desk's disk is full: tell the people who run it, then send it again."),
}
"""What a program or its engineer does about a refusal, by status."""


def known_problems() -> dict[str, tuple[int, str]]:
    """Return every problem `type` of the desk by its code, DomainErrors included."""
    found = dict(OWN_PROBLEMS)
    waiting = [DomainError]
    while waiting:
        kind = waiting.pop()
        # Several may share a code: the parent, met first, names it.
        found.setdefault(kind.code, (kind.status, kind.title))
        waiting += kind.__subclasses__()
    return dict(sorted(found.items()))


def _own_problem(code: str, detail: str, **extra: Any) -> Response:
    """Answer a problem of OWN_PROBLEMS."""
    status, title = OWN_PROBLEMS[code]
    return _problem(status, code, title, detail, **extra)


def _problem(status: int, code: str, title: str, detail: str, **extra: Any) -> Response:
    body = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": extra.pop("errors", [])[:MOST_ERRORS],
        **extra,
        "request_id": request_id.get(),
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Handle exceptions for DRF. An unexpected one is logged with its traceback and answered without detail."""
    response = _answer(error)
    if response is None:
        logger.error("an API request failed", exc_info=error)
        response = _own_problem(
            "internal-error",
            "The people who run this desk find it in the log by the request's id. Whether anything was changed is not"
            " known: read it again before you repeat.",
        )
    # DRF leaves this to its own handler, which ours replaces: a refusal must not commit what came before it.
    set_rollback()
    return response


def problem_of(error: Exception) -> dict[str, Any]:
    """Return the problem document of a refusal, for an answer that holds the outcomes of many."""
    document: dict[str, Any] = known(_answer(error)).data
    return document


def _answer(error: Exception) -> Response | None:
    if isinstance(error, DomainError):
        return _problem(error.status, error.code, error.title, error.message, errors=error.errors, **error.extra)
    if isinstance(error, Http404):
        return _own_problem("not-found", "No such resource exists, or it is not yours to see.")
    if isinstance(error, DjangoPermissionDenied):
        return _own_problem("not-permitted", "Your roles do not allow this. Nothing was changed.")
    if isinstance(error, RequestDataTooBig):
        return _own_problem("too-large", str(error) or "The body is larger than this address takes. Nothing was read.")
    if isinstance(error, SuspiciousOperation | BadRequest):
        return _own_problem("bad-request", "The request is not well-formed.")
    if isinstance(error, OperationalError | InterfaceError):
        return _database_problem(error)
    return _drf(error) if isinstance(error, exceptions.APIException) else None


def _database_problem(error: OperationalError | InterfaceError) -> Response:
    """Return 503 with the cause: a lock that others held too long, or a database that is not there."""
    if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
        logger.warning("waited too long for a lock", exc_info=error)
        code, detail = (
            "busy",
            "Another person or job is changing the same thing and took too long. Nothing was changed.",
        )
    else:
        logger.error("the database did not answer", exc_info=error)
        code, detail = "unavailable", "The database does not answer. Nothing was changed."
    response = _own_problem(code, detail)
    response["Retry-After"] = "5"
    return response


def _drf(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        found = list(islice(_flatten(error.get_full_details(), ""), MOST_ERRORS))
        detail = " ".join(f"{item['pointer'].lstrip('/') or 'body'}: {item['detail']}" for item in found[:5])
        return _own_problem("invalid-fields", detail, errors=found)
    code = str(getattr(error.detail, "code", error.default_code)).replace("_", "-")
    detail = _UNKNOWN_CALLER if isinstance(error, exceptions.NotAuthenticated) else str(error.detail)
    _, title = OWN_PROBLEMS.get(code, (error.status_code, "The request failed"))
    response = _problem(error.status_code, code, title, detail)
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    header = getattr(error, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    return response


def _flatten(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    if isinstance(details, dict) and {"message", "code"} <= set(details):
        yield {
            "pointer": pointer or "/",
            "code": str(details["code"]).replace("_", "-"),
            "detail": str(details["message"]),
        }
    elif isinstance(details, dict):
        for name, value in details.items():
            yield from _flatten(value, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(details, list):
        for number, value in enumerate(details):
            is_leaf = isinstance(value, dict) and "message" in value
            yield from _flatten(value, pointer if is_leaf else f"{pointer}/{number}")
