"""The cache: Redis, or this process's own memory while Redis does not answer.

It holds counters (wrong passwords, password resets, error reports) and data that can be read again. A failing cache
must neither lock everybody out nor help a guesser: each process then counts for itself, so a person has at most the
limit times the number of web processes. `readyz` and the desk report the failure.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# How long nobody asks again after Redis did not answer: a login asks some ten times.
AWAY_SECONDS = 5
_ENTRIES = 50_000  # of the memory cache: counters are small, but a guesser could make any number of them

# Of this process, not of a cache object: Django makes one of those for each thread.
_away_until: dict[str, float] = {}


class RedisOrLocalCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # redis-py waits for as long as the network does, and tries again with growing pauses: a page must not.
        patience = {"socket_timeout": 2, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 0)}
        options = patience | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._name = str(server)
        self._local = LocMemCache(f"instead of {server}", {"OPTIONS": {"MAX_ENTRIES": _ENTRIES}})

    def _ask[R](self, ask: Callable[[BaseCache], R], redis: Callable[[], R]) -> R:
        if time.monotonic() >= _away_until.get(self._name, 0):
            try:
                return redis()
            except RedisError:
                _away_until[self._name] = time.monotonic() + AWAY_SECONDS
                logger.exception("redis does not answer: this process counts and remembers for itself")
        return ask(self._local)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        redis = super().add
        return self._ask(lambda c: c.add(key, value, *args, **kwargs), lambda: redis(key, value, *args, **kwargs))

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        redis = super().get
        return self._ask(lambda c: c.get(key, *args, **kwargs), lambda: redis(key, *args, **kwargs))

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        redis = super().set
        return self._ask(lambda c: c.set(key, value, *args, **kwargs), lambda: redis(key, value, *args, **kwargs))

    def delete(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        redis = super().delete
        return self._ask(lambda c: c.delete(key, *args, **kwargs), lambda: redis(key, *args, **kwargs))

    def incr(self, key: Any, *args: Any, **kwargs: Any) -> int:
        redis = super().incr
        return self._ask(lambda c: _incr(c, key, *args, **kwargs), lambda: redis(key, *args, **kwargs))


def _incr(local: BaseCache, key: Any, *args: Any, **kwargs: Any) -> int:
    local.add(key, 0)  # its beginning may lie in the Redis that went away
    return local.incr(key, *args, **kwargs)
