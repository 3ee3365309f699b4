"""What every request knows: which proxy vouches for it, how the person acts, what time it is where they are."""

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
    """Drop `X-Forwarded-*` and `Forwarded` of a peer that is no proxy of ours: anybody can write them."""

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
    """Show times as the person's clock does. Requests without a session cookie cost nothing and stay in UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if not has_session or request.path.startswith("/api/") or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(known_zone(request.user.time_zone) or ZoneInfo("UTC")):
            return self.get_response(request)
