"""Settings: tokens. A new secret is shown once, on the page that answers its creation."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import permission_required, person_of
from accounts.forms import TokenForm, add_refusal
from accounts.models import ApiToken, User
from accounts.permissions import has_permission
from accounts.querysets import visible_tokens
from accounts.scopes import PRESETS, grouped_scopes, scope_labels
from accounts.services import create_token, revoke_token, rotate_token
from accounts.views.common import render_secret, report
from core.errors import DomainError, NotPermitted


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("token.own")
def tokens(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if request.method != "POST":
        _words, scopes = PRESETS.get(request.GET.get("for", ""), ("", ()))
        return _show(request, TokenForm(person=person, initial={"scopes": scopes}))
    form = TokenForm(request.POST, person=person)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        token, plaintext = create_token(creator=person, **form.service_arguments(timezone.now()))
    # Who may not do it at all gets the page for 403, not a form to try again.
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show(request, form, status=refusal.status)
    # No redirect: only the hash is kept, so no later page can show the secret.
    return _show(request, TokenForm(person=person), made={"token": token, "plaintext": plaintext})


@require_POST
@permission_required("token.own")
def rotate(request: HttpRequest, token_id: UUID) -> HttpResponse:
    person = person_of(request)
    token, plaintext = rotate_token(person=person, token=_find(person, token_id), now=timezone.now())
    return _show(request, TokenForm(person=person), made={"token": token, "plaintext": plaintext, "is_rotated": True})


@require_POST
@permission_required("token.own")
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    person = person_of(request)
    token = _find(person, token_id)

    def act() -> str:
        revoke_token(person=person, token=token, now=timezone.now())
        return _("The token “{name}” is revoked; what uses it gets 401 from now on.").format(name=token.name)

    report(request, act)
    return HttpResponseRedirect(reverse("tokens"))


def _find(person: User, token_id: UUID) -> ApiToken:
    """Return the token if the user may see it; raise NotFound otherwise."""
    token = visible_tokens(person).filter(pk=token_id).first()
    if token is None:
        raise Http404
    return token


def _show(
    request: HttpRequest, form: TokenForm, *, status: int = 200, made: dict[str, object] | None = None
) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    usable: list[ApiToken] = []
    ended: list[ApiToken] = []
    for token in visible_tokens(person):
        is_over = token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= now)
        (ended if is_over else usable).append(token)
    context = {
        "tokens": [(token, scope_labels(token.scopes)) for token in usable],
        "ended": ended,
        "form": form,
        "scope_groups": grouped_scopes(),
        "chosen_scopes": form["scopes"].value() or [],
        "presets": {key: words for key, (words, _scopes) in PRESETS.items()},
        "sees_all": has_permission(person, "token.manage"),
        "made": made,
        "has_errors": status != 200,
    }
    return render_secret(request, "people/tokens.html", context, status=status)
