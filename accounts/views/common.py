"""What the views share."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from core.errors import DomainError, NotPermitted


def report(request: HttpRequest, act: Callable[[], str]) -> None:
    """Do it and say so; a refusal is told on the page that follows. Not being allowed is an answer of its own (403)."""
    try:
        messages.success(request, act())
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)


def render_secret(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page that shows or carries a secret: kept by no cache, its address told to nobody else."""
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "same-origin"
    return response
