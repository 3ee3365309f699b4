"""Forms of desk settings and scales. They draw fields; the services validate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.services.validation import time_zones
from annotations.models import Desk, RatingScale
from annotations.models.desk import RatingClass
from annotations.services.desk import ABOUT_TEXTS, MAX_ABOUT, RatingInput
from annotations.services.verdicts.policy_checks import POLICY_CHECKS, policy_levels

LEVEL_CHOICES = [
    ("required", gettext_lazy("Required")),
    ("warn", gettext_lazy("Warn")),
    ("off", gettext_lazy("Off")),
]
ICONS = ("check", "plus", "half", "tilde", "minus", "cross", "context", "scissors", "mask", "question", "clock", "dot")
_TEXTS = ("name", "url", "logo_url", "corrections_url", "methodology_url", "contact_email", "time_zone", "language")


def _about_field(label: Any, help_text: Any) -> forms.CharField:
    """Make the field of a public page that the desk writes itself."""
    widget = forms.Textarea(attrs={"rows": 6})
    return forms.CharField(label=label, required=False, max_length=MAX_ABOUT, widget=widget, help_text=help_text)


# Settings that the form and the record hold alike.
_UNCHANGED = (*_TEXTS, *ABOUT_TEXTS, "has_public_pages", "receipt_alarm_hours")


_GROUPS = (
    (
        gettext_lazy("The newsroom's record"),
        gettext_lazy("Part of every check: on the page, in ClaimReview and in the feed."),
        ("name", "url", "logo_url", "contact_email", "corrections_url", "methodology_url"),
    ),
    (
        gettext_lazy("Public pages"),
        gettext_lazy("What readers find on the desk's own pages. An empty text makes no page."),
        ("has_public_pages", *ABOUT_TEXTS),
    ),
    (
        gettext_lazy("New verdicts"),
        gettext_lazy("What a verdict begins with."),
        ("language", "default_scale", "time_zone"),
    ),
    (
        gettext_lazy("The CMS"),
        gettext_lazy("Where checks are shown, and when a missing one is reported."),
        ("domains", "receipt_alarm_hours"),
    ),
)


def _address_field(label: Any, help_text: Any = "") -> forms.URLField:
    return forms.URLField(
        label=label,
        required=False,
        assume_scheme="https",
        help_text=help_text,
        error_messages={"invalid": gettext_lazy("This is not a web address. Write it like https://example.org.")},
    )


class DeskForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("The publisher's name in every check.")
    )
    url = _address_field(gettext_lazy("Website"))
    logo_url = _address_field(gettext_lazy("Logo"), gettext_lazy("The address of a picture."))
    corrections_url = _address_field(
        gettext_lazy("Corrections policy elsewhere"), gettext_lazy("Linked where the page below is empty.")
    )
    methodology_url = _address_field(
        gettext_lazy("How you check, elsewhere"), gettext_lazy("Linked where the page below is empty.")
    )
    methodology_text = _about_field(gettext_lazy("Page: how we check"), gettext_lazy("Paragraphs, lists, links."))
    corrections_text = _about_field(
        gettext_lazy("Page: corrections policy"), gettext_lazy("How readers report an error, and what you do then.")
    )
    funding_text = _about_field(gettext_lazy("Page: funding"), gettext_lazy("Who pays for the desk."))
    people_text = _about_field(gettext_lazy("Page: people"), gettext_lazy("Who works here."))
    contact_email = forms.EmailField(label=gettext_lazy("Contact"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=lambda: [(zone, zone) for zone in sorted(time_zones())]
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=35,
        help_text=gettext_lazy("Of new verdicts. A tag such as en or pt-BR."),
    )
    domains = forms.CharField(
        label=gettext_lazy("Domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Where the newsroom publishes, one host name a line. A check's own page has to be on one of them."
        ),
    )
    default_scale = forms.ModelChoiceField(
        RatingScale.objects.filter(is_active=True), label=gettext_lazy("Default rating scale"), required=False
    )
    has_public_pages = forms.BooleanField(
        label=gettext_lazy("Public pages"),
        required=False,
        help_text=gettext_lazy(
            "Fact-check pages, corrections and the embed card. Off: only signed-in people see them."
        ),
    )
    receipt_alarm_hours = forms.IntegerField(
        label=gettext_lazy("Hours until a missing receipt is reported"),
        min_value=1,
        max_value=24 * 30,
        help_text=gettext_lazy("When the CMS has not said that it shows a change."),
    )
    edit_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for check in POLICY_CHECKS:
            self.fields[f"policy_{check.key}"] = forms.ChoiceField(
                label=check.label, choices=LEVEL_CHOICES, widget=forms.RadioSelect
            )
        # With what was read in the page, a lost race knows who changed which field (core/pages/lost_race.py).
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "edit_number"

    @property
    def policy_fields(self) -> list[forms.BoundField]:
        return [self[f"policy_{check.key}"] for check in POLICY_CHECKS]

    @property
    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Return (title, hint, fields) of each part of the record, in the order of the page."""
        return [(str(title), str(hint), [self[name] for name in names]) for title, hint, names in _GROUPS]

    @classmethod
    def of(cls, desk: Desk, data: Any = None) -> "DeskForm":
        initial = {name: getattr(desk, name) for name in (*_UNCHANGED, "edit_number")}
        initial |= {"domains": "\n".join(desk.domains), "default_scale": desk.default_scale_id}
        initial |= {f"policy_{key}": level for key, level in policy_levels(desk).items()}
        return cls(data, initial=initial)

    def fields_of_the_desk(self) -> dict[str, Any]:
        given = self.cleaned_data
        policy = {check.key: given[f"policy_{check.key}"] for check in POLICY_CHECKS}
        return {name: given[name] for name in (*_UNCHANGED, "default_scale")} | {
            "policy": policy,
            "domains": given["domains"].split(),
        }


class ScaleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_free_text = forms.BooleanField(
        required=False,
        label=gettext_lazy("Authors type the label"),
        help_text=gettext_lazy("The ratings then say only what a typed label comes to; numbers are left out."),
    )
    read = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    """The digest of the scale that the page showed (services/desk.py)."""


class _RatingForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Label"), max_length=120, required=False)
    rating_class = forms.ChoiceField(label=gettext_lazy("Means"), choices=RatingClass.choices, initial="unproven")
    value = forms.DecimalField(
        label=gettext_lazy("Number"),
        required=False,
        max_digits=6,
        decimal_places=2,
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=gettext_lazy("Colour"),
        initial="#5b5b5b",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    icon = forms.ChoiceField(
        label=gettext_lazy("Icon"), choices=[(icon, icon.capitalize()) for icon in ICONS], initial="dot"
    )
    definition = forms.CharField(
        label=gettext_lazy("Definition"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


RatingFormSet = forms.formset_factory(_RatingForm, extra=2, max_num=22, can_order=False)


def ratings_of(formset: Any) -> list[RatingInput]:
    """Return the ratings in the form's order, without rows that have no label."""
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("label")]
    return [RatingInput(**row) for row in rows]


def scale_values(scale: RatingScale) -> dict[str, Any]:
    return {name: getattr(scale, name) for name in ("name", "description", "is_free_text")}


def rating_rows(scale: RatingScale) -> list[dict[str, Any]]:
    names = ("label", "rating_class", "value", "colour", "icon", "definition")
    return [{name: getattr(rating, name) for name in names} for rating in scale.ratings.all()]
