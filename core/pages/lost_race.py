"""A form after somebody else saved first: this person's own changes over the record as it is now.

Its fields carry what was read (`show_hidden_initial`), except hidden ones, which say which version that was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.diff.words import word_diff

CHOICE = "stands-"
"""Before a field's name: `mine` or `theirs`, asked where both changed it."""
Operations = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Competing:
    """A field that two people changed, in words. `ops` lead from mine to theirs."""

    name: str
    label: str
    mine: str
    theirs: str
    ops: Operations


@dataclass(frozen=True, slots=True)
class Comparison:
    """`data` is for the form to be sent again; `taken` are the labels of fields that only the other person changed."""

    data: QueryDict
    competing: list[Competing]
    taken: list[str]


def with_choices(data: QueryDict, saved: forms.Form) -> QueryDict:
    """Return the sent fields, with the saved value wherever the person chose `theirs`."""
    given = data.copy()
    for name in saved.fields:
        if given.get(f"{CHOICE}{name}") == "theirs":
            put_value(given, saved.add_prefix(name), _as_shown(saved, name))
    return given


def compare_forms(form: forms.Form, saved: forms.Form) -> Comparison:
    """Compare the sent form, valid as it was, with the record now. Fields that this person left alone become the record's."""
    data = cast("QueryDict", form.data).copy()  # a bound form of a page has a QueryDict
    own = set(form.changed_data)
    competing, taken = [], []
    for name, field in saved.fields.items():
        now, shown = saved[name].initial, _as_shown(saved, name)
        if field.widget.is_hidden:
            put_value(data, form.add_prefix(name), shown)
            continue
        before = _clean(form, name, data.get(form.add_initial_prefix(name)))
        if name in own and form.cleaned_data.get(name) != _clean(form, name, now) != before:
            mine, theirs = _words(form, name, form[name].value()), _words(form, name, now)
            competing.append(Competing(name, str(form[name].label), mine, theirs, word_diff(mine, theirs)))
        elif name not in own:
            if _clean(form, name, now) != before:
                taken.append(str(form[name].label))
            put_value(data, form.add_prefix(name), shown)
        put_value(data, form.add_initial_prefix(name), shown)
    return Comparison(data, competing, taken)


def put_value(data: QueryDict, name: str, value: Any) -> None:
    """Write a value as a browser would send it: an unticked box is absent."""
    if value is False:
        data.pop(name, None)
    else:
        data[name] = "on" if value is True else "" if value is None else str(value)


def _as_shown(form: forms.Form, name: str) -> Any:
    """Return a field's saved value; a time as its input shows it, which takes no time zone."""
    value = form[name].initial
    return form[name].field.widget.format_value(localtime(value)) if isinstance(value, datetime) else value


def _clean(form: forms.Form, name: str, value: Any) -> Any:
    try:
        return form.fields[name].clean(value)
    except forms.ValidationError:
        return value


def _words(form: forms.Form, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return _("On") if value else _("Off")
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): label for key, label in cast("Iterable[tuple[Any, Any]]", field.choices)}
        return str(labels.get(str(value or ""), value or ""))
    value = _clean(form, name, value)
    if isinstance(value, datetime):
        return date_format(localtime(value), "j F Y, H:i:s")
    return str("" if value is None else value).replace("\r\n", "\n")
