"""Standard Webhooks (https://www.standardwebhooks.com): secrets, signatures, when to try again. Pure.

The signed text is `id.timestamp.body`. We sign by hand: the reference package takes an aware time that is not UTC for
UTC and signs another moment than the header names; tests verify every signature with it.
"""

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

PREFIX: Final = "whsec_"
# How long after each failed attempt the next one comes; after the last nothing does.
PAUSES: Final = tuple(
    timedelta(**pause)
    for pause in (
        {"seconds": 5}, {"minutes": 5}, {"minutes": 30}, {"hours": 2}, {"hours": 5},
        {"hours": 10}, {"hours": 14}, {"hours": 20}, {"hours": 24},
    )
)  # fmt: skip
MOST_ATTEMPTS: Final = len(PAUSES) + 1
_JITTER = 0.2
_LONGEST_WAIT = timedelta(hours=24)
_WAITS_AS_ASKED = frozenset({429, 502, 504})


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, message_id: str, timestamp: int, body: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(message_id: str, body: str, *, secrets_in_use: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of one attempt; a signature per secret, so that receivers may change theirs in peace."""
    timestamp = int(at.astimezone(UTC).timestamp())
    signed = [signature(key, message_id=message_id, timestamp=timestamp, body=body) for key in secrets_in_use]
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signed)}


def pause_after(attempts: int, *, status: int | None, retry_after: str, now: datetime) -> timedelta | None:
    """How long to wait after this many failed attempts; None once all are used up.

    Up to a fifth longer than the plan, so that what failed together does not come back together; longer still where a
    429, 502 or 504 asks for it, at most a day.
    """
    if attempts > len(PAUSES):
        return None
    planned = PAUSES[attempts - 1] * (1 + random.random() * _JITTER)  # noqa: S311 - spreads load, hides nothing
    asked = _asked_for(retry_after, now) if status in _WAITS_AS_ASKED else timedelta(0)
    return max(planned, min(asked, _LONGEST_WAIT))


def _asked_for(retry_after: str, now: datetime) -> timedelta:
    """Retry-After as seconds or as an HTTP date; nothing where it is neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return timedelta(0)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
