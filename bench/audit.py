"""What trust costs: claim creation with and without the triggers that guard and record it, and eight writers beside one.

Without: the owner of the tables switches their triggers off, on a copy of the database, in the same run; rounds alternate.
Writers are processes with a connection each, on claims of their own; while they write, the sessions that wait for a lock
are counted every few milliseconds. Reach: no session ever waits for another's row.
Last, how fast `verify_audit` proves what was written.
BENCH_CLAIMS and BENCH_SECONDS set other sizes. The database is a scratch one of the tests' servers.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, cast

import psycopg

from bench.harness.scratch import configure, make_person, scratch_desk

if TYPE_CHECKING:
    from accounts.models import User

CLAIMS = int(os.environ.get("BENCH_CLAIMS", "150"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = 6
WRITERS = 8
_WITH_TRIGGERS = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1
"""
_WAITING = """
    SELECT coalesce(wait_event_type || ' ' || wait_event, 'running') FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
"""


def run() -> None:
    from tests.databases import owner_connection

    with scratch_desk() as scratch:
        with owner_connection() as owner:
            _cost(owner)
        scratch.renew()  # what was written without triggers cannot be proved
        _writers()
        _proof()


def _cost(owner: psycopg.Connection) -> None:
    person = make_person("editor")
    _create(person, 30)  # plans and caches
    tables = [name for (name,) in owner.execute(_WITH_TRIGGERS).fetchall()]
    times: dict[str, list[float]] = {"ENABLE": [], "DISABLE": []}
    events = _count(owner)
    for number in range(ROUNDS * 2):
        switch = "ENABLE" if number % 2 else "DISABLE"
        for table in tables:
            owner.execute(f"ALTER TABLE {table} {switch} TRIGGER USER".encode())
        _create(person, 5)
        times[switch].append(_create(person, CLAIMS) / CLAIMS)
    with_them, without = (1000 * statistics.median(times[switch]) for switch in ("ENABLE", "DISABLE"))
    made = (_count(owner) - events) / (ROUNDS * (CLAIMS + 5))
    print(f"a claim with all triggers   {with_them:6.2f} ms  ({made:.1f} events of the trail each)")
    print(f"a claim without any trigger {without:6.2f} ms")
    print(f"cost {with_them / without:5.2f} times, {with_them - without:5.2f} ms a claim")


def _proof() -> None:
    """Measure the events per second that `verify_audit` reads, on the claims made above."""
    from accounts.audit_proof.chain import verify

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    result = verify()
    took = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert result.is_intact, result.breaks[:3]
    print(
        f"verify_audit {(result.events + result.rows) / took:,.0f} rows/s ({result.events:,} events, {result.rows:,} rows in"
        f" {took:.1f} s, {grown:.0f} MB more memory)"
    )


def _writers() -> None:
    person = make_person("editor")
    alone, _ = _write_at_once(person, 1)
    together, waits = _write_at_once(person, WRITERS)
    print(f"1 writer  {alone:6.0f} claims/s")
    print(f"{WRITERS} writers {together:6.0f} claims/s in all, {together / alone:.2f} times on {os.cpu_count()} cores")
    samples = waits.pop("samples")
    locks = {event: count for event, count in waits.items() if event.startswith("Lock ")}
    print(f"sessions seen waiting for a lock in {samples:,} samples: {locks or 'none'}")
    print(f"what active sessions did: {', '.join(f'{event} {count:,}' for event, count in waits.most_common(5))}")


def _write_at_once(person: "User", count: int) -> tuple[float, Counter[str]]:
    """Claims per second of all, and what sessions waited for, asked as their own role: others' sessions are hidden from it."""
    from django.db import connection

    command = [sys.executable, "-m", "bench.audit", str(person.pk)]
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)
    ]
    for writer in writers:
        _pipe(writer.stdout).readline()  # it is ready
    for writer in writers:
        _pipe(writer.stdin).write("go\n")
        _pipe(writer.stdin).flush()
    seen: Counter[str] = Counter()
    ends = time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        seen["samples"] += 1
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            seen.update(event for (event,) in cursor.fetchall())
        time.sleep(0.003)
    connection.close()
    made = sum(float(_pipe(writer.stdout).readline()) for writer in writers)
    assert [writer.wait(30) for writer in writers] == [0] * len(writers)
    return made, seen


def _one_writer(person_id: str) -> None:
    """Write claims in a process of its own; prints claims per second on the last line."""
    configure()
    from accounts.models import User

    person = User.objects.get(pk=person_id)
    _create(person, 10)
    print("ready", flush=True)
    sys.stdin.readline()
    count, started = 0, time.perf_counter()
    while time.perf_counter() < started + SECONDS:
        _create(person, 25)
        count += 25
    print(count / (time.perf_counter() - started), flush=True)


def _create(person: "User", count: int) -> float:
    """Seconds that `count` claims take through the service, each at a passage of its own in one article."""
    from tests.annotations import story

    words = [f"Bridge number {number} cost 40 million euros." for number in range(count)]
    article = story.make_article(("Council counts its bridges", *words))
    started = time.perf_counter()
    for exact in words:
        story.mark(person, article, exact)
    return time.perf_counter() - started


def _count(owner: psycopg.Connection) -> int:
    row: Any = owner.execute("SELECT count(*) FROM accounts_auditevent").fetchone()
    return int(row[0])


def _pipe(stream: IO[str] | None) -> IO[str]:
    return cast("IO[str]", stream)


if __name__ == "__main__":
    _one_writer(*sys.argv[1:])
