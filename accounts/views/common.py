"""Helpers shared by the views."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from core.errors import DomainError, NotPermitted


def report(request: HttpRequest, act: Callable[[], str]) -> None:
    """Run an action and report its result or refusal on the next page. NotPermitted stays a 403."""
    try:
        messages.success(request, act())
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)


def render_secret(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """Render a page that shows a secret: no cache, no referrer."""
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"
    return response
