"""Public HTML pages that any cache may keep: the same bytes for everybody, an ETag, and the desk's own clock."""

from collections.abc import Callable
from datetime import UTC
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page

from accounts.services.validation import known_zone
from annotations.models import Desk

View = Callable[..., HttpResponse]


def public_page[**P](
    *, max_age: int
) -> Callable[
    [Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Give the view the desk, and its answer an ETag (a digest of the page) and `Cache-Control`.

    `max_age` 0 means that every cache asks again before it shows the page: a suspended or corrected check must not stand
    anywhere for a minute longer. Where the public pages are switched off, anonymous readers get 404, and what people of the
    desk see is kept nowhere. Nothing here may read the session, so that the page is nobody's own.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Desk, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            desk = Desk.objects.get()
            if not desk.has_public_pages and not request.user.is_authenticated:
                raise Http404(_("The public pages are switched off."))
            with timezone.override(known_zone(desk.time_zone) or UTC):
                response = view(request, desk, *args, **kwargs)
            if not desk.has_public_pages:
                patch_cache_control(response, no_store=True)
            elif max_age:
                patch_cache_control(response, public=True, max_age=max_age)
            else:
                patch_cache_control(response, public=True, no_cache=True)
            return response

        cached: View = conditional_page(shown)
        return cached

    return decorate
