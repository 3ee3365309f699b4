"""Every error of the API as a problem document (RFC 9457), from one handler.

`type` is `<SITE_URL>/problems/<code>`: stable, and the code that a program branches on. `errors` lists
{"pointer", "code", "detail"}; refusals add members of their own such as `candidates` or `current_status`.
"""

import logging
import math
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from psycopg.errors import DeadlockDetected, LockNotAvailable
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError
from core.http import request_id

CONTENT_TYPE = "application/problem+json"
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


class InvalidFields(DomainError):
    code = "invalid-fields"
    title = "Some fields are not valid"


def problem(status: int, code: str, title: str, detail: str, **extra: Any) -> Response:
    body = {
        "type": f"{settings.SITE_URL}/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": extra.pop("errors", []),
        **extra,
        "request_id": request_id.get(),
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler. What nobody foresaw is logged with its traceback and told in no detail."""
    response = _answer(error)
    if response is None:
        logger.error("an API request failed", exc_info=error)
        response = problem(
            500, "internal-error", "Something went wrong on our side",
            "The people who run this desk find it in the log by the request's id. Whether anything was changed is not"
            " known: read it again before you repeat.",
        )  # fmt: skip
    set_rollback()
    return response


def _answer(error: Exception) -> Response | None:
    if isinstance(error, DomainError):
        return problem(error.status, error.code, error.title, error.message, errors=error.errors, **error.extra)
    if isinstance(error, Http404):
        return problem(404, "not-found", "There is nothing here", "No such resource exists, or it is not yours to see.")
    if isinstance(error, DjangoPermissionDenied):
        return problem(
            403, "not-permitted", "You may not do this", "Your roles do not allow this. Nothing was changed."
        )
    if isinstance(error, RequestDataTooBig):
        return problem(
            413, "too-large", "The request is too large", "Send at most 12 MB of JSON, or larger files as a form."
        )
    if isinstance(error, SuspiciousOperation | BadRequest):
        return problem(400, "bad-request", "The request cannot be read", "The request is not well-formed.")
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
    response = problem(503, code, "Try again soon", detail)
    response["Retry-After"] = "5"
    return response


def _drf(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        found = list(_flatten(error.get_full_details(), ""))
        detail = " ".join(f"{item['pointer'].lstrip('/') or 'body'}: {item['detail']}" for item in found[:5])
        return problem(422, "invalid-fields", "Some fields are not valid", detail, errors=found)
    code = str(getattr(error.detail, "code", error.default_code)).replace("_", "-")
    response = problem(error.status_code, code, _TITLES.get(error.status_code, "The request failed"), str(error.detail))
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    header = getattr(error, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    return response


_TITLES = {
    400: "The request cannot be read",
    401: "Who you are is not known",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This method is not possible here",
    406: "That form is not available",
    415: "That content type is not read here",
    429: "Too many requests",
}


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
