"""Steps of undo and redo, by kind of act. Called with the claim locked; each compares before it writes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.errors import NotFound, Stale, WrongState
from annotations.models import Act, Appearance, Claim, Evidence
from annotations.services import claims, evidence
from annotations.services.acts.checks import check_untouched_by_others, row_of
from annotations.services.acts.fields import fields_of
from annotations.services.boundaries import point_back
from annotations.services.claimants import ClaimantInput
from articles.services.revisions import set_block_roles

_REMOVE: dict[str, Callable[..., Any]] = {
    "claim": claims.remove_claim,
    "appearance": claims.remove_appearance,
    "evidence": evidence.remove_evidence,
}
_RESTORE: dict[str, Callable[..., Any]] = {
    "claim": claims.restore_claim,
    "appearance": claims.restore_appearance,
    "evidence": evidence.restore_evidence,
}


def remove(act: Act, *, person: User, now: datetime, **_fields: Any) -> None:
    check_untouched_by_others(act, person=person)
    _REMOVE[act.subject](person=person, now=now, **{f"{act.subject}_id": act.object_id})


def restore(act: Act, *, person: User, now: datetime, **_fields: Any) -> None:
    if row_of(act).removed_at is None:
        raise WrongState(_("It is back already."))
    _RESTORE[act.subject](person=person, now=now, **{f"{act.subject}_id": act.object_id})


def edit(act: Act, *, present: dict[str, Any], wanted: dict[str, Any], person: User, now: datetime) -> None:
    row = row_of(act)
    if getattr(row, "removed_at", None):
        raise NotFound(_("It has been removed since."))
    values = fields_of(row)
    if any(values[name] != value for name, value in present.items()):
        raise Stale(_("It was edited again since then, so nothing was overwritten."))
    _WRITE[act.subject](row, wanted, person=person, now=now)


def move(act: Act, *, present: dict[str, Any], wanted: dict[str, Any], person: User, now: datetime) -> None:
    row = row_of(act)
    point_back(row, UUID(present["passage"]), UUID(wanted["passage"]), person=person, now=now)


def put_roles(act: Act, *, present: dict[str, str], wanted: dict[str, str], person: User, now: datetime) -> None:
    expected = {int(number): role for number, role in present.items()}
    roles = {int(number): role for number, role in wanted.items()}
    set_block_roles(article_id=act.object_id, roles=roles, expected=expected, person=person, now=now)


def _write_claim(row: Claim, wanted: dict[str, Any], *, person: User, now: datetime) -> None:
    changes = dict(wanted)
    if "claimant" in changes:
        changes["claimant"] = ClaimantInput(id=changes["claimant"]) if changes["claimant"] else None
    claims.update_claim(person=person, claim_id=row.pk, now=now, **changes)


def _write_speech(row: Appearance, wanted: dict[str, Any], *, person: User, now: datetime) -> None:
    # All of the speech is written at once, so what the act did not change comes from the row.
    values = fields_of(row) | wanted
    values["said_at"] = parse_datetime(values["said_at"]) if values["said_at"] else None
    claims.update_appearance(person=person, appearance_id=row.pk, speech=claims.Speech(**values), now=now)


def _write_evidence(row: Evidence, wanted: dict[str, Any], *, person: User, now: datetime) -> None:
    evidence.update_evidence(person=person, evidence_id=row.pk, now=now, **wanted)


_WRITE: dict[str, Callable[..., None]] = {
    "claim": _write_claim,
    "appearance": _write_speech,
    "evidence": _write_evidence,
}
