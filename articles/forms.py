"""Forms of imports, details and sources. The services validate; the forms only draw fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from articles.models import Article, Source
from articles.parsing import supported
from core.errors import DomainError

_LIST = "known-sources"


def add_refusal(form: forms.Form, refusal: DomainError) -> None:
    """Show a service's refusal beside the fields it points at, the rest of it above the form."""
    pointed = [(str(error.get("pointer", "")).lstrip("/"), error.get("detail", "")) for error in refusal.errors]
    placed = [(field, detail) for field, detail in pointed if field in form.fields]
    for field, detail in placed:
        form.add_error(field, detail)
    if not placed:
        form.add_error(None, refusal.message)


class _ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _ManyFilesField(forms.FileField):
    """A field of any number of files, as a list."""

    widget = _ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [file for file in given if file]


class ImportForm(forms.Form):
    """The import form. One of address, text and files is enough; everything given is imported."""

    urls = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "placeholder": "https://", "inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("Of an article or a feed. Several: one a line."),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste a text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The headline on the first line."),
    )
    files = _ManyFilesField(  # type: ignore[assignment]  # a form has an attribute of that name, as a field has none
        label=gettext_lazy("Or drop files"),
        required=False,
        help_text=supported().removeprefix("Supported are ").replace("plain", "Plain", 1),
    )
    source = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": _LIST, "autocomplete": "off"}),
        help_text=gettext_lazy("For articles that name none themselves."),
    )
    shows_first = forms.BooleanField(
        label=gettext_lazy("Show what it changes first"),
        required=False,
        initial=True,
        help_text=gettext_lazy("New versions of articles that carry claims wait until you have looked."),
    )


class FeedForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address of the feed"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
    )
    source = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": _LIST, "autocomplete": "off"}),
        help_text=gettext_lazy("For articles that name none themselves."),
    )
    every_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Ask every"),
        coerce=int,
        initial=30,
        choices=[
            (5, "5 minutes"),
            (15, "15 minutes"),
            (30, "30 minutes"),
            (60, "hour"),
            (360, "6 hours"),
            (1440, "day"),
        ],
    )


class DetailsForm(forms.Form):
    title = forms.CharField(max_length=1000)
    source = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"list": _LIST, "autocomplete": "off"})
    )
    origin = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": _LIST, "autocomplete": "off"}),
        help_text=gettext_lazy("The wire or first publisher. Sources of one origin count once."),
    )
    url = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=2000)
    byline = forms.CharField(required=False, max_length=500)
    published_at = forms.DateTimeField(
        label=gettext_lazy("Published"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
    )
    language = forms.CharField(required=False, max_length=35, help_text=gettext_lazy("A tag such as en or pt-BR."))

    @classmethod
    def of(cls, article: Article, data: Any = None) -> "DetailsForm":
        initial = {name: getattr(article, name) for name in cls.base_fields}
        for name in ("source", "origin"):
            initial[name] = initial[name].name if initial[name] else ""
        return cls(data, initial=initial, prefix="details")


class SourceForm(forms.Form):
    name = forms.CharField(max_length=200)
    domain = forms.CharField(required=False, max_length=253, help_text=gettext_lazy("Such as example.org"))
    language = forms.CharField(required=False, max_length=35, help_text=gettext_lazy("A tag such as en or pt-BR."))
    country = forms.CharField(required=False, max_length=2, help_text=gettext_lazy("Two letters, ISO 3166-1."))
    interests = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Owner, funding, leanings a reader should know of."),
    )

    @classmethod
    def of(cls, source: Source) -> "SourceForm":
        initial = {name: getattr(source, name) or "" for name in cls.base_fields}
        return cls(initial=initial)
