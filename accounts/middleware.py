"""Middleware for the client address, the kind of access and the person's time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.audit import via
from accounts.services.validation import known_zone
from core.network import is_from_proxy

GetResponse = Callable[[HttpRequest], HttpResponse]


class ForwardedHeadersMiddleware:
    """Drop `X-Forwarded-*` and `Forwarded` unless the peer is a trusted proxy: anybody can write them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_from_proxy(request):
            for name in [name for name in request.META if name.startswith(("HTTP_X_FORWARDED_", "HTTP_FORWARDED"))]:
                del request.META[name]
        return self.get_response(request)


class ActingViaMiddleware:
    """Start each request as `session`: a thread that served a token before must not name it again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reset = via.set("session")
        try:
            return self.get_response(request)
        finally:
            via.reset(reset)


class TimeZoneMiddleware:
    """Activate the person's time zone. Requests without a session cookie, and those of readers and programs, cost no query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not has_session or request.path.startswith(settings.PUBLIC_PATHS) or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(known_zone(request.user.time_zone) or ZoneInfo("UTC")):
            return self.get_response(request)
