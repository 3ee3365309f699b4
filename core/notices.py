"""Tell open pages that something changed: ids over Redis, once the transaction has committed.

The events process (factcheck/events) passes notices on to browsers, which then ask for the change itself. A lost notice
costs a delay and nothing else: every page also asks of its own accord from time to time.
"""

import json
import logging
import time
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

import redis
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from core.heartbeat import redis_client
from core.http import actor

logger = logging.getLogger(__name__)

# How long nobody tries again after Redis did not answer: a write must not wait for it twice.
AWAY_SECONDS = 5
_away_until: dict[str, float] = {}


def channel() -> str:
    """Return the channel's name. Redis channels know no database number, so it stands in the name."""
    return f"factcheck:notices:{urlsplit(settings.REDIS_URL).path.strip('/') or '0'}"


def stream_url(request: HttpRequest, place: str) -> str:
    """Return where a page listens; empty where the desk runs without live updates.

    `place` is `article:<id>`, `claim:<id>` or `review:<id of the verdict>`.
    """
    if not settings.EVENTS:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname
    base = f"{request.scheme}://{host}:{settings.EVENTS_PORT}" if settings.EVENTS_PORT else ""
    return f"{base}/events/?at={place}"


def tell_of_change(*, article: UUID | str | None = None, claim: UUID | str | None = None) -> None:
    """Tell open pages after the commit that this article's marks or details, or this claim, changed.

    The actor goes as far as the events process, which tells each page only whether the change is its own person's.
    """
    ids = {"article": article, "claim": claim, "by": actor.get()}
    _tell({"type": "changed", **{name: str(value) for name, value in ids.items() if value}})


def tell_of_access() -> None:
    """Tell the events process after the commit that somebody signed out, was deactivated or lost a role."""
    _tell({"type": "access"})


def _tell(notice: dict[str, str]) -> None:
    transaction.on_commit(partial(publish, notice), robust=True)


def publish(notice: dict[str, str]) -> None:
    """Send a notice now. While Redis is away nothing is sent, and the write that told of it goes on."""
    url = settings.REDIS_URL
    if time.monotonic() < _away_until.get(url, 0):
        return
    try:
        redis_client().publish(channel(), json.dumps(notice))
    except redis.RedisError:
        _away_until[url] = time.monotonic() + AWAY_SECONDS
        logger.exception("redis does not answer: open pages learn of this change when they ask next")
