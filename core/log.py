"""Logs: one JSON object a line with the request's id. No bodies, no addresses, no tokens, no query strings, no secrets."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from pythonjsonlogger.json import JsonFormatter

requests = logging.getLogger("factcheck.request")
# Asked every few seconds by machines, worth a line only when they fail.
PROBES = {"/healthz", "/readyz"}


# Secrets that travel in an address. Whoever reads a log must not be able to log in with it.
_SECRETS = re.compile(
    r"""(?P<before>
        /invitations/ | /accounts/password/reset/key/[^/\s-]+- | /accounts/confirm-email/
        | [?&](?:token|secret|key|code|password|access_token|api_key)=
        | \bBearer\s+ | \bwhsec_ | \bfct_
    )(?:(?<=whsec_)[\w+/=-]+ | [^/\s"'&<>\\]+)""",
    re.VERBOSE | re.IGNORECASE,
)


def _without_secrets(text: str) -> str:
    """Return the text with a dash in place of every secret: links sent by mail, tokens, webhook secrets."""
    return _SECRETS.sub(r"\g<before>-", text)


class _SafeJsonFormatter(JsonFormatter):
    """Removes secrets from the finished line, whoever wrote it: Django logs paths and whole failed requests."""

    def format(self, record: logging.LogRecord) -> str:
        return _without_secrets(super().format(record))


def logging_config(level: str) -> dict[str, Any]:
    """Return the `dictConfig` of web server, workers and commands."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "core.http.RequestIdLogFilter"}},
        "formatters": {
            "json": {
                "()": "core.log._SafeJsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]}},
        "root": {"handlers": ["stderr"], "level": level},
        # These bring handlers of their own: without removing them every line would be logged twice.
        "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "gunicorn.error", "celery")},
    }


class RequestLogMiddleware:
    """Log one line per request: method, path, status, milliseconds and, if known, the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        if request.path not in PROBES or response.status_code >= 500:
            self._write(request, response, time.perf_counter() - started)
        return response

    @staticmethod
    def _write(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        details = {
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "user": _user_id(request),
        }
        requests.info("%s %s %s", request.method, request.path, response.status_code, extra=details)


def _user_id(request: HttpRequest) -> str | None:
    """Return the person's id if the view has loaded the person already: logging never queries the database."""
    person = getattr(request, "_cached_user", None)
    return str(person.pk) if person is not None and person.pk else None
