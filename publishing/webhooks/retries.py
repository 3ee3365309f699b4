"""The pauses before a webhook is tried again, and those of an endpoint that fails. Pure.

Retries follow Standard Webhooks (https://www.standardwebhooks.com) and belong to one delivery. The circuit breaker belongs
to the endpoint: without it 200 deliveries to a dead receiver are 200 connections of 15 s, again at every retry.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from secrets import randbelow
from typing import Final

# The pause after each failed attempt of a delivery; after the last one it has failed for good.
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
MOST_ATTEMPTS: Final = len(PAUSES) + 1
_JITTER_PERCENT = 20  # of the pause, at most
_LONGEST_WAIT = timedelta(hours=24)
_WAITS_AS_ASKED = frozenset({429, 502, 504})

MOST_IN_FLIGHT: Final = 2
"""Deliveries of one endpoint that are queued or being sent at the same time."""
OPENS_AFTER: Final = 5
"""Failed attempts in a row, of whichever deliveries, that open an endpoint's circuit breaker."""
_FIRST_BREAK = timedelta(seconds=30)  # doubles with every further failure
# Short beside PAUSES, so that a delivery's own schedule decides when an endpoint is given up.
_LONGEST_BREAK: Final = timedelta(minutes=15)


def pause_after(attempts: int, *, status: int | None, retry_after: str, now: datetime) -> timedelta | None:
    """Return the wait after this many failed attempts of a delivery; None when all are used up.

    Up to a fifth longer than the plan, so that deliveries that failed together do not come back together; longer still
    where a 429, 502 or 504 asks for it, at most a day.
    """
    if attempts > len(PAUSES):
        return None
    planned = PAUSES[attempts - 1] * (1 + randbelow(_JITTER_PERCENT + 1) / 100)
    asked = _parse_retry_after(retry_after, now) if status in _WAITS_AS_ASKED else timedelta(0)
    return max(planned, min(asked, _LONGEST_WAIT))


def break_after(failures: int) -> timedelta | None:
    """Return how long an endpoint is left alone after this many failures in a row; None while the breaker is closed."""
    if failures < OPENS_AFTER:
        return None
    # Bounded before it is raised: an endpoint may fail a million times.
    doubled: int = 2 ** min(failures - OPENS_AFTER, 10)
    return min(_FIRST_BREAK * doubled, _LONGEST_BREAK)


def is_paused(until: datetime | None, *, now: datetime) -> bool:
    """Return whether an endpoint is left alone now. A pause longer than any was written by a clock that ran ahead: it is over."""
    return until is not None and now < until <= now + _LONGEST_BREAK


def most_in_flight(failures: int) -> int:
    """Return how many deliveries an endpoint may have in flight: one, as a probe, once its breaker has opened."""
    return MOST_IN_FLIGHT if failures < OPENS_AFTER else 1


def _parse_retry_after(header: str, now: datetime) -> timedelta:
    """Read Retry-After as seconds or as an HTTP date; zero where it is neither."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # a number of any length may stand for an hour or an offset
        return timedelta(0)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
