"""Conditional requests (RFC 9110): strong ETags, 304, If-Match.

The tag of a claim or a verdict is `"claim-7-<digest>"`: the edit number, which writes are compared with, and a digest
of the bytes, because embedded records (a name, a placement) change without an edit of the claim itself.
"""

import hashlib
import re

from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import PreconditionFailed, PreconditionRequired

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


def expected_number(request: Request, kind: str) -> int | None:
    """Return the edit number in If-Match; None for `*`. Raises PreconditionRequired, PreconditionFailed."""
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
    raise PreconditionFailed("The ETag is not the current one. Read the record again. Nothing was changed.")


def optional_number(request: Request, kind: str) -> int | None:
    """Return the edit number in If-Match if the header is sent; None otherwise."""
    return expected_number(request, kind) if "If-Match" in request.headers else None


def check_match(request: Request, etag: str) -> None:
    """Compare If-Match with a record that has no edit number. Raises PreconditionFailed."""
    header = request.headers.get("If-Match")
    if header is not None and not _matches(header, etag):
        raise PreconditionFailed("It changed since you read it. Read it again. Nothing was changed.")


def tagged(response: Response, etag: str) -> Response:
    response["ETag"] = etag
    return response
