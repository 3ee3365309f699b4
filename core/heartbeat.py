"""Whether a background worker lives: it writes a key that expires, screens ask for it."""

import time
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

KEY = "factcheck:worker:heartbeat"
# Workers write every two seconds; five missed beats and a screen says that nobody works.
LIFETIME_SECONDS = 10


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    # redis-py retries three times with growing pauses: a probe wants to know now.
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


def redis_client() -> redis.Redis:
    """A client for short questions: every answer within two seconds or a `redis.RedisError`."""
    return _client(settings.REDIS_URL)


def beat() -> None:
    redis_client().set(KEY, int(time.time()), ex=LIFETIME_SECONDS)


def is_redis_away() -> bool:
    """Nothing that workers do happens then; pages, marking and approving go on."""
    try:
        redis_client().ping()
    except redis.RedisError:
        return True
    return False


def is_worker_alive() -> bool:
    """False too when Redis does not answer: no task reaches a worker then."""
    try:
        return bool(redis_client().exists(KEY))
    except redis.RedisError:
        return False
