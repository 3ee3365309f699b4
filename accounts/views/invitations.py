"""The page of an invitation link, and the account made from it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import AcceptForm, add_refusal
from accounts.services import accept_invitation, find_open_invitation
from accounts.views.common import render_secret
from core.errors import InvalidInput


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    found = find_open_invitation(secret=secret, now=timezone.now())
    form = AcceptForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            person = accept_invitation(secret=secret, now=timezone.now(), **form.cleaned_data)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            messages.success(request, _("Welcome to the desk, {person}.").format(person=person))
            return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    context = {"invitation": found, "form": form}
    return render_secret(request, "people/invitation.html", context, status=422 if form.errors else 200)
