"""Work through a run: claim items, read their entries, write them in batches."""

import gc
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat
from uuid import UUID

from django.db import OperationalError, connection, connections
from django.utils.translation import gettext, gettext_noop

from accounts.audit import acting
from articles.models import ImportItem, ImportRun
from articles.parsing import ParsedArticle
from articles.services.batches import Outcome, write_batch
from articles.services.enrichment import enrich_now
from articles.services.leases import OPEN_RUNS, LeaseLost, claim_items, give_back, renew, unfinished
from articles.services.reading import Ended, Entry, Fetch, read_item
from articles.services.runs import finish_if_done
from core.errors import DomainError

logger = logging.getLogger(__name__)
# A batch is held in memory as objects: bounded by entries and by the length of their texts.
BATCH_ENTRIES = 1_500
# A worker's first batch is small: it moves the bar at once, and workers that start together and bring the same new
# sources wait for each other (a source is unique) only briefly.
FIRST_ENTRIES = 50
# A batch is held in memory until it is written: of long texts it has few.
BATCH_CODE_POINTS = 4_000_000
# What has been read is written after this long, so that the bar moves and the lease does not run out.
BATCH_SECONDS = 2.0
# A pasted article beside a large import waits for what is left of these and for one batch.
LEAST_TURN_SECONDS = 1.0
_GARBAGE_AFTER = 100_000  # objects
_COMPARED_AT_ONCE = 25  # new revisions of one batch


class _WorkerEnded(DomainError):
    status = 500
    code = "worker-ended"
    title = gettext_noop("The import is not complete")


@dataclass
class _Turn:
    """Bounds a worker's time with a run: `seconds`, less if another run has not begun."""

    run_id: UUID
    seconds: float
    started: float = field(default_factory=time.monotonic)

    def is_over(self) -> bool:
        spent = time.monotonic() - self.started
        return spent > self.seconds or (spent > LEAST_TURN_SECONDS and self._is_another_waiting())

    def _is_another_waiting(self) -> bool:
        return ImportRun.objects.filter(state=ImportRun.State.QUEUED).exclude(pk=self.run_id).exists()


Part = Entry | Ended
Report = Callable[[Sequence[Outcome]], None]
Clock = Callable[[], datetime]


def process_run(
    *, run_id: UUID, fetch: Fetch, clock: Clock, report: Report | None = None, budget_seconds: float | None = None
) -> bool:
    """Process the run within the budget. Returns True if work may be left.

    With a budget the work ends early if another run has not begun, so that a large import never delays a small one by
    more than a batch.

    Several workers may process one run. Each batch is written with its outcomes in one transaction, so that after a
    crash every entry is written exactly once. `report` is called after each batch's commit.
    """
    run = _start(run_id, clock())
    if run is None:
        return False
    turn = _Turn(run_id, budget_seconds) if budget_seconds else None
    sizes = chain([min(FIRST_ENTRIES, BATCH_ENTRIES)], repeat(BATCH_ENTRIES))
    while items := claim_items(run=run, now=clock()):
        open_items = {item.pk: item for item in items}
        batches = _batches(_read_parts(items, run, fetch, clock, open_items), sizes)
        try:
            is_stopped = _work(batches, open_items, run, clock, report, turn)
        except LeaseLost:
            continue  # another worker took over what this one held for too long
        # Of a cancelled run nothing is left: `_drop` has taken it all.
        if is_stopped and not _is_cancelled(run):
            return True
        # A claim is often a single batch, after which nothing of it is open: the turn ends between claims as well.
        if turn and turn.is_over() and unfinished(run).exists():
            return True
    _finish(run_id, clock())
    return False


def process_run_side_by_side(
    *, run_id: UUID, workers: int, fetch: Fetch, clock: Clock, report: Report | None = None
) -> None:
    """Run `process_run` in several processes, for commands; each calls `report`.

    Reading keeps the processor busy and storing the database; threads would wait for each other's interpreter lock
    (measured: two threads took twice the time of one).
    """
    if workers > 1:
        connections.close_all()  # a connection must not live on in two processes
    # fork, not spawn: the helpers share the imported parsers, which take a second and 70 MB to load.
    context = multiprocessing.get_context("fork")
    arguments = {"run_id": run_id, "fetch": fetch, "clock": clock, "report": report}
    helpers = [context.Process(target=process_run, kwargs=arguments) for _ in range(workers - 1)]
    with _garbage_left():
        for helper in helpers:
            helper.start()
        process_run(run_id=run_id, fetch=fetch, clock=clock, report=report)
    # Outside of the block above: it only matters while helpers are forked and batches are built.
    for helper in helpers:
        helper.join()
    if any(helper.exitcode for helper in helpers):
        raise _WorkerEnded(gettext("A process ended before its work was done. Nothing is lost: run the same again."))
    _finish(run_id, clock())


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Freeze existing objects for the garbage collector, and disable it while a batch is built.

    The collector scanned all modules and models for every few thousand new objects (a tenth of the time) and made each
    forked helper copy them. A batch has some fifty objects per article and no cycles.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _work(
    batches: Iterable[list[Part]],
    open_items: dict[int, ImportItem],
    run: ImportRun,
    clock: Clock,
    report: Report | None,
    turn: _Turn | None,
) -> bool:
    """Write the batches. Returns True if it stopped early: cancelled, or out of time."""
    for batch in batches:
        outcomes = write_batch(batch=batch, run=run, now=clock())
        for part in batch:
            if isinstance(part, Ended):
                open_items.pop(part.item.pk, None)
        if report:
            report(outcomes)
        _compare_few(outcomes)
        if _is_cancelled(run):
            _drop(open_items.values(), run)
            return True
        # Only after a written batch: each turn makes progress, however short it is.
        if open_items and turn and turn.is_over():
            give_back(items=open_items.values())
            return True
        renew(items=open_items.values(), now=clock())
    return False


def _compare_few(outcomes: Sequence[Outcome]) -> None:
    """Compare a small import with other articles at once; a large one is left to the background."""
    new = [outcome.revision_id for outcome in outcomes if outcome.revision_id]
    if len(new) > _COMPARED_AT_ONCE:
        return
    try:
        enrich_now(new)
    except OperationalError:  # the articles are stored; the background compares them later
        logger.warning("a small import was not compared at once", exc_info=True)


def _read_parts(
    items: Sequence[ImportItem], run: ImportRun, fetch: Fetch, clock: Clock, open_items: dict[int, ImportItem]
) -> Iterator[Part]:
    for item in items:
        if item.raw_id is None:
            renew(items=open_items.values(), now=clock())  # fetching takes its time
        yield from read_item(item=item, run=run, fetch=fetch)


def _batches(parts: Iterable[Part], sizes: Iterator[int]) -> Iterator[list[Part]]:
    """Group parts into batches of `sizes`, smaller if texts are long or reading is slow."""
    batch: list[Part] = []
    size, most = 0, next(sizes)
    started = time.monotonic()
    for part in parts:
        batch.append(part)
        if isinstance(part, Entry) and isinstance(part.outcome, ParsedArticle):
            size += len(part.outcome.canonical.text)
        is_due = time.monotonic() - started > BATCH_SECONDS
        if len(batch) >= most or size >= BATCH_CODE_POINTS or is_due:
            yield batch
            batch, size, most, started = [], 0, next(sizes), time.monotonic()
    if batch:
        yield batch


def _start(run_id: UUID, now: datetime) -> ImportRun | None:
    runs = ImportRun.objects.filter(pk=run_id, state__in=OPEN_RUNS)
    # Compare-and-set: several workers may start the same run, and a cancelled one must not start again.
    runs.filter(started_at=None).update(started_at=now)
    runs.update(state=ImportRun.State.RUNNING)
    return ImportRun.objects.select_related("source").filter(pk=run_id, state=ImportRun.State.RUNNING).first()


def _is_cancelled(run: ImportRun) -> bool:
    return ImportRun.objects.filter(pk=run.pk, cancel_requested_at__isnull=False).exists()


def _drop(items: Iterable[ImportItem], run: ImportRun) -> None:
    """Cancel the unread items of a cancelled run; half-read files keep their articles."""
    with acting(run.created_by_id):
        give_back(items=items)
        ids = [item.pk for item in items]
        # `done` is counted up here, not in the database: another worker of the run would count from the same number.
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        for item in ImportItem.objects.filter(pk__in=ids, lease_until=None):
            # "next" makes a half-read file free again: without it no worker goes on reading.
            item.locator.pop("next", None)
            if item.state == ImportItem.State.QUEUED:
                item.state = ImportItem.State.CANCELLED
                locked.done += 1
            item.save(update_fields=["locator", "state"])
        locked.save(update_fields=["done"])


def _finish(run_id: UUID, now: datetime) -> None:
    with acting(None):
        # Of two workers that end the last items at once, one finishes the run and announces it.
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        is_finished = run.state == ImportRun.State.RUNNING and finish_if_done(run=run, now=now)
    if is_finished:
        _tidy_after(run)


# Fewer rows autovacuum takes care of by itself, and the pending list of the search index stays short.
MANY = 500
# Each in a connection of its own: while the passages are vacuumed, the others are.
_TABLES = (("articles_searchpassage",), ("articles_article", "articles_articlerevision"))


def _tidy_after(run: ImportRun) -> None:
    """Flush the search index's pending list and ANALYZE: the next search was a hundred times slower without.

    Needs MAINTAIN on the tables (core/database/grants.py); does nothing inside a transaction.
    """
    if run.created + run.updated < MANY or connection.in_atomic_block:
        return
    with ThreadPoolExecutor(len(_TABLES)) as pool:
        list(pool.map(_vacuum, _TABLES))


def _vacuum(tables: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        # VACUUM of a large table takes longer than any page may, and cannot run in a transaction.
        cursor.execute("SET statement_timeout = 0")
        try:
            # SKIP_LOCKED: autovacuum may be at the same table; waiting for it would only do the work twice.
            cursor.execute(f"VACUUM (ANALYZE, SKIP_LOCKED) {', '.join(tables)}")
        finally:
            cursor.execute("RESET statement_timeout")
            connection.close()  # this thread's
