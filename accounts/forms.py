"""Forms of people, profiles and tokens. The services validate; the forms only draw fields."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Role, has_permission
from accounts.scopes import SCOPES
from accounts.services.tokens import DEFAULT_RATE_PER_MINUTE
from accounts.services.validation import time_zones
from core.errors import DomainError

ROLE_CHOICES = [
    (Role.EDITOR.value, gettext_lazy("Editor: imports, marks, links and writes verdicts")),
    (Role.REVIEWER.value, gettext_lazy("Reviewer: also approves what others wrote")),
    (Role.PUBLISHER.value, gettext_lazy("Publisher: publishes, suspends and retracts")),
    (Role.ADMIN.value, gettext_lazy("Admin: people, tokens and settings")),
]
EXPIRY_CHOICES = [
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("1 year")),
    ("never", gettext_lazy("Never")),
]


def add_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Show a service's errors beside their fields, and the rest above the form."""
    others = []
    for error in refusal.errors:
        field = str(error.get("pointer", "")).rpartition("/")[2]
        if field in form.fields:
            form.add_error(field, error["detail"])
        else:
            others.append(error["detail"])
    if len(others) == len(refusal.errors):
        form.add_error(None, refusal.message)
    else:
        for detail in others:
            form.add_error(None, detail)


class _RolesField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": _("Choose at least one role.")}
        super().__init__(choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple, error_messages=errors, **kwargs)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    name = forms.CharField(
        max_length=120, required=False, help_text=gettext_lazy("They can change it when they accept.")
    )
    roles = _RolesField(label=gettext_lazy("Roles"), initial=[Role.EDITOR.value])


class RolesForm(forms.Form):
    roles = _RolesField(label=gettext_lazy("What they may do"))


class AcceptForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        # A password may begin or end with a space.
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )


def _time_zones() -> list[tuple[str, str]]:
    return [(zone, zone) for zone in sorted(time_zones())]


class ProfileForm(forms.Form):
    name = forms.CharField(
        max_length=120, help_text=gettext_lazy("As it appears on your work, in bylines and in the history.")
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=_time_zones,
        help_text=gettext_lazy("Times on the desk are shown in this zone."),
    )
    notify_by = forms.ChoiceField(
        label=gettext_lazy("Mail about your work"),
        choices=[
            ("at_once", gettext_lazy("At once")),
            ("digest", gettext_lazy("Daily digest")),
            ("none", gettext_lazy("No mail")),
        ],
        widget=forms.RadioSelect,
    )
    has_single_keys = forms.BooleanField(
        label=gettext_lazy("Single-letter shortcuts"),
        required=False,
        help_text=gettext_lazy("Switch them off if they get in the way of speech input or a screen reader."),
    )


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text=gettext_lazy("What it is for, such as “CMS of the newsroom”."))
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Acts as"),
        help_text=gettext_lazy("It never does more than this person's roles allow."),
    )
    scopes = forms.MultipleChoiceField(
        choices=[(name, name) for name in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        # Here already, so that a missing name and missing scopes are reported at once.
        error_messages={"required": gettext_lazy("Choose at least one thing that the token may do.")},
    )
    expires = forms.ChoiceField(label=gettext_lazy("Expires after"), choices=EXPIRY_CHOICES, initial="365")
    allowed_networks = forms.CharField(
        label=gettext_lazy("Allowed networks"),
        required=False,
        help_text=gettext_lazy("Addresses or networks, one a line, such as 203.0.113.0/24. Empty: from anywhere."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    allowed_origins = forms.CharField(
        label=gettext_lazy("Allowed origins"),
        required=False,
        help_text=gettext_lazy(
            "Pages or plug-ins whose browser may use it, one a line, such as https://cms.example.com. Empty: no browser."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rate = forms.IntegerField(
        label=gettext_lazy("Requests a minute"), min_value=1, max_value=10_000, initial=DEFAULT_RATE_PER_MINUTE
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The choices are also the check: another person's id is no valid choice.
        people = User.objects.filter(is_active=True)
        if not has_permission(person, "token.manage"):
            people = people.filter(pk=person.pk)
        field: Any = self.fields["user"]
        field.queryset, field.initial = people, person.pk

    def service_arguments(self, now: datetime) -> dict[str, Any]:
        """Return the arguments of `create_token` except the creator."""
        data = self.cleaned_data
        days = None if data["expires"] == "never" else int(data["expires"])
        return {
            "user": data["user"],
            "name": data["name"],
            "scopes": data["scopes"],
            "now": now,
            "expires_at": now + timedelta(days=days) if days else None,
            "allowed_networks": data["allowed_networks"].replace(",", "\n").splitlines(),
            "allowed_origins": data["allowed_origins"].replace(",", "\n").splitlines(),
            "rate": data["rate"],
        }
