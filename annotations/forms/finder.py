"""The evidence finder's question and filters, as its form sends them."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.services.finder import PassageFilters

MAX_QUESTION, MAX_TERM, MOST_TERMS = 2_000, 80, 12


def _day(label: str) -> forms.DateField:
    return forms.DateField(required=False, label=label, widget=forms.DateInput(attrs={"type": "date"}))


class _FinderForm(forms.Form):
    """Browsers send no unticked boxes: `asked` tells a submitted form from a pane that was just opened."""

    asked = forms.BooleanField(required=False)
    q = forms.CharField(required=False, max_length=MAX_QUESTION, label="Question")
    not_claimant = forms.BooleanField(required=False)
    other_source = forms.BooleanField(required=False)
    number = forms.BooleanField(required=False)
    contradiction = forms.BooleanField(required=False)
    source = forms.UUIDField(required=False)
    language = forms.CharField(required=False, max_length=35)
    since = _day("From")
    until = _day("To")


@dataclass(frozen=True, slots=True)
class Asked:
    """`question` is empty for the claim's own statement; `terms` are the words added with one click."""

    question: str
    terms: list[str]
    filters: PassageFilters
    problems: list[str]

    @property
    def whole(self) -> str:
        return " ".join([self.question, *self.terms]).strip()


def read_asked(query: QueryDict) -> Asked:
    """Return the question and filters. A field that cannot be read is left out and named in `problems`."""
    form = _FinderForm(query)
    form.is_valid()
    data = form.cleaned_data
    labels = {
        "q": _("The question"),
        "since": _("The first day"),
        "until": _("The last day"),
        "source": _("The source"),
    }
    return Asked(
        question=data.get("q", ""),
        terms=[term[:MAX_TERM] for term in dict.fromkeys(query.getlist("term")) if term.strip()][:MOST_TERMS],
        filters=_filters(data),
        problems=[
            _("{field} could not be read, so it was left out.").format(field=labels.get(name, name))
            for name in form.errors
        ],
    )


def _filters(data: dict[str, Any]) -> PassageFilters:
    return PassageFilters(
        is_not_claimant=data.get("not_claimant", False) if data.get("asked") else None,
        is_other_source=data.get("other_source", False),
        has_number=data.get("number", False),
        is_contradiction=data.get("contradiction", False),
        source_id=data.get("source"),
        language=data.get("language", ""),
        published_since=_midnight(data.get("since")),
        published_until=_midnight(data.get("until"), days=1),
    )


def _midnight(day: Any, days: int = 0) -> datetime | None:
    """Return the start of the day, or of the next one: the last day of a range counts whole."""
    try:
        return datetime.combine(day, time(), UTC) + timedelta(days=days) if day else None
    except OverflowError:
        return None
