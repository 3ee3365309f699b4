"""The newsroom's own record (Desk) and its rating scales."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from accounts.services.validation import clean_text, clean_time_zone, invalid, known_zone
from annotations.errors import NotFound, WrongState
from annotations.models import Desk, Rating, RatingScale
from annotations.models.desk import RatingClass
from annotations.services.base import check_expected, writing
from annotations.services.verdicts.policy_checks import LEVELS, POLICY_CHECKS
from articles.canonical_url import check_address
from articles.claimreview.fields import RatingFields
from articles.claimreview.ratings import write_rating
from core.errors import Stale

ABOUT_TEXTS = ("methodology_text", "corrections_text", "funding_text", "people_text")
MAX_ABOUT = 20_000
DESK_FIELDS = (
    "name",
    "url",
    "logo_url",
    "corrections_url",
    "methodology_url",
    *ABOUT_TEXTS,
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
    """Return the desk's time zone; UTC where the system does not know its name."""
    return known_zone(Desk.objects.values_list("time_zone", flat=True).get()) or ZoneInfo("UTC")


def update_desk(*, person: User, expected: int | None = None, **fields: Any) -> Desk:
    """Write any of DESK_FIELDS.

    Published documents do not change; the next publication carries the new record. Raises InvalidInput, Stale.
    """
    check_permission(person, "desk.manage")
    unknown = set(fields) - set(DESK_FIELDS)
    if unknown:
        raise invalid(
            sorted(unknown)[0],
            "unknown-field",
            _("The desk has no field {names}.").format(names=", ".join(sorted(unknown))),
        )
    with writing(person):
        desk = Desk.objects.select_for_update().get()
        check_expected(desk.edit_number, expected)
        for name, value in fields.items():
            setattr(desk, name, _CLEAN[name](value) if name in _CLEAN else value)
        # Settings are saved by hand, so a colleague's change in between is refused (`expected`), not merged.
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
                "domains",
                "domain-invalid",
                _("“{domain}” is not a host name, such as example.org.").format(domain=domain),
            ) from error
    return found


def _clean_about(text: str) -> str:
    if len(text) > MAX_ABOUT:
        raise invalid(
            "about",
            "too-long",
            _("A page has at most {limit:,} characters. Nothing was saved.").format(limit=MAX_ABOUT),
        )
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _clean_policy(policy: dict[str, str]) -> dict[str, str]:
    known = {check.key for check in POLICY_CHECKS}
    for key, level in policy.items():
        if key not in known or level not in LEVELS:
            raise invalid(
                "policy",
                "policy-invalid",
                _("A policy check is {levels}; {key} cannot be {level}.").format(
                    levels=", ".join(LEVELS), key=key, level=level
                ),
            )
    return {check.key: policy.get(check.key, check.default_level) for check in POLICY_CHECKS}


def _clean_scale(scale: RatingScale | None) -> RatingScale | None:
    if scale is not None and not scale.is_active:
        raise invalid("default_scale", "scale-inactive", _("This scale is no longer in use."))
    return scale


_CLEAN: dict[str, Any] = {
    "name": lambda value: clean_text("name", value, longest=200),
    **{name: partial(check_address, field=name) for name in ("url", "logo_url", "corrections_url", "methodology_url")},
    "time_zone": clean_time_zone,
    "domains": _clean_domains,
    "policy": _clean_policy,
    "default_scale": _clean_scale,
    **dict.fromkeys(ABOUT_TEXTS, _clean_about),
}


MAX_RATINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingInput:
    label: str
    rating_class: str
    definition: str = ""
    value: Decimal | None = None
    colour: str = "#5b5b5b"
    icon: str = "dot"


def make_scale(
    *, person: User, name: str, description: str = "", ratings: Sequence[RatingInput], is_free_text: bool = False
) -> RatingScale:
    """Create a scale, version 1. Raises InvalidInput.

    With `is_free_text` authors type the label.
    """
    check_permission(person, "scale.manage")
    name = clean_text("name", name, longest=120)
    with writing(person):
        scale = RatingScale.objects.create(
            key=_find_free_key(name), name=name, description=description.strip(), is_free_text=is_free_text
        )
        _write_ratings(scale, ratings)
    return scale


def save_scale(
    *,
    person: User,
    scale_id: UUID | str,
    name: str,
    description: str,
    ratings: Sequence[RatingInput],
    is_free_text: bool = False,
    read: str = "",
) -> RatingScale:
    """Change a scale that no verdict uses yet.

    `read` is the digest of the scale that the person saw. Raises Stale where it is another now, WrongState once the scale
    is frozen.
    """
    check_permission(person, "scale.manage")
    name = clean_text("name", name, longest=120)
    with writing(person):
        scale = _lock_scale(scale_id)
        if scale.frozen_at:
            raise WrongState(_("The scale is in use and cannot change: make a new version of it. Nothing was saved."))
        if read and read != scale_digest(scale):
            raise Stale(_("Somebody else saved this scale since you opened it. Nothing of theirs was overwritten."))
        scale.name, scale.description, scale.is_free_text = name, description.strip(), is_free_text
        scale.save(update_fields=["name", "description", "is_free_text"])
        # Possible because no verdict refers to them: the scale is frozen with its first use.
        scale.ratings.all().delete()
        _write_ratings(scale, ratings)
    return scale


def scale_digest(scale: RatingScale) -> str:
    """Return a digest of everything that the scale's form edits."""
    ratings = [[str(value) for value in asdict(rating).values()] for rating in rating_inputs(scale)]
    words = json.dumps([scale.name, scale.description, scale.is_free_text, ratings])
    return hashlib.sha256(words.encode()).hexdigest()


def rating_inputs(scale: RatingScale) -> list[RatingInput]:
    return [_copy_rating(rating) for rating in scale.ratings.all()]


def new_version(*, person: User, scale_id: UUID | str) -> RatingScale:
    """Create the next version with the same ratings, not active yet."""
    check_permission(person, "scale.manage")
    with writing(person):
        scale = _lock_scale(scale_id)
        last = RatingScale.objects.filter(key=scale.key).aggregate(last=Max("version"))["last"]
        # One unused version at a time: two would leave authors with two drafts of the same scale.
        if RatingScale.objects.filter(key=scale.key, frozen_at=None, version__gt=scale.version).exists():
            raise WrongState(_("A newer version that nobody has used yet exists already: edit that one."))
        following = RatingScale.objects.create(
            key=scale.key,
            version=last + 1,
            name=scale.name,
            description=scale.description,
            is_free_text=scale.is_free_text,
            is_active=False,
        )
        _write_ratings(following, rating_inputs(scale))
    return following


def set_scale_active(*, person: User, scale_id: UUID | str, is_active: bool) -> RatingScale:
    """Offer a scale to authors, or stop offering it.

    Side effect: its other versions are deactivated, and the desk's default moves to the active version.
    """
    check_permission(person, "scale.manage")
    with writing(person):
        scale = _lock_scale(scale_id)
        desk = Desk.objects.select_for_update().get()
        others = RatingScale.objects.filter(key=scale.key).exclude(pk=scale.pk)
        if not is_active and desk.default_scale_id == scale.pk:
            raise WrongState(_("This is the desk's default scale. Choose another default first; nothing was changed."))
        if is_active:
            if desk.default_scale_id in set(others.values_list("pk", flat=True)):
                desk.default_scale = scale
                desk.save(update_fields=["default_scale", "updated_at"])
            # Two versions on offer at once would show authors every rating twice.
            others.filter(is_active=True).update(is_active=False)
        RatingScale.objects.filter(pk=scale.pk).update(is_active=is_active)
        scale.is_active = is_active
    return scale


def rating_previews(scale: RatingScale) -> list[tuple[Rating, dict[str, Any]]]:
    """Return each rating with the `reviewRating` of a ClaimReview that carries it."""
    ratings = list(scale.ratings.all())
    values = [float(rating.value) for rating in ratings if rating.value is not None]
    if scale.is_free_text:
        return [(rating, write_rating(RatingFields(label="what the author types"))) for rating in ratings]
    return [(rating, write_rating(_rating_fields(rating, values))) for rating in ratings]


def _rating_fields(rating: Rating, values: list[float]) -> RatingFields:
    if rating.value is None:
        return RatingFields(label=rating.label)
    return RatingFields(label=rating.label, value=float(rating.value), best=max(values), worst=min(values))


def _write_ratings(scale: RatingScale, ratings: Sequence[RatingInput]) -> None:
    if not 2 <= len(ratings) <= MAX_RATINGS:
        raise invalid("ratings", "ratings-count", _("A scale has 2 to {limit} ratings.").format(limit=MAX_RATINGS))
    labels = [clean_text("label", rating.label, longest=120) for rating in ratings]
    if len({label.lower() for label in labels}) < len(labels):
        raise invalid("ratings", "label-twice", _("Two ratings have the same label."))
    for rating in ratings:
        if rating.rating_class not in RatingClass.values:
            raise invalid(
                "ratings",
                "class-unknown",
                _("There is no class {rating_class}.").format(rating_class=rating.rating_class),
            )
    Rating.objects.bulk_create(
        Rating(
            scale=scale,
            position=position,
            label=label,
            definition=given.definition.strip(),
            value=given.value,
            rating_class=given.rating_class,
            colour=given.colour,
            icon=given.icon,
        )
        for position, (label, given) in enumerate(zip(labels, ratings, strict=True), 1)
    )


def _copy_rating(rating: Rating) -> RatingInput:
    names = ("label", "rating_class", "definition", "value", "colour", "icon")
    return RatingInput(**{name: getattr(rating, name) for name in names})


def _lock_scale(scale_id: UUID | str) -> RatingScale:
    scale = RatingScale.objects.select_for_update().filter(pk=scale_id).first()
    if scale is None:
        raise NotFound(_("This rating scale does not exist."))
    return scale


def _find_free_key(name: str) -> str:
    base = slugify(name)[:50] or "scale"
    taken = set(RatingScale.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in [base, *(f"{base}-{n}" for n in range(2, 1000))] if key not in taken)
