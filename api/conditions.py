"""Conditional requests (RFC 9110): strong ETags, 304, If-Match.

The tag of a claim or a verdict is `"claim-7-<digest>"`: the edit number that a write is compared with, and a digest of the
bytes, because what is embedded (a name, a placement) can change without an edit of the claim itself.
"""

import hashlib
import re

from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'"(claim|verdict)-(\d{1,9})(?:-[0-9a-f]+)?"\Z')


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def edit_tag(kind: str, number: int, body: bytes) -> str:
    return f'"{kind}-{number}-{hashlib.sha256(body).hexdigest()[:16]}"'


def _matches(header: str, etag: str) -> bool:
    """Strong comparison for If-Match, and good enough for If-None-Match as no weak tag is ever sent."""
    return header.strip() == "*" or etag in [part.strip().removeprefix("W/") for part in header.split(",")]


def not_modified(request: Request, etag: str) -> bool:
    header = request.headers.get("If-None-Match")
    return header is not None and _matches(header, etag)


def expected_number(request: Request, kind: str) -> int | None:
    """The edit number in If-Match; None for `*`. Raises PreconditionRequired, PreconditionFailed."""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired(
            "Send If-Match with the ETag that you read, so that nobody's work is overwritten. Nothing was changed."
        )
    if header.strip() == "*":
        return None
    for part in header.split(","):
        found = _TAG.match(part.strip())
        if found and found[1] == kind:
            return int(found[2])
    raise PreconditionFailed("This is not an ETag of what is there now. Read it again. Nothing was changed.")


def optional_number(request: Request, kind: str) -> int | None:
    """Like `expected_number` where If-Match is welcome but not asked for."""
    return expected_number(request, kind) if "If-Match" in request.headers else None


def check_match(request: Request, etag: str) -> None:
    """If-Match on what has no edit number: compared with the tag of what is there now. Raises PreconditionFailed."""
    header = request.headers.get("If-Match")
    if header is not None and not _matches(header, etag):
        raise PreconditionFailed("It changed since you read it. Read it again. Nothing was changed.")


def tagged(response: Response, etag: str) -> Response:
    response["ETag"] = etag
    return response
