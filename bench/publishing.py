"""Publishing: the feed and the exports beside a bare streamed SELECT of the same rows in the same run; memory of a big export.

Reach: feed items/s at least 0.5 of the bare SELECT, JSONL rows/s at least 0.3, peak memory of 100,000 rows under 250 MB.
BENCH_ROWS sets another size. The database is a scratch one of the tests' servers. Exports run in a process of their own, so
that its peak memory is the export's. Bare is `document::text` of a table as it would be without us: the same rows, no text
stored beside the jsonb. A SELECT of the stored text is printed beside it. Both are the best of three, so that neither is
measured while its table is still on disk.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.harness.scratch import columns_of, configure, make_person, scratch_desk
from bench.harness.server import Http, serving

if TYPE_CHECKING:
    from accounts.models import User

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
KINDS = tuple(os.environ.get("BENCH_KINDS", "jsonl csv claimreview webannotation ninjs xlsx").split())
# Copies of one real check: each has a claim of its own and shares the verdict. The owner of the tables may switch their
# triggers off; without that the audit trail would be most of the work.
_TABLES = ("annotations_claim", "publishing_factcheck", "publishing_change")
_SEED = """
INSERT INTO annotations_claim
SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid()))).*
FROM annotations_claim c CROSS JOIN generate_series(2, %s);
INSERT INTO publishing_factcheck ({columns})
SELECT {columns} FROM (SELECT (jsonb_populate_record(fc, jsonb_build_object(
    'id', c.id, 'claim_id', c.id, 'slug', c.id, 'published_at', fc.published_at - c.n * interval '1 minute',
    'document', fc.document || jsonb_build_object('id', c.id, 'slug', c.id)))).*
FROM publishing_factcheck fc, (SELECT id, row_number() OVER () AS n FROM annotations_claim) c WHERE c.id <> fc.claim_id);
INSERT INTO publishing_change (seq, kind, object_id, event, state, reason, version, etag, notice, is_latest, modified_at)
SELECT nextval('publishing_change_feed'), 'fact_check', id, 'fact_check.published', 'updated', 'published', 1, etag, '', true,
    now()
FROM publishing_factcheck WHERE id = claim_id;
CREATE TABLE {bare} AS SELECT {columns} FROM publishing_factcheck;
CREATE INDEX ON {bare} (published_at DESC, id DESC);
GRANT SELECT ON {bare} TO PUBLIC;
ANALYZE {bare};
ANALYZE publishing_factcheck;
ANALYZE publishing_change
"""
_BARE = "bench_factcheck"


def run() -> None:
    with scratch_desk() as scratch:
        _measure(scratch.folder)


def _measure(folder: Path) -> None:
    from django.conf import settings

    from publishing.models import FactCheck
    from tests.annotations import story

    editor, person = make_person("editor"), make_person("reviewer")
    story.published(editor, person)
    size = len(json.dumps(FactCheck.objects.get().document))
    _seed()
    print(f"{ROWS:,} checks of {size:,} bytes each")
    bare = max(_streamed("document::text", _BARE) for _ in range(3))
    stored = max(_streamed("document_text", "publishing_factcheck") for _ in range(3))
    print(f"bare streamed SELECT  {bare:10,.0f} rows/s")
    print(f"of the stored text    {stored:10,.0f} rows/s   {stored / bare:5.2f} of bare")
    feed = _feed(person, folder)
    print(
        f"feed over HTTP        {feed:10,.0f} items/s  {feed / bare:5.2f} of bare, {feed / stored:.2f} of the stored text"
    )
    for kind in KINDS:
        speed, peak = _export(kind, person.pk, folder, settings.DATABASES["default"]["NAME"])
        print(f"export {kind:<14} {speed:10,.0f} rows/s   {speed / bare:5.2f} of bare   peak {peak:,.0f} MB")


def _seed() -> None:
    from tests.databases import owner_connection

    statements = _SEED.format(columns=columns_of("publishing_factcheck"), bare=_BARE)
    with owner_connection() as owner:
        for table in _TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        for statement in statements.strip().split(";\n"):
            owner.execute(statement.encode(), [ROWS] if "%s" in statement else None)
        for table in _TABLES:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


def _streamed(document: str, table: str) -> float:
    """Rows a second: a server-side cursor, the JSON as text, every row read."""
    from django.conf import settings

    config = settings.DATABASES["default"]
    started = time.perf_counter()
    with (
        psycopg.connect(
            host=config["HOST"],
            port=config["PORT"],
            user=config["USER"],
            password=config["PASSWORD"],
            dbname=config["NAME"],
        ) as connection,
        connection.cursor(name="bare") as cursor,
    ):
        cursor.itersize = 500
        cursor.execute(f"SELECT {document} FROM {table} ORDER BY published_at, id".encode())
        count = sum(1 for _ in cursor)
    assert count == ROWS
    return count / (time.perf_counter() - started)


def _feed(person: "User", folder: Path) -> float:
    """Follow `next` from beginning to end over HTTP, 1,000 items a page; items are counted afterwards."""
    from django.utils import timezone

    from accounts.services import create_token

    _, token = create_token(
        creator=person, user=person, name="b", scopes=["feed:read"], now=timezone.now(), rate=10_000
    )
    with serving(folder) as port, Http(port, token) as http:
        for _ in range(8):  # the first request of a process imports what views need, a thread's first ones are planned
            http.get("/api/v1/changes?limit=1000")
        started = time.perf_counter()
        for _ in _pages(http, port):
            pass
        seconds = time.perf_counter() - started
        count = sum(body.count(b'"seq":') for body in _pages(http, port))
    assert count == ROWS, count
    return count / seconds


def _pages(http: Http, port: int) -> Iterator[bytes]:
    url, has_more = "/api/v1/changes?limit=1000", True
    while has_more:
        body = http.get(url)
        yield body
        tail = json.loads(b"{" + body[body.rindex(b'"next"') :])
        url, has_more = tail["next"].partition(str(port))[2], tail["has_more"]


def _export(kind: str, person_id: object, folder: Path, database: str) -> tuple[float, float]:
    environment = {**os.environ, "BENCH_DATABASE": database, "BENCH_MEDIA": str(folder / "media")}
    command = [sys.executable, "-m", "bench.publishing", kind, str(person_id)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    seconds, peak = json.loads(done.stdout.strip().splitlines()[-1])
    return ROWS / seconds, peak


def _one_export(kind: str, person_id: str) -> None:
    """Export in a process of its own; prints seconds and peak memory (MB) on the last line."""
    import resource

    configure()
    from django.conf import settings
    from django.utils import timezone

    settings.DATABASES["default"]["NAME"] = os.environ["BENCH_DATABASE"]
    settings.MEDIA_ROOT = os.environ["BENCH_MEDIA"]
    from publishing.exports.worker import run_export
    from publishing.models import ExportRun

    run = ExportRun.objects.create(kind=kind, created_by_id=person_id)
    started = time.perf_counter()
    run_export(run_id=run.pk, clock=timezone.now)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert (run.state, run.done) == ("finished", ROWS), (run.state, run.error)
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


if __name__ == "__main__":
    _one_export(*sys.argv[1:3])
