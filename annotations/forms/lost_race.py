"""A settings form after somebody else saved first: this person's own changes over the desk as it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from annotations.forms.scales import DeskForm
from annotations.models import Desk
from annotations.worddiff import Hunk, word_diff

CHOICE = "stands-"
"""Before a field's name: `mine` or `theirs`, asked where both changed it."""


@dataclass(frozen=True, slots=True)
class Competing:
    """A field that two people changed, in words. `ops` lead from mine to theirs."""

    name: str
    label: str
    mine: str
    theirs: str
    ops: list[Hunk]


@dataclass(frozen=True, slots=True)
class LostRace:
    """`form` is to be sent again; `taken` are the labels of fields that only the other person changed."""

    form: DeskForm
    competing: list[Competing]
    taken: list[str]


def with_choices(data: QueryDict, desk: Desk) -> QueryDict:
    """Return the sent fields, with the desk's own value wherever the person chose `theirs`."""
    given, saved = data.copy(), DeskForm.of(desk)
    for name in saved.fields:
        if given.get(f"{CHOICE}{name}") == "theirs":
            put_value(given, name, saved[name].initial)
    return given


def after_lost_race(form: DeskForm, desk: Desk) -> LostRace:
    """Compare the sent form with the desk as it is now. Fields that this person did not change become the desk's."""
    data = cast("QueryDict", form.data).copy()  # a bound form of a page has a QueryDict
    saved, own = DeskForm.of(desk), set(form.changed_data)
    competing, taken = [], []
    for name, field in saved.fields.items():
        if name == "edit_number":
            continue
        now, before = saved[name].initial, _clean(form, name, data.get(f"initial-{name}"))
        if name in own and form.cleaned_data.get(name) != _clean(form, name, now) != before:
            competing.append(_compete(form, saved, name))
        elif name not in own:
            if _clean(form, name, now) != before:
                taken.append(str(field.label or name))
            put_value(data, name, now)
        put_value(data, f"initial-{name}", now)
    put_value(data, "edit_number", desk.edit_number)
    return LostRace(DeskForm.of(desk, data), competing, taken)


def put_value(data: QueryDict, name: str, value: Any) -> None:
    """Write a value as a browser would send it: an unticked box is absent."""
    if value is False:
        data.pop(name, None)
    else:
        data[name] = "on" if value is True else "" if value is None else str(value)


def _clean(form: DeskForm, name: str, value: Any) -> Any:
    try:
        return form.fields[name].clean(value)
    except forms.ValidationError:
        return value


def _compete(form: DeskForm, saved: DeskForm, name: str) -> Competing:
    mine, theirs = _words(form, name, form[name].value()), _words(form, name, saved[name].initial)
    return Competing(name, str(form[name].label), mine, theirs, word_diff(mine, theirs))


def _words(form: DeskForm, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(field, forms.BooleanField):
        return "On" if value else "Off"
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): label for key, label in cast("Iterable[tuple[Any, Any]]", field.choices)}
        return str(labels.get(str(value or ""), value or ""))
    return str("" if value is None else value).replace("\r\n", "\n")
