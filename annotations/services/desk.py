"""The desk's own record: who publishes, where, by which policy."""

from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name

from accounts.models import User
from accounts.permissions import check_permission
from accounts.services.validation import clean_text, clean_time_zone, invalid, known_zone
from annotations.models import Desk, RatingScale
from annotations.services.base import check_expected, writing
from annotations.services.guards import GUARDS, LEVELS

FIELDS = (
    "name",
    "url",
    "logo_url",
    "corrections_url",
    "methodology_url",
    "contact_email",
    "time_zone",
    "language",
    "domains",
    "policy",
    "default_scale",
    "has_public_pages",
    "receipt_alarm_hours",
)


def desk_zone() -> ZoneInfo:
    """By whose clock the desk's days begin; UTC where the system does not know the name."""
    return known_zone(Desk.objects.values_list("time_zone", flat=True).get()) or ZoneInfo("UTC")


def update_desk(*, person: User, expected: int | None = None, **fields: Any) -> Desk:
    """Write any of FIELDS. Published documents keep what they said: the new record goes into what is published next.

    Raises InvalidInput, Stale where somebody wrote since `expected`.
    """
    check_permission(person, "desk.manage")
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise invalid(sorted(unknown)[0], "unknown-field", f"The desk has no field {', '.join(sorted(unknown))}.")
    with writing(person):
        desk = Desk.objects.select_for_update().get()
        check_expected(desk.edit_number, expected)
        for name, value in fields.items():
            setattr(desk, name, _CLEAN[name](value) if name in _CLEAN else value)
        desk.edit_number += 1
        desk.save()
    return desk


def _clean_domains(domains: list[str]) -> list[str]:
    found = list(dict.fromkeys(domain.strip().lower().rstrip(".") for domain in domains if domain.strip()))
    for domain in found:
        try:
            validate_domain_name(domain)
        except ValidationError as error:
            raise invalid(
                "domains", "domain-invalid", f"“{domain}” is not a host name, such as example.org."
            ) from error
    return found


def _clean_policy(policy: dict[str, str]) -> dict[str, str]:
    known = {guard.key for guard in GUARDS}
    for key, level in policy.items():
        if key not in known or level not in LEVELS:
            raise invalid("policy", "policy-invalid", f"A guard is {', '.join(LEVELS)}; {key} cannot be {level}.")
    return {guard.key: policy.get(guard.key, "warn") for guard in GUARDS}


def _clean_scale(scale: RatingScale | None) -> RatingScale | None:
    if scale is not None and not scale.is_active:
        raise invalid("default_scale", "scale-inactive", "This scale is no longer in use.")
    return scale


_CLEAN: dict[str, Any] = {
    "name": lambda value: clean_text("name", value, longest=200),
    "time_zone": clean_time_zone,
    "domains": _clean_domains,
    "policy": _clean_policy,
    "default_scale": _clean_scale,
}
