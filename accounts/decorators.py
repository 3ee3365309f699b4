"""Close views to people without a permission. Services check the permission again."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def permission_required(permission: str) -> Callable[[View[P]], View[P]]:
    """Redirect to the login page without a login; raise NotPermitted (403) without `permission`."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _signed_out(request)
            check_permission(person_of(request), permission)
            return view(request, *args, **kwargs)

        return cast("View[P]", guarded)

    return decorate


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Redirect to the login page; a submitted form is shown again with its words, to resend after signing in."""
    # A fragment must not follow to the login page: htmx would swap its form, and its focus, into the page.
    if request.headers.get("HX-Request"):
        return HttpResponse(_("You are signed out."), status=401, content_type="text/plain")
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    # A script of ours, which could not show a page.
    if "json" in request.headers.get("Accept", ""):
        return HttpResponse(_("You are signed out."), status=401, content_type="text/plain")
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return render(request, "signed_out.html", {"sent": sent, "has_files": bool(request.FILES)}, status=401)


def person_of(request: HttpRequest) -> User:
    """Return the logged-in person of a view that requires one."""
    if not isinstance(request.user, User):
        raise TypeError("This view needs login_required or permission_required.")
    return request.user
