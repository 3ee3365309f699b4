"""Lease items to workers for two minutes, renewed with every batch.

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
from core.database.leases import ended, held

LEASE = timedelta(seconds=settings.IMPORT_LEASE_SECONDS)
# A file whose reading kills the worker every time must not kill workers for ever.
MAX_ATTEMPTS = 5
_CLAIM_AT_ONCE = 25
# A worker that dies gives all of its items back only after LEASE, so it holds little at a time.
_CLAIM_BYTES = 4 * 1024 * 1024
_SMALL_BYTES = 1024 * 1024

State = ImportItem.State
OPEN_RUNS = (ImportRun.State.QUEUED, ImportRun.State.RUNNING)


class LeaseLost(Exception):
    """Another worker has taken the item over. Write nothing of it."""


def claim_items(*, run: ImportRun, now: datetime, limit: int = _CLAIM_AT_ONCE) -> list[ImportItem]:
    """Lease up to `limit` free items in order. Returns none only if none is free.

    Items that another worker is just taking are left to it; if there are no others, wait for its choice.
    """
    free = ImportItem.objects.filter(_is_free(now), run=run).order_by("position")
    # First skip locked rows, so that workers never queue behind each other. If all were locked, wait once: the other
    # worker may leave some of them free.
    is_waiting = False
    while wanted := _a_fair_share(free.values_list("pk", "locator", "raw__size")[:limit]):
        ids = _take(free.filter(pk__in=wanted).select_for_update(skip_locked=not is_waiting, of=("self",)), now)
        if ids:
            return list(ImportItem.objects.filter(pk__in=ids).select_related("raw").order_by("position"))
        is_waiting = True
    return []


def _take(free: QuerySet[ImportItem], now: datetime) -> list[int]:
    with transaction.atomic():
        ids = list(free.values_list("pk", flat=True))
        taken = ImportItem.objects.filter(pk__in=ids)
        taken.filter(state=State.QUEUED).update(state=State.RUNNING)
        # One token for all: a lost lease of one item shows in the row count of the whole batch.
        taken.update(lease_token=uuid4(), lease_until=now + LEASE, attempts=F("attempts") + 1)
    return ids


def renew(*, items: Iterable[ImportItem], now: datetime) -> None:
    """Extend the leases of these items. Raises LeaseLost where one was taken over."""
    for token, ids in _by_token(items).items():
        held = ImportItem.objects.filter(pk__in=ids, lease_token=token)
        if held.update(lease_until=now + LEASE) != len(ids):
            raise LeaseLost


def lock_held(*, items: Iterable[ImportItem]) -> None:
    """Lock the items for this transaction. Raises LeaseLost where one of them is no longer held."""
    for token, ids in _by_token(items).items():
        # By key, as everywhere: two transactions that lock several items must not deadlock.
        held = ImportItem.objects.filter(pk__in=ids, lease_token=token).order_by("pk")
        if len(held.select_for_update().values_list("pk", flat=True)) != len(ids):
            raise LeaseLost


def give_back(*, items: Iterable[ImportItem]) -> None:
    """End the leases of unfinished items, so that the next worker need not wait."""
    for token, ids in _by_token(items).items():
        held = ImportItem.objects.filter(pk__in=ids, lease_token=token)
        # Attempts count deaths of workers; giving back is none.
        # Conditional on the token, as everywhere: a lease that another worker has taken over is not ours to end.
        held.update(lease_token=None, lease_until=None, attempts=Greatest(F("attempts") - 1, 0))
        ImportItem.objects.filter(pk__in=ids, state=State.RUNNING, lease_token=None).update(state=State.QUEUED)


def runs_with_free_items(*, now: datetime) -> list[UUID]:
    """Return the runs with free items: new ones, and those of a dead worker."""
    return list(ImportRun.objects.filter(_waits(now), state__in=OPEN_RUNS).values_list("pk", flat=True)[:1000])


def unfinished(run: ImportRun) -> QuerySet[ImportItem]:
    return ImportItem.objects.filter(run=run).filter(
        Q(state__in=[State.QUEUED, State.RUNNING]) | Q(lease_until__isnull=False) | Q(locator__has_key="next")
    )


def _a_fair_share(found: Iterable[tuple[int, dict[str, Any], int | None]]) -> list[int]:
    """Return the first items, up to a few megabytes and half of a large rest.

    The others go to other workers, so that all finish at about the same time.
    """
    sizes = {pk: _size(locator, stored) for pk, locator, stored in found}
    share = min(_CLAIM_BYTES, max(sum(sizes.values()) // 2, _SMALL_BYTES))
    ids: list[int] = []
    for pk, size in sizes.items():
        share -= size
        # The first item always, however large: otherwise nobody would ever take it.
        if ids and share < 0:
            break
        ids.append(pk)
    return ids


def _size(locator: dict[str, Any], stored: int | None) -> int:
    start, end = locator.get("range") or (0, stored or 0)
    return int(end - start)


def _is_free(now: datetime) -> Q:
    queued = Q(state=State.QUEUED) | Q(locator__has_key="next", lease_until=None)
    return queued | ended(now, LEASE)


def _waits(now: datetime) -> Q:
    free = ImportItem.objects.filter(_is_free(now)).values("run")
    return Q(pk__in=free) | ~Q(pk__in=ImportItem.objects.filter(held(now, LEASE)).values("run"))


def _by_token(items: Iterable[ImportItem]) -> dict[UUID, list[int]]:
    by_token: dict[UUID, list[int]] = {}
    for item in items:
        if item.lease_token:
            by_token.setdefault(item.lease_token, []).append(item.pk)
    return by_token
