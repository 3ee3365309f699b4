"""Read query parameters strictly: an unknown, repeated or unreadable one is 400, never skipped."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from rest_framework.request import Request

from api.problems import BadParameter, UnknownFilter
from api.times import parse_moment

# Characters. A longer text is looked up by POST.
_LONGEST = 10_000


def check_params(request: Request, known: frozenset[str]) -> None:
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise UnknownFilter(
            f"Unknown query parameter: {', '.join(unknown)}. Known here: {', '.join(sorted(known)) or 'none'}.",
            errors=[_error("unknown-parameter", name, "This parameter is not known here.") for name in unknown],
        )
    for name, values in request.query_params.lists():
        if len(values) > 1:
            raise bad(name, f"{name} is given {len(values)} times; give it once.")
        if "\0" in values[0] or len(values[0]) > _LONGEST:
            raise bad(name, f"{name} holds a NUL character or more than {_LONGEST:,} characters.")


def text_param(request: Request, name: str) -> str:
    return str(request.query_params.get(name, "")).strip()


def uuid_param(request: Request, name: str) -> UUID | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError as problem:
        raise bad(name, f"{name} is an id (UUID).") from problem


def choice_param(request: Request, name: str, choices: Iterable[str]) -> str | None:
    given = request.query_params.get(name)
    known = list(choices)
    if given is not None and given not in known:
        raise bad(name, f"{name} is one of {', '.join(known)}.")
    return given


def bool_param(request: Request, name: str) -> bool | None:
    given = choice_param(request, name, ("true", "false"))
    return None if given is None else given == "true"


def moment_param(request: Request, name: str) -> datetime | None:
    """Return a date (its midnight in UTC) or an RFC 3339 time."""
    given = request.query_params.get(name)
    if given is None:
        return None
    found = parse_moment(given.replace(" ", "+"))
    if found is None:
        raise bad(name, f"{name} is a date or a time with its offset, such as 2021-06-16 or 2021-06-16T17:08:16Z.")
    return found if isinstance(found, datetime) else datetime(found.year, found.month, found.day, tzinfo=UTC)


def number_param(request: Request, name: str, *, least: int = 0, most: int = 2**63 - 1) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 19 or not least <= int(given) <= most:
        raise bad(name, f"{name} is a whole number from {least} to {most}.")
    return int(given)


def score_param(request: Request, name: str) -> float | None:
    """Return a decimal number from 0 to 1."""
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        score = float(given)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:  # "nan" is not either
        raise bad(name, f"{name} is a number from 0 to 1.")
    return score


def bad(name: str, detail: str) -> BadParameter:
    return BadParameter(detail, errors=[_error("bad-parameter", name, detail)])


def _error(code: str, name: str, detail: str) -> dict[str, str]:
    return {"pointer": f"?{name}", "code": code, "detail": detail}


__all__ = [
    "bad",
    "bool_param",
    "check_params",
    "choice_param",
    "moment_param",
    "number_param",
    "score_param",
    "text_param",
    "uuid_param",
]
