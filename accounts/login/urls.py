"""allauth's addresses. Views that change addresses or second factors act in the name of the person."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.account.internal.stagekit import get_pending_stage
from allauth.urls import urlpatterns as allauth_patterns
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver

from accounts.audit import acting

View = Callable[..., HttpResponseBase]


def _with_actors(patterns: list[Any]) -> list[URLPattern | URLResolver]:
    """Return the patterns, with views that write a person's rows wrapped in `acting`."""
    found: list[URLPattern | URLResolver] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = _with_actors(one.url_patterns)
            found.append(URLResolver(one.pattern, inner, one.default_kwargs, one.app_name, one.namespace))
        else:
            name = one.name or ""
            is_writing = name == "account_email" or name.startswith("mfa_")
            view = _in_own_name(one.callback) if is_writing else one.callback
            found.append(URLPattern(one.pattern, view, one.default_args, name))
    return found


def _in_own_name(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with acting(_person_of(request)):
            return view(request, *args, **kwargs)

    return wrapped


def _person_of(request: HttpRequest) -> UUID | None:
    """Return who is signed in, or who gave the right password and is asked for the second factor."""
    if request.user.is_authenticated:
        return UUID(str(request.user.pk))
    stage = get_pending_stage(request)
    return UUID(str(stage.login.user.pk)) if stage and stage.login.user else None


urlpatterns = _with_actors(allauth_patterns)
