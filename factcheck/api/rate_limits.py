"""How often a token may ask: so many requests a minute, counted in Redis, told in headers.

A window is a calendar minute, so a burst across its edge can reach twice the rate for a moment; that is the price of
one round trip. Where Redis does not answer, the request passes and the log says so: a feed must not stop for a counter.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import redis
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken
from factcheck.heartbeat import redis_client

WINDOW_SECONDS = 60
_ATTRIBUTE = "token_rate"
logger = logging.getLogger(__name__)


class Rate(NamedTuple):
    limit: int
    remaining: int
    reset_seconds: int


class TokenThrottle(BaseThrottle):
    """Refuse with 429 and Retry-After what exceeds the token's own rate. Sessions are not counted here."""

    def __init__(self) -> None:
        self.wait_seconds: int | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        token: Any = request.auth
        if not isinstance(token, ApiToken):
            return True
        used, reset = _count(f"rate:{token.pk}")
        rate = Rate(token.rate_per_minute, max(token.rate_per_minute - used, 0), reset)
        setattr(request._request, _ATTRIBUTE, rate)  # noqa: SLF001 -- DRF's name for the request that middleware sees
        self.wait_seconds = reset
        return used <= token.rate_per_minute

    def wait(self) -> float | None:
        return self.wait_seconds


class RateLimitHeadersMiddleware:
    """`RateLimit-Limit`, `-Remaining`, `-Reset` (seconds) on every answer to a token, the refused ones included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rate: Rate | None = getattr(request, _ATTRIBUTE, None)
        if rate is not None:
            response["RateLimit-Limit"] = str(rate.limit)
            response["RateLimit-Remaining"] = str(rate.remaining)
            response["RateLimit-Reset"] = str(rate.reset_seconds)
        return response


def _count(key: str) -> tuple[int, int]:
    """How many requests the key has made in this minute, this one included, and the seconds until the next."""
    now = int(time.time())
    reset = WINDOW_SECONDS - now % WINDOW_SECONDS
    window = f"{key}:{now // WINDOW_SECONDS}"
    try:
        used = redis_client().incr(window)
        if used == 1:
            redis_client().expire(window, WINDOW_SECONDS * 2)
    except redis.RedisError:
        logger.warning("rate limits are off: redis does not answer", exc_info=True)
        return 0, reset
    return int(used), reset
