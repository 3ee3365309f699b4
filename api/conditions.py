"""Conditional requests (RFC 9110): strong ETags, 304, If-Match.

The tag of a claim or a verdict is `"claim-7-<digest>"`: the edit number, which writes are compared with, and a digest
of the bytes, because embedded records (a name, a placement) change without an edit of the claim itself.
"""

import hashlib
import re
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim, Verdict
from api.problems import PreconditionFailed, PreconditionRequired

_RECORDS: dict[str, Any] = {"claim": Claim, "verdict": Verdict}

# W/ is taken away here as well, see _matches().
_TAG = re.compile(r'(?:W/)?"(claim|verdict)-(\d{1,9})(?:-[0-9a-f]+)?"\Z')


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def edit_tag(kind: str, number: int, body: bytes) -> str:
    return f'"{kind}-{number}-{hashlib.sha256(body).hexdigest()[:16]}"'


def _matches(header: str, etag: str) -> bool:
    """Compare strongly, as If-Match requires. If-None-Match may use it too: we never send weak tags."""
    # W/ is taken away: a proxy that compresses an answer may have weakened our tag.
    return header.strip() == "*" or etag in [part.strip().removeprefix("W/") for part in header.split(",")]


def not_modified(request: Request, etag: str) -> bool:
    header = request.headers.get("If-None-Match")
    return header is not None and _matches(header, etag)


def expected_number(request: Request, kind: str, pk: UUID) -> int | None:
    """Return the edit number in If-Match; None for `*`. Raises PreconditionRequired, PreconditionFailed.

    Of several tags that of the record as it is now, if it is among them: any of them may match (RFC 9110, 13.1.1).
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired(
            "Send If-Match with the ETag that you read, so that nobody's work is overwritten. Nothing was changed."
        )
    if header.strip() == "*":
        return None
    tags = [_TAG.match(part.strip()) for part in header.split(",")]
    numbers = [int(tag[2]) for tag in tags if tag and tag[1] == kind]
    if not numbers:
        raise PreconditionFailed("The ETag is not the current one. Read the record again. Nothing was changed.")
    # The service compares once more, under its lock.
    now = _RECORDS[kind].objects.filter(pk=pk).values_list("edit_number", flat=True) if len(numbers) > 1 else ()
    return next((number for number in now if number in numbers), numbers[0])


def optional_number(request: Request, kind: str, pk: UUID) -> int | None:
    """Return what `expected_number` returns if If-Match is sent; None otherwise."""
    return expected_number(request, kind, pk) if "If-Match" in request.headers else None


def check_match(request: Request, etag: str) -> None:
    """Compare If-Match with a record that has no edit number. Raises PreconditionFailed."""
    header = request.headers.get("If-Match")
    if header is not None and not _matches(header, etag):
        raise PreconditionFailed("It changed since you read it. Read it again. Nothing was changed.")


def tagged(response: Response, etag: str) -> Response:
    response["ETag"] = etag
    return response
