"""Claimants, and the record that a claimant was asked for comment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound
from annotations.models import Claimant, ClaimantContact
from annotations.services.base import locked_claim, touch_claim, writing
from annotations.services.verdicts.edits import reopen_for_edit
from articles.canonical_url import check_address
from core.database.sql import prepared_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimantInput:
    """A claimant by `id`, or by `name` (with role and links for a new record)."""

    id: UUID | str | None = None
    name: str = ""
    role: str = ""
    kind: str = "person"
    same_as: list[str] = field(default_factory=list)


def find_or_make_claimant(given: ClaimantInput, *, person: User) -> Claimant:
    """Find the claimant by id or name, or create one.

    Call inside `writing`. Raises NotFound, InvalidInput.
    """
    return ask_for_claimant(given, person=person)()


def ask_for_claimant(given: ClaimantInput, *, person: User) -> Callable[[], Claimant]:
    """Send the query of `find_or_make_claimant`, and return the function that takes its answer and does the rest.

    In a pipeline the answer comes with that of another query, so nobody waits for it.
    """
    if given.id:
        return partial(_find_by_id, given.id)
    name, role = " ".join(given.name.split()), given.role.strip()
    return partial(_take_or_make, _ask_by_name(name, role), name, given, person)


def _find_by_id(claimant_id: UUID | str) -> Claimant:
    found = Claimant.objects.filter(pk=claimant_id).first()
    if found is None:
        raise NotFound(_("This claimant does not exist. Nothing was saved."))
    return found


def _take_or_make(asked: CursorWrapper, name: str, given: ClaimantInput, person: User) -> Claimant:
    name = _clean_name(name)
    found = _take_answer(asked)
    if found is None:
        # Of two people who name a new claimant at the same moment the second waits for the first, and takes that one.
        new = Claimant(**_record(name, given), created_by=person)
        Claimant.objects.bulk_create([new], ignore_conflicts=True)
        found = _take_answer(_ask_by_name(name, new.role))
    if found is None:
        raise RuntimeError(f"No claimant {name!r} ({given.role!r}) after it was inserted")
    return found


# SQL on a prepared cursor instead of the ORM: composing this query was a fifth of a claim's time in Python (2026-11-30).
# lower(), not ILIKE or upper(): the unique index is on it.
_BY_NAME = """
SELECT * FROM annotations_claimant WHERE lower(name) = lower(%(name)s) AND %(role)s::text IN ('', role)
ORDER BY created_at, id LIMIT 1
"""


def _ask_by_name(name: str, role: str) -> CursorWrapper:
    """Ask for the oldest claimant of this name, and of this role if one is given: repeated marking must find the same one."""
    cursor = prepared_cursor()
    cursor.execute(_BY_NAME, {"name": name, "role": role})
    return cursor


def _take_answer(asked: CursorWrapper) -> Claimant | None:
    with asked as cursor:
        row = cursor.fetchone()
        names = [column[0] for column in cursor.description]
    if row is None:
        return None
    values, columns = dict(zip(names, row, strict=True)), [field.attname for field in Claimant._meta.concrete_fields]
    return Claimant.from_db(DEFAULT_DB_ALIAS, columns, [values[column] for column in columns])


def create_claimant(*, person: User, given: ClaimantInput) -> Claimant:
    """Create a record. Raises WrongState where name and role exist already."""
    check_permission(person, "claimant.write")
    name = _clean_name(given.name)
    with writing(person):
        return Claimant.objects.create(**_record(name, given), created_by=person)


def update_claimant(*, person: User, claimant: Claimant, **changes: Any) -> Claimant:
    """Change name, role, kind or same_as. Frozen content keeps the approved values. Raises InvalidInput, WrongState."""
    check_permission(person, "claimant.write")
    with writing(person):
        for name, value in changes.items():
            if name not in _CLEANERS:
                raise InvalidInput(_("A claimant has no field {name}.").format(name=name))
            setattr(claimant, name, _CLEANERS[name](value))
        claimant.save(update_fields=[*changes, "updated_at"])
    return claimant


CONTACT_FIELDS = ("asked_at", "channel", "response", "responded_at", "waived_reason")


def save_contact(*, person: User, claim_id: UUID | str, now: datetime, **values: Any) -> ClaimantContact:
    """Set any of CONTACT_FIELDS; fields not named stay. Raises InvalidInput.

    The contact is published with the check, so this is an edit of the verdict's content.
    """
    check_permission(person, "claim.write")
    unknown = set(values) - set(CONTACT_FIELDS)
    if unknown:
        raise InvalidInput(
            _("A contact has no field {names}. Nothing was saved.").format(names=", ".join(sorted(unknown)))
        )
    with writing(person):
        claim = locked_claim(claim_id)
        contact = ClaimantContact.objects.filter(claim=claim).first() or ClaimantContact(claim=claim)
        changed = {name: value for name, value in values.items() if getattr(contact, name) != value}
        # Saving an unchanged form must not take a verdict back to draft.
        if not changed:
            return contact
        for name, value in changed.items():
            setattr(contact, name, value)
        _check_contact(contact)
        contact.updated_by = person
        reopen_for_edit(claim, person=person, now=now)
        contact.save()
        touch_claim(claim, now=now)
    return contact


def _is_before(answered: datetime, asked: datetime) -> bool:
    # Midnight in UTC is a day without a time, see `day` in core/templatetags/ui.py.
    is_day = answered.astimezone(UTC).time() == time()
    return answered.astimezone(UTC).date() < asked.astimezone(UTC).date() if is_day else answered < asked


def _check_contact(contact: ClaimantContact) -> None:
    if contact.waived_reason.strip() and contact.asked_at:
        raise InvalidInput(
            _(
                "The claimant was asked, so a reason for not asking makes no sense: clear one of the two."
                " Your words are still in the form."
            )
        )
    if contact.response.strip() and not contact.asked_at:
        raise InvalidInput(_("Say when the claimant was asked. Your words are still in the form."))
    if contact.asked_at and contact.responded_at and _is_before(contact.responded_at, contact.asked_at):
        raise InvalidInput(_("The answer is dated before the question. Your words are still in the form."))


def _clean_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InvalidInput(_("A claimant needs a name. Nothing was saved."))
    return cleaned


def _record(name: str, given: ClaimantInput) -> dict[str, Any]:
    return {
        "name": name,
        "role": given.role.strip(),
        "kind": given.kind or "person",
        "same_as": _links(given.same_as),
    }


def _links(addresses: list[str]) -> list[str]:
    return [check_address(address, field="same_as") for address in addresses]


_CLEANERS: dict[str, Callable[[Any], Any]] = {"name": _clean_name, "role": str.strip, "kind": str, "same_as": _links}
