"""Limit the requests per minute of a token, counted in Redis and reported in headers.

A window is a calendar minute, so a burst across its edge can reach twice the rate for a moment; that is the price of
one round trip. A process reserves a hundredth of the rate at a time: the sum of all never exceeds it, and unused
reservations of other processes may be missing at the end of a minute. If Redis does not answer, the request passes and
is logged: a feed must not stop for a counter.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import redis
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken
from core.heartbeat import redis_client

WINDOW_SECONDS = 60
_ATTRIBUTE = "token_rate"
logger = logging.getLogger(__name__)


class _Rate(NamedTuple):
    limit: int
    remaining: int
    reset_seconds: int


class TokenThrottle(BaseThrottle):
    """Refuse requests over the token's own rate with 429 and Retry-After. Sessions are not counted here."""

    def __init__(self) -> None:
        self.wait_seconds: int | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        token: Any = request.auth
        if not isinstance(token, ApiToken):
            return True
        used, reset = _count(f"rate:{token.pk}", token.rate_per_minute)
        rate = _Rate(token.rate_per_minute, max(token.rate_per_minute - used, 0), reset)
        setattr(request._request, _ATTRIBUTE, rate)
        self.wait_seconds = reset
        return used <= token.rate_per_minute

    def wait(self) -> float | None:
        return self.wait_seconds


class RateLimitHeadersMiddleware:
    """Report the rate on every answer to a token, refusals included.

    Source: draft-ietf-httpapi-ratelimit-headers-10 for `RateLimit-Policy` and `RateLimit`. The three headers of its
    early versions stay for clients that read them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rate: _Rate | None = getattr(request, _ATTRIBUTE, None)
        if rate is not None:
            response["RateLimit-Policy"] = f'"token";q={rate.limit};w={WINDOW_SECONDS}'
            response["RateLimit"] = f'"token";r={rate.remaining};t={rate.reset_seconds}'
            response["RateLimit-Limit"] = str(rate.limit)
            response["RateLimit-Remaining"] = str(rate.remaining)
            response["RateLimit-Reset"] = str(rate.reset_seconds)
        return response


@dataclass(slots=True)
class _Share:
    """The requests that this process reserved of a window and may still allow; `most` is the total of all processes."""

    window: str
    left: int
    most: int


_shares: dict[str, _Share] = {}
_lock = Lock()


def _count(key: str, limit: int) -> tuple[int, int]:
    """Return how many requests the key has made in this minute, this one included, and the seconds until the next."""
    now = int(time.time())
    reset = WINDOW_SECONDS - now % WINDOW_SECONDS
    window = f"{key}:{now // WINDOW_SECONDS}"
    with _lock:
        share = _shares.get(key)
        if share is not None and share.window == window and share.left:
            share.left -= 1
            return share.most - share.left, reset
    try:
        first, most = _fetch(window, max(1, limit // 100))
    except redis.RedisError:
        logger.warning("rate limits are off: redis does not answer", exc_info=True)
        # Open, not closed: a CMS must get a retraction even if the counter is down.
        return 0, reset
    if first <= limit:
        _keep(key, window, left=min(most, limit) - first, most=min(most, limit))
    return first, reset


def _fetch(window: str, size: int) -> tuple[int, int]:
    """Reserve the next `size` requests of the window. Returns the first and the last number."""
    most = int(redis_client().incrby(window, size))
    # The first of the window sets its end. Twice the window: clocks of several hosts differ.
    if most == size:
        redis_client().expire(window, WINDOW_SECONDS * 2)
    return most - size + 1, most


def _keep(key: str, window: str, *, left: int, most: int) -> None:
    """Merge reservations that threads made at the same moment."""
    with _lock:
        share = _shares.get(key)
        if share is None or share.window != window:
            _shares[key] = _Share(window, left, most)
        else:
            share.left, share.most = share.left + left, max(share.most, most)
