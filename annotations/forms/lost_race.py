"""The settings form after somebody else saved first, with what differs marked word by word."""

from dataclasses import dataclass

from annotations.forms.scales import DeskForm
from annotations.models import Desk
from core.pages.lost_race import Competing, compare_forms


@dataclass(frozen=True, slots=True)
class _LostRace:
    """`form` is to be sent again; `taken` are the labels of fields that only the other person changed."""

    form: DeskForm
    competing: list[Competing]
    taken: list[str]


def after_lost_race(form: DeskForm, desk: Desk) -> _LostRace:
    """Compare the sent form with the desk as it is now."""
    compared = compare_forms(form, DeskForm.of(desk))
    return _LostRace(DeskForm.of(desk, compared.data), compared.competing, compared.taken)
