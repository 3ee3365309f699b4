"""A person's own profile. Address, password and second factor are allauth's screens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person_of
from accounts.forms import ProfileForm, add_refusal
from accounts.services import update_profile
from core.errors import InvalidInput

FIELDS = ("name", "time_zone", "notify_by", "has_single_keys")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=model_to_dict(person, FIELDS))
    if request.method == "POST" and form.is_valid():
        try:
            update_profile(person=person, **form.cleaned_data)
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your profile is saved."))
            return HttpResponseRedirect(reverse("profile"))
    context = {"form": form, "roles": sorted(person.roles)}
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)
