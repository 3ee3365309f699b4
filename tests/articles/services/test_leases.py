"""Runs that are interrupted: leases, crashes between batches, cancelling, retrying."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from articles.models import Article, ImportItem, ImportRun
from articles.services import processing, reading
from articles.services.leases import LEASE, MAX_ATTEMPTS, LeaseLost, claim_items, lock_held, runs_with_free_items
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, cancel_import, retry_failed, start_import
from core.errors import WrongState
from tests.articles.conftest import NOW, no_network

pytestmark = pytest.mark.django_db
LATER = NOW + LEASE + timedelta(seconds=1)


def wire(count: int) -> bytes:
    items = [{"external_id": str(n), "title": f"Title {n}", "text": f"Words of {n}."} for n in range(count)]
    return b"\n".join(json.dumps(item).encode() for item in items)


@pytest.fixture
def start(editor: User) -> Callable[..., ImportRun]:
    def run(files: dict[str, bytes]) -> ImportRun:
        incoming = [IncomingFile(name, data) for name, data in files.items()]
        return start_import(person=editor, files=incoming, now=NOW)

    return run


def work(run: ImportRun, *, at: Any = NOW, **options: Any) -> bool:
    return process_run(run_id=run.pk, fetch=options.pop("fetch", no_network), clock=lambda: at, **options)


def test_a_large_import_lets_a_small_one_go_first(
    start: Callable[..., ImportRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "BATCH_ENTRIES", 10)
    monkeypatch.setattr(processing, "LEAST_TURN_SECONDS", 0)
    large = start({"wire.jsonl": wire(60)})
    small: list[ImportRun] = []

    def bring_in(outcomes: Any) -> None:
        if not small:
            small.append(start({"a.txt": b"Title\n\nText."}))

    assert work(large, budget_seconds=600, report=bring_in)
    large.refresh_from_db()
    assert large.done == 10
    assert not work(small[0], budget_seconds=600)
    assert not work(large, budget_seconds=600)  # nobody waits any more: to its end in one turn
    large.refresh_from_db()
    assert (large.created, large.state) == (60, ImportRun.State.FINISHED)


def test_it_does_so_between_two_claims_as_well(
    start: Callable[..., ImportRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that is written in one batch: an article sent beside 9,000 others once waited for the last of them."""
    monkeypatch.setattr(processing, "LEAST_TURN_SECONDS", 0)
    large = start({f"{number}.txt": f"Title {number}\n\nText {number}.".encode() for number in range(60)})
    small: list[ImportRun] = []

    def bring_in(outcomes: Any) -> None:
        if not small:
            small.append(start({"a.txt": b"Title\n\nText."}))

    assert work(large, budget_seconds=600, report=bring_in)
    large.refresh_from_db()
    assert 0 < large.done < 60
    assert not work(small[0], budget_seconds=600)
    assert not work(large, budget_seconds=600)


class Killed(BaseException):
    """As good as a SIGKILL: nothing catches it."""


def kill_after(batches: int) -> Callable[[Any], None]:
    seen: list[Any] = []

    def report(outcomes: Any) -> None:
        seen.append(outcomes)
        if len(seen) == batches:
            raise Killed

    return report


def test_nobody_takes_what_is_leased(start: Callable[..., ImportRun]) -> None:
    run = start({"a.txt": b"Title\n\nText.", "b.txt": b"Title\n\nText."})
    assert len(claim_items(run=run, now=NOW)) == 2
    assert claim_items(run=run, now=NOW) == []
    assert runs_with_free_items(now=NOW) == []


def test_an_expired_lease_is_anybodys_and_the_first_holder_may_no_longer_write(start: Callable[..., ImportRun]) -> None:
    run = start({"a.txt": b"Title\n\nText."})
    first = claim_items(run=run, now=NOW)
    assert runs_with_free_items(now=LATER) == [run.pk]

    second = claim_items(run=run, now=LATER)

    assert [item.pk for item in second] == [item.pk for item in first]
    lock_held(items=second)
    with pytest.raises(LeaseLost):
        lock_held(items=first)


def test_a_killed_workers_run_is_finished_by_another_every_entry_once(
    start: Callable[..., ImportRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "BATCH_ENTRIES", 10)
    run = start({"wire.jsonl": wire(35), "one.txt": b"Title\n\nText."})
    with pytest.raises(Killed):
        work(run, report=kill_after(2))
    assert Article.objects.count() == 20

    work(run, at=LATER)

    run.refresh_from_db()
    assert (run.state, run.created, run.done, run.total) == ("finished", 36, 36, 36)
    assert Article.objects.count() == run.items.count() == 36
    assert run.items.filter(state="created").values("article").distinct().count() == 36


def test_a_budget_gives_the_rest_back_at_once(start: Callable[..., ImportRun], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "BATCH_ENTRIES", 10)
    run = start({"wire.jsonl": wire(35)})
    assert work(run, budget_seconds=1e-9) is True
    assert runs_with_free_items(now=NOW) == [run.pk]
    while work(run, budget_seconds=1e-9):
        pass
    assert Article.objects.count() == 35


def test_what_kills_every_worker_fails_in_the_end(start: Callable[..., ImportRun]) -> None:
    run = start({"a.txt": b"Title\n\nText."})
    run.items.update(attempts=MAX_ATTEMPTS)
    work(run)
    item = run.items.get()
    assert (item.state, item.code) == ("failed", "worker-lost")


def test_cancelling_keeps_what_was_written(
    start: Callable[..., ImportRun], editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "BATCH_ENTRIES", 10)
    run = start({"wire.jsonl": wire(35), "one.txt": b"Title\n\nText."})

    def cancel(_outcomes: Any) -> None:
        cancel_import(run_id=run.pk, person=editor, now=NOW)

    work(run, report=cancel)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Article.objects.count() == run.created == 10
    assert run.items.get(name="one.txt").state == "cancelled"
    assert run.done == run.total == run.items.count()
    assert runs_with_free_items(now=LATER) == []


def test_a_queued_run_is_cancelled_at_once(start: Callable[..., ImportRun], editor: User) -> None:
    run = start({"one.txt": b"Title\n\nText."})
    assert cancel_import(run_id=run.pk, person=editor, now=NOW).state == "cancelled"
    with pytest.raises(WrongState):
        cancel_import(run_id=run.pk, person=editor, now=NOW)


def test_retry_reads_the_failed_entries_again_and_no_others(start: Callable[..., ImportRun], editor: User) -> None:
    run = start({"wire.jsonl": wire(3), "bad.json": b"{"})
    work(run)
    good = run.items.get(name="wire.jsonl:2")
    ImportItem.objects.filter(pk=good.pk).update(state="failed", code="x", article=None, revision=None)
    ImportRun.objects.filter(pk=run.pk).update(failed=2, created=2)

    retry_failed(run_id=run.pk, person=editor, now=NOW)
    work(run)

    run.refresh_from_db()
    good.refresh_from_db()
    assert (good.state, good.article is not None) == ("unchanged", True)
    assert (run.created, run.unchanged, run.failed, run.done) == (2, 1, 1, 4)
    assert run.items.count() == 4


def test_a_fetch_that_failed_is_fetched_again(editor: User) -> None:
    class Page:
        url = "https://example.org/story"
        body = b"A headline\n\nAnd the words of the story."
        content_type = "text/plain"
        etag = last_modified = ""

    def answers() -> Iterator[Any]:
        from core.fetching import FetchTimedOut

        yield FetchTimedOut("too slow")
        yield Page()

    source = answers()

    def fetch(url: str) -> Any:
        answer = next(source)
        if isinstance(answer, Exception):
            raise answer
        return answer

    run = start_import(person=editor, urls=["https://example.org/story?utm_source=x"], now=NOW)
    work(run, fetch=fetch)
    assert run.items.get().code == "fetch-timeout"

    retry_failed(run_id=run.pk, person=editor, now=NOW)
    work(run, fetch=fetch)

    assert run.items.get().state == "created"
    assert Article.objects.get().url == "https://example.org/story"


@pytest.mark.parametrize("read", [0, 10])
def test_a_file_that_was_given_up_is_read_to_its_end_when_it_is_tried_again(editor, start, monkeypatch, read):
    """Only the entry at which it was given up was read again once, and the run said that it had all."""
    run = start({"a.jsonl": wire(30)})
    with monkeypatch.context() as patch:
        if read:
            patch.setattr(reading, "_outcomes", broken_after(read))
        else:
            ImportItem.objects.update(attempts=MAX_ATTEMPTS)
        work(run)
    run.refresh_from_db()
    assert (run.failed, run.created, Article.objects.count()) == (1, read, read)
    retry_failed(run_id=run.pk, person=editor, now=NOW)
    work(run)
    run.refresh_from_db()
    assert (run.state, run.failed, run.created, run.done, run.total) == ("finished", 0, 30, 30, 30)
    assert Article.objects.count() == 30
    with pytest.raises(WrongState):
        retry_failed(run_id=run.pk, person=editor, now=NOW)


def broken_after(count: int) -> Callable[..., Iterator[Any]]:
    """Return a reader that breaks after so many entries, as a parser's mistake does."""
    original = reading._outcomes

    def read(item: ImportItem, run: ImportRun) -> Iterator[Any]:
        yield from itertools.islice(original(item, run), count)
        raise RuntimeError("a parser's mistake")

    return read
