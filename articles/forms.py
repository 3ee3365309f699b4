"""Forms of imports, details and sources. The services validate; the forms only draw fields."""

import contextlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from articles.canonical_url import MAX_URL, is_web_address
from articles.models import Article, FeedWatch, Source
from articles.parsing import supported
from articles.services.sources import source_digest

_LIST = "known-sources"


class _ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _ManyFilesField(forms.FileField):
    """A field of any number of files, as a list."""

    widget = _ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [file for file in given if file]


_MOST_TOLD = 5


def _addresses_in(text: str) -> list[str]:
    """Return the web addresses of a text, one a line. Raises ValidationError that names each line that is none."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    wrong = [(number, line) for number, line in lines if not is_web_address(line) or len(line) > MAX_URL]
    if not wrong:
        return [line for _number, line in lines]
    told = [
        gettext("Line {number} is not a web address: “{line}”.").format(number=number, line=line[:100])
        for number, line in wrong[:_MOST_TOLD]
    ]
    if len(wrong) > _MOST_TOLD:
        told.append(gettext("{count} more lines are not addresses either.").format(count=len(wrong) - _MOST_TOLD))
    hint = gettext(
        "Write each like https://example.org/story, one a line. Nothing was imported; your entries are kept."
    )
    raise ValidationError([*told, hint])


def _source_field(label: Any, help_text: Any = "") -> forms.CharField:
    """Return a field for a source's name, known or new, with the known ones as suggestions."""
    widget = forms.TextInput(attrs={"list": _LIST, "autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=200, widget=widget, help_text=help_text)


class ImportForm(forms.Form):
    """The import form. One of address, text and files is enough; everything given is imported."""

    urls = forms.CharField(
        label=gettext_lazy("Or fetch an address"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "placeholder": "https://", "inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("Of an article or a feed; several, one per line."),
    )
    text = forms.CharField(
        label=gettext_lazy("Paste a text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Put the headline on the first line."),
    )
    # Any: a bound form has an attribute `files` of another type, which the form class makes out of this one.
    files: Any = _ManyFilesField(
        label=gettext_lazy("Or drop files"),
        required=False,
        help_text=supported().removeprefix("Supported are ").replace("plain", "Plain", 1),
    )
    source = _source_field(gettext_lazy("Source"), gettext_lazy("For articles that name none themselves."))
    shows_first = forms.BooleanField(
        label=gettext_lazy("Show what it changes first"),
        required=False,
        initial=True,
        help_text=gettext_lazy("New versions of articles that carry claims wait until you have looked."),
    )

    def clean_urls(self) -> list[str]:
        return _addresses_in(self.cleaned_data["urls"])

    def clean(self) -> dict[str, Any]:
        # A browser sends files once: the page that shows the errors no longer has them.
        if self.errors and self.cleaned_data.get("files"):
            self.add_error("files", gettext("Choose the files again: nothing was imported, so they were not kept."))
        return self.cleaned_data


_INTERVALS = {
    5: gettext_lazy("5 minutes"),
    15: gettext_lazy("15 minutes"),
    30: gettext_lazy("30 minutes"),
    60: gettext_lazy("hour"),
    360: gettext_lazy("6 hours"),
    1440: gettext_lazy("day"),
}


def interval_words(minutes: int) -> str:
    """Return what follows "every"."""
    return str(_INTERVALS.get(minutes) or gettext("{n} minutes").format(n=minutes))


class FeedForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address of the feed"),
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Shown instead of the address."),
    )
    source = _source_field(gettext_lazy("Source"), gettext_lazy("For articles that name none themselves."))
    every_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Check every"),
        coerce=int,
        initial=30,
        choices=list(_INTERVALS.items()),
    )

    @classmethod
    def of(cls, feed: FeedWatch) -> "FeedForm":
        form = cls(
            initial={
                "url": feed.url,
                "name": feed.name,
                "source": feed.source.name if feed.source else "",
                "every_minutes": feed.every_minutes,
            }
        )
        form.keep_interval(feed)
        return form

    def keep_interval(self, feed: FeedWatch) -> None:
        """Offer the feed's own interval too: a command or an older release may have set one that the form has not."""
        field = self.fields["every_minutes"]
        if isinstance(field, forms.TypedChoiceField) and feed.every_minutes not in _INTERVALS:
            field.choices = [(feed.every_minutes, interval_words(feed.every_minutes)), *_INTERVALS.items()]


class DetailsForm(forms.Form):
    # As high as the title is long: in one line most headlines would be cut.
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=1000, widget=forms.Textarea(attrs={"rows": 1, "dir": "auto"})
    )
    source = _source_field(gettext_lazy("Source"))
    origin = _source_field(
        gettext_lazy("Origin"),
        gettext_lazy("The wire or first publisher. Sources of one origin count once."),
    )
    url = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=2000)
    byline = forms.CharField(label=gettext_lazy("Byline"), required=False, max_length=500)
    published_at = forms.DateTimeField(
        label=gettext_lazy("Published"),
        required=False,
        # Without a step a browser asks for minutes, and shows the seconds of a value that has some.
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M:%S"),
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=35,
        help_text=gettext_lazy("Its code, such as en or pt-BR."),
    )

    @classmethod
    def of(cls, article: Article, data: Any = None) -> "DetailsForm":
        initial = {name: getattr(article, name) for name in cls.base_fields}
        for name in ("source", "origin"):
            initial[name] = initial[name].name if initial[name] else ""
        form = cls(data, initial=initial, prefix="details")
        # With what was read in the page, a detail that only a colleague or an import changed meanwhile is left alone.
        if data is None or form.add_initial_prefix("title") in data:
            for field in form.fields.values():
                field.show_hidden_initial = True
        return form

    def values_read(self) -> dict[str, Any]:
        """Return what the page showed when it was opened, as far as it sent that along and it can be read."""
        read = {}
        for name, field in self.fields.items():
            given = self.add_initial_prefix(name)
            if given in self.data:
                # A value that cannot be read is left out: nothing can be compared with it.
                with contextlib.suppress(ValidationError):
                    read[name] = field.to_python(self.data[given])
        return read


class SourceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    domain = forms.CharField(
        label=gettext_lazy("Domain"), required=False, max_length=253, help_text=gettext_lazy("Such as example.org")
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=35,
        help_text=gettext_lazy("Its code, such as en or pt-BR."),
    )
    # No maxlength: a browser would cut "Germany" to "Ge" without a word.
    country = forms.CharField(
        label=gettext_lazy("Country"), required=False, help_text=gettext_lazy("Its two-letter code, such as GB.")
    )
    interests = forms.CharField(
        label=gettext_lazy("Interests"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Owner, funding or leanings that a reader should know of."),
    )

    read = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, source: Source, data: Any = None) -> "SourceForm":
        """Return the form of a source, with what was read in the page: a lost race then knows who changed which field."""
        details = {name: getattr(source, name) or "" for name in cls.base_fields if name != "read"}
        form = cls(data, initial=details | {"read": source_digest(source)})
        for name in details:
            form.fields[name].show_hidden_initial = True
        return form
