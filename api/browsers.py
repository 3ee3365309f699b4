"""Calls from browsers of other sites (CORS, Fetch Standard): each token names the origins that may use it.

A preflight carries no token, so it is answered for an origin that any usable token names; the call itself for those of its
own token. A session's cookie is never sent along: `Access-Control-Allow-Credentials` is not answered.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.models import ApiToken
from accounts.services.tokens import is_allowed_origin

_SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
# Without it a script reads the body, and of the headers only what CORS calls safe.
_READ = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
# Browsers ask again after this; a token whose origins were changed is then known everywhere.
_KEPT_SECONDS = "600"


def is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and {"Origin", "Access-Control-Request-Method"} <= set(request.headers)


def answer_preflight(request: HttpRequest, methods: Sequence[str]) -> HttpResponse:
    """Answer 204 whoever asks; an origin that no token names gets no permission, and its browser does not call."""
    response = HttpResponse(status=204)
    patch_vary_headers(response, ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"])
    origin = request.headers["Origin"]
    if is_allowed_origin(origin, now=timezone.now()):
        # Never `*`: a token that leaked would then work from any page in the world.
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = ", ".join(methods)
        response["Access-Control-Allow-Headers"] = _SENT
        response["Access-Control-Max-Age"] = _KEPT_SECONDS
    return response


def allow_origin(request: HttpRequest, response: Any, token: object) -> None:
    """Let the page at an allowed origin read the answer. A refused token's page may read why."""
    origin = request.headers.get("Origin", "")
    if not origin:
        return
    if isinstance(token, ApiToken):
        is_allowed = origin in token.allowed_origins
    else:
        is_allowed = response.status_code == 401 and is_allowed_origin(origin, now=timezone.now())
    if is_allowed:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = _READ
