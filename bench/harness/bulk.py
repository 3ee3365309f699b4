"""Much at once: an import and marks over the API beside COPY and guarded SQL, its work in the background, exports."""

import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connections
from psycopg import sql

from bench.harness import fill
from bench.harness.fill import Desk
from bench.harness.processes import Running, cpu_seconds
from bench.imports import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKGROUND_SECONDS = float(os.environ.get("SIZE_BENCH_BACKGROUND", "900"))
_WAITING = {
    "enriched": "SELECT count(*) FROM articles_articlerevision WHERE minhash IS NULL",
    "indexed for the finder": "SELECT (SELECT count(*) FROM articles_unindexedarticle)",
    "checks indexed": "SELECT count(*) FROM publishing_unindexedcheck",
}
# Rows of marks again under new ids: nothing but Postgres, its guards and its trail. In the order of their keys.
_AGAIN = """
INSERT INTO annotations_{table} ({columns}) SELECT {columns} FROM (SELECT (jsonb_populate_record(t,
    jsonb_build_object({ids}))).* FROM annotations_{table} t, bench_marks n WHERE {key}
    AND n.number > %(first)s AND n.number <= %(last)s) again
"""
_GUARDED = {
    "passage": ("'id', n.passage", "t.id = n.old_passage"),
    "placement": ("'id', gen_random_uuid(), 'passage_id', n.passage", "t.passage_id = n.old_passage"),
    "claim": ("'id', n.claim", "t.id = n.old_claim"),
    "appearance": (
        "'id', gen_random_uuid(), 'claim_id', n.claim, 'passage_id', n.passage",
        "t.claim_id = n.old_claim",
    ),
}
_GUARDED_CLAIMS = 2_000


def import_and_mark(
    desk: Desk,
    running: Running,
    owner: psycopg.Connection,
    count: int,
    marks: int,
    *,
    during: Callable[[], None],
) -> None:
    size = _bytes(owner)
    start = len(desk.articles)
    before = _cpu(running)
    seconds, small = _import_beside_a_small_one(desk, count, marks)
    _say(f"import of {count:,} articles over the API", count / seconds, "articles/s", _cpu_each(running, before, count))
    copied = _copy(owner, desk.folder)
    _say("COPY of such rows", copied, "articles/s", f"import / COPY {count / seconds / copied:.2f} (>= 1)")
    print(f"{'one article 2 s after the large file':42}{small:10.1f} s until it is found")
    print(f"{'database':42}{(_bytes(owner) - size) / 1e6:10,.0f} MB more (<= 400 for 10,000 articles)")
    during()
    claims = list(fill.claims_of(desk, start, len(desk.articles)))
    before = _cpu(running)
    marking = fill.create_claims(desk, claims)
    note = f"(>= 1,500)  {_cpu_each(running, before, len(claims))}"
    _say(f"\n{len(claims):,} claims, 1,000 a call", len(claims) / marking, "claims/s", note)
    _say("guarded SQL of such rows", _guarded(desk, owner), "claims/s")
    print(f"{f'import with {len(claims):,} marks':42}{seconds + marking:10.1f} s (<= 60 for 100,000)")
    print(f"{'database':42}{(_bytes(owner) - size) / 1e6:10,.0f} MB more")


def _import_beside_a_small_one(desk: Desk, count: int, marks: int) -> tuple[float, float]:
    """Import, and one article more two seconds later. Returns the seconds of both."""
    small: list[float] = []

    def send_small() -> None:
        time.sleep(2)
        small.append(_small(desk))
        connections.close_all()

    beside = threading.Thread(target=send_small)
    beside.start()
    seconds = fill.import_articles(desk, count, marks=marks)
    beside.join()
    return seconds, small[0]


def _say(name: str, speed: float, unit: str, note: str = "") -> None:
    print(f"{name:42}{speed:10,.0f} {unit}  {note}", flush=True)


def wait_for_background(desk: Desk, running: Running, *, is_shown: bool) -> None:
    """Wait until nothing is left to enrich and index, `BACKGROUND_SECONDS` at most."""
    from tests.databases import owner_connection

    started, before = time.monotonic(), _cpu(running)
    left = dict.fromkeys(_WAITING, 1)
    with owner_connection() as owner:
        while any(left.values()) and time.monotonic() - started < BACKGROUND_SECONDS:
            time.sleep(0.5)
            for name, query in _WAITING.items():
                was, left[name] = left[name], _value(owner, query)
                if is_shown and was and not left[name]:
                    print(f"{name:39} {time.monotonic() - started:8.1f} s after the import and its marks", flush=True)
        if is_shown:
            for name, count in left.items():
                if count:
                    print(f"{name:39} {count:,} left after {BACKGROUND_SECONDS:.0f} s")
            vectors = _value(
                owner,
                "SELECT (SELECT count(*) FROM articles_sentencevector WHERE embedding IS NULL)"
                " + (SELECT count(*) FROM publishing_checkvector WHERE embedding IS NULL)",
            )
            print(f"vectors that are still to be made       {vectors:8,} (found by their words meanwhile)")
            print(f"work in the background: {_cpu_each(running, before, len(desk.articles))} (an article)")
            _show_size(owner)


def _show_size(owner: psycopg.Connection) -> None:
    owner.execute(b"VACUUM")
    print(
        f"database with everything                {_bytes(owner) / 1e6:8,.0f} MB (<= 400 after the import); the largest:"
    )
    query = """
        SELECT relname, pg_total_relation_size(c.oid) / 1e6, pg_indexes_size(c.oid) / 1e6, c.reltuples
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname = 'public'
        ORDER BY 2 DESC LIMIT 12"""
    for name, total, indexes, rows in owner.execute(query.encode()):
        print(f"    {name:36}{total:8.1f} MB   its indexes {indexes:7.1f} MB   {rows:12,.0f} rows")


def exports(desk: Desk, owner: psycopg.Connection) -> None:
    """Every kind of export, as its worker writes it, beside a streamed SELECT of the published documents."""
    from publishing.exports.formats import LISTS
    from publishing.models import ExportRun

    rows, seconds = _streamed("SELECT document::text FROM publishing_factcheck ORDER BY published_at, id")
    bare = rows / seconds
    _say("\nstreamed SELECT of documents", bare, "rows/s")
    for kind in LISTS:
        with desk.http() as http:
            run = json.loads(http.post("/api/v1/exports", {"kind": kind}))["id"]
        while (found := ExportRun.objects.get(pk=run)).state in ("queued", "running"):
            time.sleep(0.1)
        assert found.state == "finished", found.error
        assert found.finished_at
        taken = (found.finished_at - found.created_at).total_seconds()
        speed = found.total / taken
        _say(
            f"export {kind}",
            speed,
            "rows/s",
            f"{speed / bare:5.2f} of bare   {taken:6.1f} s, {found.size / 1e6:,.1f} MB",
        )


def _streamed(statement: str) -> tuple[int, float]:
    with _connect() as connection, connection.cursor(name="bare") as cursor:
        started = time.perf_counter()
        cursor.itersize = 500
        cursor.execute(statement.encode())
        return sum(1 for _ in cursor), time.perf_counter() - started


def _small(desk: Desk) -> float:
    """Return the seconds of an import of one article."""
    path = desk.folder / "small.jsonl"
    path.write_text(json.dumps({"url": "https://news.example/small", "title": "Small", "text": "A small text."}) + "\n")
    started = time.perf_counter()
    fill.wait_for_import(desk, fill.send_file(desk, path))
    return time.perf_counter() - started


def _guarded(desk: Desk, owner: psycopg.Connection) -> float:
    """Return claims a second of plain INSERTs by the app's role with every guard on, 100 claims a transaction."""
    from bench.harness.scratch import columns_of

    statements = [
        _AGAIN.format(table=table, columns=columns_of(f"annotations_{table}"), ids=ids, key=key).encode()
        for table, (ids, key) in _GUARDED.items()
    ]
    owner.execute(b"DROP TABLE IF EXISTS bench_marks")
    owner.execute(
        b"CREATE TABLE bench_marks AS SELECT gen_random_uuid() AS passage, gen_random_uuid() AS claim,"
        b" a.passage_id AS old_passage, a.claim_id AS old_claim, row_number() OVER () AS number"
        b" FROM annotations_appearance a WHERE a.passage_id IN (SELECT id FROM annotations_passage LIMIT %s)",
        [_GUARDED_CLAIMS],
    )
    owner.execute(b"GRANT SELECT ON bench_marks TO PUBLIC")
    with _connect() as connection:
        started = time.perf_counter()
        for first in range(0, _GUARDED_CLAIMS, 100):
            connection.execute("SELECT set_config('factcheck.actor', %s, true)", [str(desk.editor.pk)])
            for statement in statements:
                connection.execute(statement, {"first": first, "last": first + 100})
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - started
        connection.rollback()
    owner.execute(b"DROP TABLE bench_marks")
    return _GUARDED_CLAIMS / seconds


def _copy(owner: psycopg.Connection, folder: Path) -> float:
    """Return articles a second of a COPY of the rows that imports wrote, into the same tables of an empty database."""
    dumps = folder / "dumps"
    dumps.mkdir(exist_ok=True)
    tables = ("accounts_user", *TABLES)
    for table in tables:
        query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)").format(
            _columns(table), sql.Identifier(table)
        )
        with (dumps / table).open("wb") as out, owner.cursor().copy(query) as copy:
            for chunk in copy:
                out.write(chunk)
    count = _value(owner, "SELECT count(*) FROM articles_article")
    with _empty_database() as connection:
        connection.execute(b"ALTER TABLE accounts_user DISABLE TRIGGER USER")
        started = time.perf_counter()
        with connection.transaction():
            for table in tables:
                statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
                    sql.Identifier(table), _columns(table)
                )
                with (dumps / table).open("rb") as dump, connection.cursor().copy(statement) as copy:
                    while chunk := dump.read(1 << 20):
                        copy.write(chunk)
        connection.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}".encode())
        return count / (time.perf_counter() - started)


def _columns(table: str) -> sql.SQL:
    from bench.harness.scratch import columns_of

    return sql.SQL(columns_of(table))


@contextmanager
def _empty_database() -> "Iterator[psycopg.Connection]":
    from tests import databases
    from tests.environment import database_prefix

    template, name = f"{database_prefix()}_template", f"{database_prefix()}_copy"
    with databases.maintenance() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    try:
        with databases.connect(name) as connection:
            yield connection
    finally:
        with databases.maintenance() as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _connect() -> psycopg.Connection:
    """As the app's role."""
    from django.conf import settings

    config = settings.DATABASES["default"]
    return psycopg.connect(
        host=config["HOST"],
        port=config["PORT"],
        user=config["USER"],
        password=config["PASSWORD"],
        dbname=config["NAME"],
    )


def _value(connection: psycopg.Connection, query: str) -> int:
    row: Any = connection.execute(query.encode()).fetchone()
    return int(row[0])


def _bytes(owner: psycopg.Connection) -> int:
    return _value(owner, "SELECT pg_database_size(current_database())")


def _cpu(running: Running) -> tuple[float, float, float]:
    return cpu_seconds(running.web), cpu_seconds(running.workers), cpu_seconds(running.postgres)


def _cpu_each(running: Running, before: tuple[float, ...], count: int) -> str:
    used = (now - then for now, then in zip(_cpu(running), before, strict=True))
    web, workers, database = (seconds * 1000 / count for seconds in used)
    return f"CPU ms each: web {web:.2f}, workers {workers:.2f}, Postgres {database:.2f}"
