"""Opaque cursors on a unique order: the last row's key as base64 JSON. Stable under inserts, unlike offsets."""

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import urlencode

import orjson
from rest_framework.request import Request

from api.params import bad
from api.problems import BadParameter

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


def limit_of(request: Request, *, default: int = DEFAULT_LIMIT, most: int = MAX_LIMIT) -> int:
    given = request.query_params.get("limit", str(default))
    # isdigit() lets digits of other scripts in, and int() refuses more than 4,300 of them with an error of its own.
    if not given.isascii() or not given.isdigit() or len(given) > 6 or not 1 <= int(given) <= most:
        raise bad("limit", f"limit is a number from 1 to {most}.")
    return int(given)


def encode(direction: str, key: Sequence[str]) -> str:
    # Without the padding, which an address would have to escape; decode() puts it back.
    return base64.urlsafe_b64encode(orjson.dumps([direction, *key])).decode().rstrip("=")


def decode(request: Request) -> tuple[str, list[str]] | None:
    """Return (direction, key) of the request's cursor, None on the first page. Raises BadParameter.

    The direction is "next" or "previous".
    """
    given = request.query_params.get("cursor")
    if given is None:
        return None
    try:
        direction, *key = orjson.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise bad_cursor() from error
    # A tuple: what somebody wrote into a cursor may have no hash.
    if direction not in ("next", "previous") or not key or not all(isinstance(part, str) for part in key):
        raise bad_cursor()
    return direction, key


def link(request: Request, cursor: str | None) -> str | None:
    """Return the absolute address of another page of the same list."""
    if cursor is None:
        return None
    params = [(name, value) for name, value in request.query_params.items() if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*params, ('cursor', cursor)])}")


def bad_cursor() -> BadParameter:
    return bad("cursor", "This cursor is not one of ours: follow the links of a page.")
