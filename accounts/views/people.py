"""Settings: people, their roles, their invitations."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.forms import InvitationForm, RolesForm, add_refusal
from accounts.mail import send_invitation
from accounts.models import Invitation, User
from accounts.querysets import with_roles
from accounts.services import (
    Departure,
    deactivate_person,
    invite_person,
    reactivate_person,
    renew_invitation,
    revoke_invitation,
    set_roles,
)
from accounts.tabs import tabs_for
from accounts.views.common import render_secret, report
from core.errors import DomainError, InvalidInput, NotPermitted
from core.templatetags.ui import avatar

# Names for one page; the events process sends no more people than that.
MOST_NAMES = 50


@require_safe
@permission_required("desk.read")
def settings_index(request: HttpRequest) -> HttpResponse:
    tabs = tabs_for(person_of(request))
    return redirect(tabs[0][0])


@require_safe
@permission_required("desk.read")
def names(request: HttpRequest) -> HttpResponse:
    """Return name and avatar of the people with these ids as JSON: events name people by id alone."""
    found = User.objects.filter(pk__in=_read_ids(request.GET.getlist("id")))
    rows = [
        {
            "id": str(one.pk),
            "name": str(one),
            "avatar": render_to_string("components/avatar.html", avatar(str(one), "small")),
        }
        for one in found.order_by("name", "pk")
    ]
    return JsonResponse({"people": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("people.manage")
def people(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, InvitationForm())
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        invitation, secret = invite_person(inviter=person_of(request), now=timezone.now(), **form.cleaned_data)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show(request, form, status=refusal.status)
    return _show_sent(request, invitation, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("people.manage")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = get_object_or_404(User, pk=person_id)
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": sorted(found.roles)})
    if request.method == "POST" and form.is_valid():
        try:
            set_roles(admin=person_of(request), person=found, roles=form.cleaned_data["roles"])
        except NotPermitted:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            report(
                request,
                lambda: _("{person} now has: {roles}.").format(person=found, roles=", ".join(sorted(found.roles))),
            )
            # Who has just given up their own admin role may not open the list of people any more.
            return HttpResponseRedirect(reverse("settings" if found == request.user else "people"))
    context = {"person": found, "form": form, "open_tokens": found.tokens.filter(revoked_at=None).count()}
    return render_secret(request, "people/person.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("people.manage")
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = get_object_or_404(User, pk=person_id)

    def act() -> str:
        return _farewell(found, deactivate_person(admin=person_of(request), person=found, now=timezone.now()))

    report(request, act)
    return HttpResponseRedirect(reverse("people"))


@require_POST
@permission_required("people.manage")
def reactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    found = get_object_or_404(User, pk=person_id)

    def act() -> str:
        reactivate_person(admin=person_of(request), person=found)
        return _("{person} can sign in again. Their old tokens stay revoked.").format(person=found)

    report(request, act)
    return HttpResponseRedirect(reverse("people"))


@require_POST
@permission_required("people.manage")
def renew(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation_id)
    renewed, secret = renew_invitation(inviter=person_of(request), invitation=found, now=timezone.now())
    return _show_sent(request, renewed, secret)


@require_POST
@permission_required("people.manage")
def revoke(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation_id)

    def act() -> str:
        revoke_invitation(admin=person_of(request), invitation=found, now=timezone.now())
        return _("The invitation of {email} was taken back; its link no longer works.").format(email=found.email)

    report(request, act)
    return HttpResponseRedirect(reverse("people"))


def _read_ids(given: list[str]) -> list[UUID]:
    try:
        return [UUID(one) for one in given[:MOST_NAMES]]
    except ValueError as error:
        raise InvalidInput(_("That is not the id of a person.")) from error


def _show_sent(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("invitation", args=[secret]))
    is_sent = send_invitation(invitation=invitation, link=link)
    return _show(request, InvitationForm(), sent={"invitation": invitation, "link": link, "is_sent": is_sent})


def _show(
    request: HttpRequest, form: InvitationForm, *, status: int = 200, sent: dict[str, object] | None = None
) -> HttpResponse:
    everybody = with_roles(User.objects.all())
    waiting = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("invited_by")
    context = {
        "active": [one for one in everybody if one.is_active],
        "inactive": [one for one in everybody if not one.is_active],
        "invitations": waiting,
        "form": form,
        "sent": sent,
        "now": timezone.now(),
    }
    return render_secret(request, "people/people.html", context, status=status)


def _farewell(person: User, departure: Departure) -> str:
    said = _("{person} is deactivated: {sessions} and {tokens} ended.").format(
        person=person,
        sessions=ngettext("{count} session", "{count} sessions", departure.sessions).format(count=departure.sessions),
        tokens=ngettext("{count} token", "{count} tokens", departure.tokens).format(count=departure.tokens),
    )
    if departure.tokens_for_others:
        names = ", ".join(
            _("“{name}” of {user}").format(name=token.name, user=token.user) for token in departure.tokens_for_others
        )
        told = _("They also made {names} and may know the secret: rotate it under Tokens.").format(names=names)
        said = f"{said} {told}"
    return said
