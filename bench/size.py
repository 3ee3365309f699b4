"""The desk at the size of a newsroom: every line of issue 12's table beside bare views, and its growth over three sizes.

Web and workers run as compose runs them. Bare views are served by as many processes and threads, behind no middleware; `flat`
reads an article's marks from one table of their own. Each line is one at a time (median), then eight at a time (per second),
with the CPU of the web processes and of Postgres for one request: on a busy machine only the CPU can be compared.

SIZE_BENCH_ARTICLES (10,000) sets the size; there are ten claims an article, and a published check for each article. A run
with 1,000 takes a minute or two. BENCH_EMBEDDER=off leaves vectors out.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import quote

from bench.harness import bulk, fill
from bench.harness.fill import Desk
from bench.harness.growth import Growth
from bench.harness.processes import ENCODER_IDLE_SECONDS, Ask, Figures, Running, measure, running_desk
from bench.harness.scratch import scratch_desk
from bench.harness.server import Http

if TYPE_CHECKING:
    import psycopg

COUNT = int(os.environ.get("SIZE_BENCH_ARTICLES", "10000"))
CLAIMS = 10  # an article
CROWD = 1_000
STEPS = (100, 10, 1)  # the sizes of the growth: a hundredth, a tenth, all
_MARKS = """
CREATE TABLE bench_mark AS SELECT a.id, p.article_id, pl.exact, pl.start, pl."end", c.statement FROM annotations_appearance a
JOIN annotations_passage p ON p.id = a.passage_id JOIN annotations_placement pl ON pl.passage_id = p.id
JOIN annotations_claim c ON c.id = a.claim_id;
CREATE INDEX ON bench_mark (article_id);
CREATE TABLE bench_claim (LIKE annotations_claim INCLUDING ALL);
GRANT SELECT ON bench_mark TO "{role}";
GRANT INSERT, SELECT ON bench_claim TO "{role}";
VACUUM ANALYZE bench_mark
"""


def run() -> None:
    with scratch_desk() as scratch, ExitStack() as stack:
        from tests.databases import owner_connection

        running = stack.enter_context(running_desk(scratch.folder))
        owner = stack.enter_context(owner_connection())
        desk = fill.open_desk(scratch.folder, running.port)
        _warm(desk)
        running.wait_for_workers()
        idle = running.memory()
        bare_idle = running.bare_memory()
        growth = Growth(desk, running)
        for step in STEPS:
            _grow(desk, running, owner, COUNT // step, is_last=step == 1)
            growth.measure(COUNT // step)
        _lines(desk, running, owner)
        growth.show()
        bulk.exports(desk, owner)
        after, each = running.memory(), running.memory_of_each()
        time.sleep(ENCODER_IDLE_SECONDS + 5)
        print(
            f"memory of web and workers  idle {idle:,.0f} MB (<= 450)   after {after:,.0f} MB (<= 600)"
            f"   when nobody has asked the encoder for a while {running.memory():,.0f} MB"
        )
        print(f"each, after: {each}")
        print(f"each, a while later: {running.memory_of_each()}")
        print(f"memory of bare views       idle {bare_idle:,.0f} MB            after {running.bare_memory():,.0f} MB")


def _warm(desk: Desk) -> None:
    """Ask each process once, as a health check does."""
    with desk.http() as http:
        for _ in range(32):
            http.get("/api/v1/articles?limit=1")


def _grow(desk: Desk, running: Running, owner: "psycopg.Connection", size: int, *, is_last: bool) -> None:
    """Bring the desk to so many articles, with their claims and checks. The last step is the one that counts."""
    before = len(desk.articles)
    if is_last:
        bulk.import_and_mark(desk, running, owner, size - before, CLAIMS, during=lambda: _busy_lines(desk, running))
    else:
        fill.import_articles(desk, size - before, marks=CLAIMS)
        fill.create_claims(desk, list(fill.claims_of(desk, before, size)))
    if not desk.crowded:
        fill.crowd(desk, CROWD)
    fill.publish(desk, owner, size - before)
    bulk.wait_for_background(desk, running, is_shown=is_last)
    owner.execute(b"VACUUM ANALYZE")


def _lines(desk: Desk, running: Running, owner: "psycopg.Connection") -> None:
    from django.conf import settings

    role = settings.DATABASES["default"]["USER"]
    for statement in _MARKS.format(role=role).strip().split(";\n"):
        owner.execute(statement.encode())
    _head()
    article, _ = desk.articles[len(desk.articles) // 2]
    for name, ours, bare, times, most in _table(desk, article):
        _line(running, desk, name, ours, bare, times, most)


def _busy_lines(desk: Desk, running: Running) -> None:
    """The reading lines while enrichment goes on."""
    _head("while enrichment goes on")
    article, _ = desk.articles[0]
    for name, ours, bare, times, most in list(_table(desk, article))[:4]:
        if "flat" not in (bare or ""):
            _line(running, desk, name, ours, bare, times // 2, most)


Line = tuple[str, Ask, str | None, int, float]


def _table(desk: Desk, article: str) -> Iterator[Line]:
    yield "article", _get(f"/api/v1/articles/{article}"), f"article?id={article}", 160, 2
    yield "its 10 claims", _get(f"/api/v1/claims?article={article}"), f"claims?id={article}", 160, 2
    yield "list of 50 articles", _get("/api/v1/articles?limit=50"), "list", 160, 2
    yield "search, a frequent word", _get("/api/v1/articles?q=government"), "search/1?q0=government", 80, 2
    yield (
        "search, two words",
        _get(f"/api/v1/articles?q={quote('federal budget')}"),
        "search/2?q0=federal&q1=budget",
        80,
        2,
    )
    yield "search, rare words", _get(f"/api/v1/articles?q={quote('case 47')}"), "search/2?q0=case&q1=47", 80, 2
    yield "10 claims (flat)", _get(f"/api/v1/claims?article={article}"), f"flat?id={article}", 160, 2
    if desk.crowded:
        path = f"/api/v1/claims?article={desk.crowded}&limit=1000"
        yield "1,000 claims", _get(path), f"claims?id={desk.crowded}", 40, 2
        yield "1,000 claims (flat)", _get(path), f"flat?id={desk.crowded}", 40, 2
    yield "create a claim (bare: one INSERT)", _marking(desk), "insert", 160, 3


def _get(path: str) -> Ask:
    return lambda http: http.get(path)


def _marking(desk: Desk) -> Ask:
    """Each call marks words that nobody has marked, in one article after the other."""
    fresh = iter(
        fill.claim_of(article, sentence.rpartition(" rose")[0], f"Speaker {number % 200}", "new")
        for number, (article, sentences) in enumerate(desk.articles)
        for sentence in sentences
    )
    lock = threading.Lock()  # a generator is no iterator for several threads

    def mark(http: Http) -> object:
        with lock:
            claim = next(fresh)
        return http.post("/api/v1/claims", claim)

    return mark


def _head(title: str = "at size") -> None:
    ours, bare = "ours: p50 ms  c=8/s  web ms  pg ms", "bare: p50 ms  c=8/s  web ms  pg ms"
    print(f"\n{title:34}{ours:>38}{bare:>38}{'p50':>7}{'CPU':>6}  at most")


def _line(running: Running, desk: Desk, name: str, ours: Ask, bare: str | None, times: int, most: float) -> None:
    mine = measure(ours, port=running.port, tokens=desk.tokens, processes=(running.web, running.postgres), times=times)
    theirs = measure(
        _bare(bare or "nothing"),
        port=running.bare_port,
        tokens=[""],
        processes=(running.bare, running.postgres),
        times=times,
    )
    cpu = (mine.web_ms + mine.database_ms) / max(theirs.web_ms + theirs.database_ms, 0.01)
    print(f"{name:34}{_four(mine)}{_four(theirs)}{mine.p50 / theirs.p50:7.1f}{cpu:6.1f}  {most}", flush=True)


def _bare(path: str) -> Ask:
    if path == "insert":
        return lambda http: http.post("/bare/insert", {})
    return lambda http: http.get(f"/bare/{path}")


def _four(found: Figures) -> str:
    return f"{found.p50:18.1f}{found.per_second:7,.0f}{found.web_ms:7.1f}{found.database_ms:6.1f}"
