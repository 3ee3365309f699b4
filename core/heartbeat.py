"""Heartbeats of background workers: one key per queue that expires; screens ask for the queue that they wait for."""

import time
from collections.abc import Iterable
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

KEY = "factcheck:worker:heartbeat:"
# Workers write every two seconds; after five missed beats a screen says that no worker runs.
LIFETIME_SECONDS = 10


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    # redis-py retries three times with growing pauses: a probe wants to know now.
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


def redis_client() -> redis.Redis:
    """Return a client that answers within two seconds or raises `redis.RedisError`."""
    return _client(settings.REDIS_URL)


def beat(queues: Iterable[str]) -> None:
    pipeline = redis_client().pipeline(transaction=False)
    for queue in queues:
        pipeline.set(f"{KEY}{queue}", int(time.time()), ex=LIFETIME_SECONDS)
    pipeline.execute()


def is_redis_away() -> bool:
    """Return whether Redis is down. Background work waits then; pages still work."""
    try:
        redis_client().ping()
    except redis.RedisError:
        return True
    return False


def is_worker_alive(queue: str) -> bool:
    """Return whether a worker takes from the queue. False too when Redis is down: no task reaches a worker then."""
    return not dead_queues([queue])


def dead_queues(queues: Iterable[str]) -> list[str]:
    """Return the queues from which no worker takes; all of them when Redis does not answer."""
    wanted = list(queues)
    try:
        beats = redis_client().mget([f"{KEY}{queue}" for queue in wanted])
    except redis.RedisError:
        return wanted
    return [queue for queue, beat in zip(wanted, beats, strict=True) if beat is None]
