"""Conditional requests (RFC 9110): strong ETags, 304, If-Match."""

import hashlib

from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.api.problems import PreconditionFailed, PreconditionRequired


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def edit_tag(kind: str, number: int) -> str:
    """The ETag of something with an edit number: `"claim-7"`."""
    return f'"{kind}-{number}"'


def matches(header: str, etag: str) -> bool:
    """Strong comparison for If-Match, and good enough for If-None-Match as no weak tag is ever sent."""
    return header.strip() == "*" or etag in [part.strip().removeprefix("W/") for part in header.split(",")]


def not_modified(request: Request, etag: str) -> bool:
    header = request.headers.get("If-None-Match")
    return header is not None and matches(header, etag)


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
        name, _, number = part.strip().strip('"').rpartition("-")
        if name == kind and number.isdigit():
            return int(number)
    raise PreconditionFailed("This is not an ETag of what is there now. Read it again. Nothing was changed.")


def tagged(response: Response, etag: str) -> Response:
    response["ETag"] = etag
    return response
