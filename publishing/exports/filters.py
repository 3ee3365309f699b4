"""Read an export's filter into SQL over the stored documents."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.errors import InvalidInput
from core.ids import parse_uuid

_DOCUMENT = "fc.document"
_LONGEST = 2_000  # characters of a filter


@dataclass(slots=True)
class Where:
    """A condition on `publishing_factcheck fc`. Values go in through `params` alone."""

    conditions: list[str] = field(default_factory=lambda: ["fc.state = 'published'", "fc.document IS NOT NULL"])
    params: list[Any] = field(default_factory=list)

    def add(self, condition: str, *params: Any) -> None:
        self.conditions.append(condition)
        self.params.extend(params)

    @property
    def sql(self) -> str:
        return " AND ".join(self.conditions) or "true"


def where_for(kind: str, given: dict[str, Any]) -> Where:
    """Return the condition of an export. Raises InvalidInput for an unknown name or a value that cannot be read."""
    if kind.startswith("work"):
        return _refuse_filters(given)
    return _where_foreign(kind, given) if is_foreign(given) else _where_published(given)


def is_foreign(given: dict[str, Any]) -> bool:
    """Return whether the filter wants checks of other desks."""
    return "checks" in given


def _refuse_filters(given: dict[str, Any]) -> Where:
    """Return the condition of the working material, which takes no filter."""
    for name in given:
        raise _bad_filter(name, _("The working material comes as a whole, so it takes no filter."))
    return Where([])


def _where_published(given: dict[str, Any]) -> Where:
    unknown = sorted(set(given) - set(_FILTERS))
    if unknown:
        raise _bad_filter(
            unknown[0],
            _("Unknown filter: {unknown}. There are: {filters}.").format(
                unknown=", ".join(unknown), filters=", ".join(_FILTERS)
            ),
        )
    found = Where()
    for name, value in given.items():
        if text := _read_text(value, name):
            _FILTERS[name](found, text, name)
    return found


def _where_foreign(kind: str, given: dict[str, Any]) -> Where:
    """Return a condition on `publishing_foreigncheck fk`."""
    unknown = sorted(set(given) - {"checks", "language"})
    if kind != "claimreview" or given["checks"] != "foreign" or unknown:
        name = unknown[0] if unknown else "checks"
        raise _bad_filter(
            name, _("Checks of other desks: kind claimreview with checks=foreign and, if you like, a language.")
        )
    found = Where(["fk.document ? 'claimreview'"])
    if language := _read_text(given.get("language", ""), "language"):
        column = "lower(fk.language)"
        found.add(f"({column} = lower(%s) OR starts_with({column}, lower(%s)))", language, f"{language}-")
    return found


def _read_text(value: Any, name: str) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > _LONGEST:
        raise _bad_filter(
            name,
            _("The filter {name} is a text of at most {longest:,} characters.").format(name=name, longest=_LONGEST),
        )
    return value.strip()


def _match_words(found: Where, value: str, _name: str) -> None:
    for word in value.split()[:16]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        texts = f"concat_ws(' ', fc.headline, {_DOCUMENT}->>'summary', {_DOCUMENT}->'claim'->>'statement')"
        found.add(f"{texts} ILIKE %s", pattern)


def _match_rating(found: Where, value: str, _name: str) -> None:
    found.add("(lower(fc.rating_label) = lower(%s) OR fc.rating_class = %s)", value, value)


def _match_claimant(found: Where, value: str, _name: str) -> None:
    """Match a claimant's id, or the whole published name."""
    if parse_uuid(value):
        # As Postgres writes ids: Python also reads `urn:uuid:…`, at which the worker would fail.
        by_id = "EXISTS (SELECT 1 FROM annotations_claim c WHERE c.id = fc.claim_id AND c.claimant_id = %s)"
        found.add(by_id, str(UUID(value)))
    else:
        found.add(f"lower({_DOCUMENT}->'claim'->'claimant'->>'name') = lower(%s)", value)


def _match_language(found: Where, value: str, _name: str) -> None:
    found.add("lower(fc.language) = lower(%s)", value)


def _match_article(found: Where, value: str, name: str) -> None:
    if not parse_uuid(value):
        raise _bad_filter(name, _("The filter {name} is an id (UUID).").format(name=name))
    one = "jsonb_build_array(jsonb_build_object('article', %s::text))"
    found.add(f"{_DOCUMENT}->'claim'->'appearances' @> {one}", str(UUID(value)))


def _match_since(found: Where, value: str, name: str) -> None:
    found.add("fc.published_at >= %s::timestamptz", _parse_moment(value, name))


def _match_until(found: Where, value: str, name: str) -> None:
    found.add("fc.published_at < %s::timestamptz", _parse_moment(value, name))


def _parse_moment(value: str, name: str) -> str:
    """Read a date (its midnight in UTC) or a time with its offset."""
    try:
        if len(value) == len("2021-06-16"):
            return f"{date.fromisoformat(value).isoformat()}T00:00:00+00:00"
        moment = datetime.fromisoformat(value)
        # In UTC: Postgres knows no offset beyond 16 hours. The first and last hours of the calendar may have no UTC.
        in_utc = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _bad_filter(
            name, _("The filter {name} is a date or a time with its offset, such as 2021-06-16.").format(name=name)
        ) from error
    if moment.tzinfo is None:
        raise _bad_filter(
            name, _("The filter {name} is a time without its offset: write 2021-06-16T17:08:16Z.").format(name=name)
        )
    return in_utc.isoformat()


def _bad_filter(name: str, detail: str) -> InvalidInput:
    return InvalidInput(
        _("{detail} Nothing was started.").format(detail=detail),
        errors=[{"pointer": f"/filter/{name}", "code": "bad-filter", "detail": detail}],
    )


_FILTERS: dict[str, Callable[[Where, str, str], None]] = {
    "q": _match_words,
    "rating": _match_rating,
    "claimant": _match_claimant,
    "language": _match_language,
    "article": _match_article,
    "published_since": _match_since,
    "published_until": _match_until,
}
