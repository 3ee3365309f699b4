"""Run calls side by side, each on a connection of its own, and say how each ended."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, connections, transaction

from annotations.services.verdicts.transitions import Outcome
from core.errors import DomainError
from factcheck.local.processes import wait_until


def at_once(calls: list[Callable[[], object]]) -> list[str]:
    """Run all calls from threads and connections of their own, released together when all are connected; how each ended:
    "done", "waits" where a second person is missing, or the refusal's code."""
    barrier = Barrier(len(calls))
    sessions = set()

    def run(call: Callable[[], object]) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            sessions.add(cursor.fetchone()[0])
        barrier.wait(timeout=60)
        return how_it_ends(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        ended = list(pool.map(run, calls))
    assert len(sessions) == len(calls)
    return ended


def how_it_ends(call: Callable[[], object]) -> str:
    try:
        ended = call()
    except DomainError as refusal:
        return refusal.code if refusal.message else "silent"
    else:
        return "waits" if isinstance(ended, Outcome) and not ended.is_done else "done"
    finally:
        connections.close_all()


def somebody_waits() -> bool:
    """Return whether another session waits for this thread's transaction."""
    waits = (
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
    )
    with connection.cursor() as cursor:
        cursor.execute(waits)
        return bool(cursor.fetchone()[0])


def behind(call: Callable[[], object], *, first: Callable[[], object], then: Callable[[], object] = bool) -> str:
    """How `call` ends that has to wait for our transaction: we do `first`, it begins and waits, we do `then` and commit."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(how_it_ends, call)
            assert wait_until(somebody_waits, 60)
            then()
        return other.result()
