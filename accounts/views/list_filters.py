"""Keep the filters of a list for the person, and open the list with them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import permission_required, person_of
from accounts.services.list_filters import SCREENS, save_filter, saved_filter


@require_POST
@permission_required("desk.read")
def keep_filters(request: HttpRequest, screen: str) -> HttpResponse:
    if screen not in SCREENS:
        raise Http404(_("This list keeps no filters."))
    query = request.POST.get("query", "")
    save_filter(person=person_of(request), screen=screen, query=query)
    messages.success(request, _("The list opens like this for you.") if query else _("The list opens with everything."))
    return HttpResponseRedirect(reverse(SCREENS[screen]) + (f"?{query}" if query else ""))


def saved_or_redirect(request: HttpRequest, screen: str) -> tuple[str, HttpResponse | None]:
    """Return the person's saved query string, and a redirect to it where the address asks for nothing.

    The address then says what is shown, so it can be sent to a colleague as it stands.
    """
    saved = saved_filter(person_of(request), screen)
    return saved, HttpResponseRedirect(f"{request.path}?{saved}") if saved and not request.GET else None
