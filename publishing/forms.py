"""Forms of webhooks and exports. Services validate; forms only draw fields and read their types."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from annotations.models import Desk, Rating
from articles.text.languages import normalise_language
from publishing.events import EVENTS
from publishing.exports.formats import LISTS, TABLES, WORKING
from publishing.models import FactCheck


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://cms.example.org/hooks/factcheck", "spellcheck": "false"}),
        help_text=gettext_lazy("Where your CMS receives the messages: by POST, over https."),
    )
    description = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        choices=[(name, name) for name in EVENTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of them."),
    )


class RangeForm(forms.Form):
    since = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("To"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


def _ratings_in_use() -> list[str]:
    """Return the ratings of the desk's scale in their order, then those of other scales that were published."""
    scale = Desk.objects.values("default_scale")
    own = Rating.objects.filter(scale__in=scale, is_active=True).order_by("position", "pk")
    published = FactCheck.objects.exclude(rating_label="").order_by("rating_label")
    return list(
        dict.fromkeys(
            [*own.values_list("label", flat=True), *published.values_list("rating_label", flat=True).distinct()]
        )
    )


_FILTERS = ("q", "rating", "claimant", "language", "published_since", "published_until")


def _grouped_kinds() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return the formats by who opens the file."""
    groups: dict[str, list[tuple[str, Any]]] = {"tables": [], "programs": [], "working": []}
    for kind, form in LISTS.items():
        group = "working" if kind in WORKING else "tables" if kind in TABLES else "programs"
        groups[group].append((kind, gettext_lazy(form.label)))
    names = (gettext_lazy("For a spreadsheet"), gettext_lazy("For programs"), gettext_lazy("With what is unpublished"))
    return list(zip(names, groups.values(), strict=True))


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Format"), choices=_grouped_kinds(), initial="csv")
    q = forms.CharField(label=gettext_lazy("Search words"), max_length=200, required=False)
    rating = forms.ChoiceField(label=gettext_lazy("Rating"), required=False)
    claimant = forms.CharField(
        label=gettext_lazy("Claimant"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The whole name, as it was published."),
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=35,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "en"}),
    )
    published_since = forms.DateField(
        label=gettext_lazy("Published from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    published_until = forms.DateField(
        label=gettext_lazy("Published before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["rating"]
        field.choices = [("", "Any"), *((label, label) for label in _ratings_in_use())]

    def clean_language(self) -> str:
        given = self.cleaned_data["language"]
        tag = normalise_language(given) if given else ""
        if given and not tag:
            raise ValidationError(gettext("“{value}” is not a language tag such as en or pt-BR.").format(value=given))
        return tag

    def clean_claimant(self) -> str:
        """Return the name. An export of a name that nobody has would be an empty file, silently."""
        name: str = self.cleaned_data["claimant"]
        # Of the documents, as the export is: a claimant who was renamed has the published name there.
        if name and not FactCheck.objects.filter(document__claim__claimant__name__iexact=name).exists():
            raise ValidationError(
                gettext("No fact-check was published about “{name}”. Write the whole name.").format(name=name)
            )
        return name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        since, until = data.get("published_since"), data.get("published_until")
        if since and until and since >= until:
            self.add_error("published_until", gettext("This day has to come after “Published from”."))
        if data.get("kind") in WORKING:  # as a whole: the page hides these fields, so none of them may be refused
            for name in _FILTERS:
                self.errors.pop(name, None)
        return data

    def filter(self) -> dict[str, str]:
        """Return the filter for `start_export`. The working material comes as a whole."""
        if self.cleaned_data["kind"] in WORKING:
            return {}
        given = {name: self.cleaned_data[name] for name in _FILTERS}
        return {name: value if isinstance(value, str) else value.isoformat() for name, value in given.items() if value}
