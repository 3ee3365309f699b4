"""Claimants are records: found again by name, made once."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound
from annotations.models import Claimant
from annotations.services.base import writing


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimantInput:
    """A claimant by `id`, or by `name` (with role and links for a new record)."""

    id: UUID | str | None = None
    name: str = ""
    role: str = ""
    kind: str = "person"
    same_as: list[str] = field(default_factory=list)


def find_or_make_claimant(given: ClaimantInput, *, person: User) -> Claimant:
    """The record that is meant. A name that exists is that record; an unknown name makes one. Call inside `writing`."""
    if given.id:
        found = Claimant.objects.filter(pk=given.id).first()
        if found is None:
            raise NotFound("This claimant does not exist. Nothing was saved.")
        return found
    name = " ".join(given.name.split())
    if not name:
        raise InvalidInput("A claimant needs a name. Nothing was saved.")
    matches = list(Claimant.objects.filter(name__iexact=name).order_by("created_at", "pk")[:20])
    if given.role:
        matches = [match for match in matches if match.role == given.role]
    if matches:
        return matches[0]
    return Claimant.objects.create(
        name=name, role=given.role.strip(), kind=given.kind or "person", same_as=given.same_as, created_by=person
    )


def create_claimant(*, person: User, given: ClaimantInput) -> Claimant:
    """A new record. Raises WrongState where name and role exist already."""
    check_permission(person, "claimant.write")
    name = " ".join(given.name.split())
    if not name:
        raise InvalidInput("A claimant needs a name. Nothing was saved.")
    with writing(person):
        return Claimant.objects.create(
            name=name, role=given.role.strip(), kind=given.kind or "person", same_as=given.same_as, created_by=person
        )


def update_claimant(*, person: User, claimant: Claimant, **changes: Any) -> Claimant:
    """Change name, role, kind or same_as. Frozen content keeps what was approved."""
    check_permission(person, "claimant.write")
    with writing(person):
        for name, value in changes.items():
            if name not in {"name", "role", "kind", "same_as"}:
                raise InvalidInput(f"A claimant has no field {name}.")
            setattr(claimant, name, value)
        claimant.save(update_fields=[*changes, "updated_at"])
    return claimant
