"""Canonical JSON (RFC 8785) and its SHA-256, which approvals and published documents are bound to.

Accepted beside JSON's own types, each with one spelling: aware datetimes (RFC 3339 in UTC with `Z`), dates, UUIDs,
enumerations (their value) and decimals that a double holds exactly. Anything else is a TypeError: a digest of a `repr`
would change silently.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785


def canonical_bytes(obj: Any) -> bytes:
    """Serialise canonically as UTF-8. Raises ValueError or TypeError for naive times, NaN and unknown types."""
    return bytes(rfc8785.dumps(plain(obj)))


def digest(obj: Any) -> str:
    """Return the SHA-256 of the canonical bytes in hex."""
    return hashlib.sha256(canonical_bytes(obj)).hexdigest()


def plain(obj: Any) -> Any:
    """Convert to JSON's own types, which survive jsonb with the same digest."""
    if isinstance(obj, Enum):
        return plain(obj.value)
    if obj is None or isinstance(obj, bool | int | float):
        return obj
    if isinstance(obj, str):
        return _encodable(str(obj))
    if isinstance(obj, Mapping):
        return {_key(key): plain(value) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        return [plain(item) for item in obj]
    return _scalar(obj)


def rfc3339(moment: datetime) -> str:
    """Format as RFC 3339 in UTC, ending in Z, with microseconds only if there are any."""
    if moment.tzinfo is UTC:  # as Postgres's times are read: exports ask for three of each check
        return moment.isoformat()[: -len("+00:00")] + "Z"
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone, so it names no moment")
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _scalar(obj: Any) -> Any:
    if isinstance(obj, datetime):
        return rfc3339(obj)
    if isinstance(obj, date):
        return obj.isoformat()
    if isinstance(obj, UUID):
        return str(obj)
    if isinstance(obj, Decimal):
        return _number(obj)
    raise TypeError(f"{type(obj).__name__} has no canonical JSON form")


def _number(value: Decimal) -> int | float:
    if value.is_finite() and value == value.to_integral_value():
        return int(value)
    # repr is the shortest text that reads back as the same double: any other would be published as another number.
    if Decimal(repr(float(value))) != value:
        raise ValueError(f"{value} does not fit a JSON number exactly")
    return float(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"object keys are strings, not {type(key).__name__}")
    return _encodable(str(key))


def _encodable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("half of a surrogate pair is not text") from error
    return text
