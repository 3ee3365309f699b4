"""Who works on which item. A lease lives two minutes and is renewed with every batch; what expires is anybody's.

A file that holds many articles keeps its lease while it is read, whatever the state of its first article's item.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from articles.models import ImportItem, ImportRun

LEASE = timedelta(seconds=settings.IMPORT_LEASE_SECONDS)
# A file whose reading kills the worker every time must not kill workers for ever.
MAX_ATTEMPTS = 5
_CLAIM_AT_ONCE = 25
_CLAIM_BYTES = 4 * 1024 * 1024

State = ImportItem.State
OPEN_RUNS = (ImportRun.State.QUEUED, ImportRun.State.RUNNING)


class LeaseLost(Exception):
    """Another worker has taken the item over: whatever was about to be written is theirs to write."""


def claim_items(*, run: ImportRun, now: datetime, limit: int = _CLAIM_AT_ONCE) -> list[ImportItem]:
    """Take up to `limit` items that nobody works on, in order."""
    token = uuid4()
    with transaction.atomic():
        free = ImportItem.objects.filter(run=run).filter(_is_free(now)).order_by("position")
        locked = free.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "locator", "raw__size")
        ids = _a_fair_share(locked[:limit])
        taken = ImportItem.objects.filter(pk__in=ids)
        taken.filter(state=State.QUEUED).update(state=State.RUNNING)
        taken.update(lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1)
    return list(ImportItem.objects.filter(pk__in=ids).select_related("raw").order_by("position"))


def renew(*, items: Iterable[ImportItem], now: datetime) -> None:
    """The heartbeat: still at work on these."""
    for token, ids in _by_token(items).items():
        held = ImportItem.objects.filter(pk__in=ids, lease_token=token)
        if held.update(lease_until=now + LEASE) != len(ids):
            raise LeaseLost


def lock_held(*, items: Iterable[ImportItem]) -> None:
    """Lock the items for this transaction. Raises LeaseLost where one of them is no longer held."""
    for token, ids in _by_token(items).items():
        held = ImportItem.objects.filter(pk__in=ids, lease_token=token).order_by("pk")
        if len(held.select_for_update().values_list("pk", flat=True)) != len(ids):
            raise LeaseLost


def give_back(*, items: Iterable[ImportItem]) -> None:
    """End the leases of what was not finished, so that the next worker need not wait for them to expire."""
    for token, ids in _by_token(items).items():
        held = ImportItem.objects.filter(pk__in=ids, lease_token=token)
        held.update(lease_token=None, lease_until=None, attempts=Greatest(F("attempts") - 1, 0))
        ImportItem.objects.filter(pk__in=ids, state=State.RUNNING, lease_token=None).update(state=State.QUEUED)


def runs_with_free_items(*, now: datetime) -> list[UUID]:
    """Runs that have something to do which nobody does: new ones, and what a dead worker held."""
    return list(ImportRun.objects.filter(_waits(now), state__in=OPEN_RUNS).values_list("pk", flat=True)[:1000])


def unfinished(run: ImportRun) -> QuerySet[ImportItem]:
    return ImportItem.objects.filter(run=run).filter(
        Q(state__in=[State.QUEUED, State.RUNNING]) | Q(lease_until__isnull=False) | Q(locator__has_key="next")
    )


def _a_fair_share(found: Iterable[tuple[int, dict[str, Any], int | None]]) -> list[int]:
    """The first of them, up to a few megabytes: what is large is left to other workers too."""
    ids: list[int] = []
    size = 0
    for pk, locator, stored in found:
        start, end = locator.get("range") or (0, stored or 0)
        size += end - start
        if ids and size > _CLAIM_BYTES:
            break
        ids.append(pk)
    return ids


def _is_free(now: datetime) -> Q:
    queued = Q(state=State.QUEUED) | Q(locator__has_key="next", lease_until=None)
    return queued | Q(lease_until__lt=now)


def _waits(now: datetime) -> Q:
    free = ImportItem.objects.filter(_is_free(now)).values("run")
    return Q(pk__in=free) | ~Q(pk__in=ImportItem.objects.filter(lease_until__gte=now).values("run"))


def _by_token(items: Iterable[ImportItem]) -> dict[UUID, list[int]]:
    by_token: dict[UUID, list[int]] = {}
    for item in items:
        if item.lease_token:
            by_token.setdefault(item.lease_token, []).append(item.pk)
    return by_token
