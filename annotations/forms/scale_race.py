"""A scale's form after somebody else saved the scale first: both texts of every part that differs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.forms.scales import RatingFormSet, ScaleForm, rating_rows, ratings_of, scale_values
from annotations.models import RatingScale
from annotations.models.desk import RatingClass
from annotations.services.desk import RatingInput, rating_inputs, scale_digest
from core.diff.words import word_diff
from core.pages.lost_race import CHOICE, Competing, put_value

RATINGS = "ratings"


class _ScaleRace(NamedTuple):
    """`form` and `rows` are to be sent again. `taken` stays empty: a scale's form does not know what it was before."""

    form: ScaleForm
    rows: Any
    competing: list[Competing]
    taken: Sequence[str] = ()


def with_choices(data: QueryDict, scale: RatingScale) -> QueryDict:
    """Return the sent fields, with the scale's own wherever the person chose `theirs`."""
    given = data.copy()
    for name, value in scale_values(scale).items():
        if given.get(f"{CHOICE}{name}") == "theirs":
            put_value(given, name, value)
    if given.get(f"{CHOICE}{RATINGS}") == "theirs":
        _put_ratings(given, scale)
    return given


def after_lost_race(data: QueryDict, rows: Any, scale: RatingScale) -> _ScaleRace:
    """Compare the sent form, valid as it was, with the scale as it is now."""
    again = data.copy()
    again["read"] = scale_digest(scale)
    form = ScaleForm(again, initial=scale_values(scale))
    form.is_valid()
    saved = scale_values(scale)
    mine = {name: _words(form.cleaned_data[name]) for name in saved} | {RATINGS: _lines(ratings_of(rows))}
    theirs = {name: _words(value) for name, value in saved.items()} | {RATINGS: _lines(rating_inputs(scale))}
    labels = {name: str(form[name].label) for name in saved} | {RATINGS: _("Ratings")}
    competing = [
        Competing(name, labels[name], mine[name], theirs[name], word_diff(mine[name], theirs[name]))
        for name in labels
        if mine[name] != theirs[name]
    ]
    return _ScaleRace(form, RatingFormSet(again, initial=rating_rows(scale), prefix=RATINGS), competing)


def _put_ratings(data: QueryDict, scale: RatingScale) -> None:
    for name in [name for name in data if name.startswith(f"{RATINGS}-")]:
        del data[name]
    rows = rating_rows(scale)
    for name, count in (("TOTAL_FORMS", len(rows)), ("INITIAL_FORMS", len(rows))):
        data[f"{RATINGS}-{name}"] = str(count)
    for number, row in enumerate(rows):
        for name, value in row.items():
            put_value(data, f"{RATINGS}-{number}-{name}", value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("On") if value else _("Off")
    return str(value).replace("\r\n", "\n")


def _lines(ratings: Sequence[RatingInput]) -> str:
    """Return the ratings in words, one a line."""
    classes = dict(RatingClass.choices)
    lines = []
    for rating in ratings:
        number = "" if rating.value is None else f", {float(rating.value):g}"
        look = f"{rating.colour} {rating.icon}"
        definition = " ".join(rating.definition.split())
        lines.append(f"{rating.label} ({classes[rating.rating_class]}{number}, {look}) {definition}".strip())
    return "\n".join(lines)
