"""The demo's one-click login."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.login.demo import demo_people


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Log in as a sample person. 404 outside the demo."""
    wanted = request.POST.get("person", "")
    person = next((one for one in demo_people() if str(one.pk) == wanted), None)
    if person is None:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if is_ours else settings.LOGIN_REDIRECT_URL)
