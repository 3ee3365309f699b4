"""Who may open a view. Services check again what they do; this keeps the page itself closed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.permissions import check_permission

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def permission_required(permission: str) -> Callable[[View[P]], View[P]]:
    """To the login page where nobody is logged in, NotPermitted (403) where the roles do not carry `permission`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            check_permission(person_of(request), permission)
            return view(request, *args, **kwargs)

        closed: Any = login_required(guarded)
        return closed  # type: ignore[no-any-return]  # a ParamSpec does not survive functools.wraps

    return decorate


def person_of(request: HttpRequest) -> User:
    """The logged-in person, in a view that has made sure of one."""
    if not isinstance(request.user, User):
        raise TypeError("This view needs login_required or permission_required.")
    return request.user
