"""`/healthz`: this process answers. `/readyz`: what it needs answers too, and what does not is named.

Both are open to probes without a login, so they say no more than that.
"""

import logging
from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.search.finder_index import backlog
from core.heartbeat import dead_queues, redis_client
from factcheck.queues import QUEUES

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 503 if something is down. A missing worker is reported but fails nothing."""
    checks = {name: probe() for name, probe in PROBES.items()}
    is_ready = all(state == "ok" for state in checks.values())
    body = {
        "status": "ok" if is_ready else "unavailable",
        "checks": checks,
        "worker": _workers(),
        "search": _search(),
        "events": _events(),
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def _database() -> str:
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        logger.exception("readiness: the database does not answer")
        return "unreachable"
    return "ok"


def _migrations() -> str:
    try:
        applied = set(MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations())
    except Error:
        return "unknown: the database does not answer"
    missing = len(_last_migrations() - applied)
    return f"{missing} apps wait for migrations" if missing else "ok"


def _workers() -> str:
    """Return "ok", or the queues without a worker. Probes and `make demo` compare with "ok"."""
    dead = dead_queues(QUEUES)
    if len(dead) == len(QUEUES):
        return "no worker is running"
    return f"no worker is running for {', '.join(dead)}" if dead else "ok"


def _events() -> str:
    """Return whether live updates are sent. Without them pages poll, so it fails nothing."""
    if not settings.EVENTS:
        return "off"
    return "no events process is running: pages poll" if dead_queues(["events"]) else "ok"


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """Return each app's newest migration in this code, cached for the life of the process."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _search() -> str:
    """Return how far the finder's index is behind. A lag fails nothing."""
    try:
        waiting = backlog()
    except Error:
        return "unknown: the database does not answer"
    if waiting.is_empty:
        return "ok"
    since = f" since {waiting.since.isoformat(timespec='seconds')}" if waiting.since else ""
    return f"behind: {waiting.articles} articles, {waiting.vectors} vectors{since}"


def _redis() -> str:
    try:
        redis_client().ping()
    except redis.RedisError:
        logger.exception("readiness: redis does not answer")
        return "unreachable"
    return "ok"


PROBES: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "redis": _redis}
