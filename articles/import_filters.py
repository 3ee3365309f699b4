"""Filters of the list of imports."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import ImportRun
from core.pages.chips import Chip, make_chip

_SHOWN = {
    "open": Q(state__in=[ImportRun.State.QUEUED, ImportRun.State.RUNNING]),
    "held": Q(state=ImportRun.State.HELD),
    "failed": Q(state=ImportRun.State.FAILED) | Q(failed__gt=0),
}


def chosen_filters(query: Mapping[str, str]) -> dict[str, str]:
    """Return the filters of the address; unknown values are dropped."""
    found = {"show": query.get("show", ""), "who": query.get("who", "")}
    return {name: value for name, value in found.items() if value in _SHOWN or (name, value) == ("who", "me")}


def narrow_runs(runs: Any, chosen: Mapping[str, str], person: User) -> Any:
    if "show" in chosen:
        runs = runs.filter(_SHOWN[chosen["show"]])
    return runs.filter(created_by=person) if "who" in chosen else runs


def run_address(chosen: Mapping[str, str], **changes: str) -> str:
    kept = {name: value for name, value in ({**chosen, **changes}).items() if value}
    return "?" + urlencode(kept) if kept else "?all=1"


def run_chips(chosen: Mapping[str, str]) -> list[Chip]:
    shown = (
        (_("Mine"), {"who": "me"}),
        (_("Under way"), {"show": "open"}),
        (_("Waiting for a decision"), {"show": "held"}),
        (_("With failures"), {"show": "failed"}),
    )
    return [
        make_chip(label, changes, chosen=chosen, address=lambda changed: run_address(chosen, **changed))
        for label, changes in shown
    ]
