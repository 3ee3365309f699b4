"""Parse incoming times: RFC 3339 with an offset, or a date alone if only the day is known."""

import re
from datetime import UTC, date, datetime

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})\Z")


def parse_moment(text: str) -> date | datetime | None:
    """Return a date, or a time in UTC; None for anything else. A time without offset is ambiguous."""
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
        if _MOMENT.match(text):
            return datetime.fromisoformat(text.upper().replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None
