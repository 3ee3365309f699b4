"""Fill a desk through the paths that a newsroom has for much at once: an import over the API, `POST /claims` by the thousand.

Published checks are copies of one that went through the services: there is no bulk way to publish, on purpose. Copying needs
the owner of the tables, who may switch their triggers off.
"""

import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness.scratch import columns_of, make_person
from bench.harness.server import Http
from bench.imports import make_article, read_sentences

if TYPE_CHECKING:
    import psycopg

CLAIMS_A_CALL = 1_000
CLIENTS = 2
_RATE = 10_000  # requests a minute, the most that a token may have
_COPIED = (
    "annotations_verdict",
    "annotations_verdicttransition",
    "publishing_factcheck",
    "publishing_factcheckversion",
)
# Copies under other ids, that nobody approved, are what the guards refuse.
_UNGUARDED = (*_COPIED, "annotations_claim", "publishing_change")
_OF_THE_COPY = {
    "annotations_verdict": "jsonb_build_object('id', n.id, 'claim_id', n.id, 'updated_at', n.at)",
    "annotations_verdicttransition": "jsonb_build_object('id', {next}, 'claim_id', n.id, 'verdict_id', n.id, 'at', n.at)",
    "publishing_factcheck": "jsonb_build_object('id', n.id, 'claim_id', n.id, 'verdict_id', n.id, 'slug', n.id,"
    " 'published_at', n.at, 'document', t.document || jsonb_build_object('id', n.id, 'slug', n.id))",
    "publishing_factcheckversion": "jsonb_build_object('id', {next}, 'fact_check_id', n.id, 'verdict_id', n.id,"
    " 'published_at', n.at)",
}


@dataclass(slots=True)
class Desk:
    """People, their tokens, and the articles in the order of their import."""

    folder: Path
    port: int
    tokens: list[str]
    editor: Any
    reviewer: Any
    articles: list[tuple[str, list[str]]] = field(default_factory=list)
    """Id, and the sentences that are marked."""
    crowded: str = ""
    """The article with a thousand claims."""

    def http(self, number: int = 0) -> Http:
        return Http(self.port, self.tokens[number % len(self.tokens)])


def open_desk(folder: Path, port: int) -> Desk:
    from django.utils import timezone

    from accounts.scopes import SCOPES
    from accounts.services import create_token

    editor, reviewer = make_person("editor"), make_person("reviewer")
    scopes = [scope for scope in SCOPES if not scope.startswith("verdicts:a")]
    made = [
        create_token(creator=editor, user=editor, name=f"bench {n}", scopes=scopes, now=timezone.now(), rate=_RATE)
        for n in range(12)
    ]
    return Desk(folder, port, [secret for _, secret in made], editor, reviewer)


def import_articles(desk: Desk, count: int, *, marks: int) -> float:
    """Import so many articles more over the API. Returns the seconds until the run is finished: until they are found."""
    start = len(desk.articles)
    path = desk.folder / f"articles-{start}.jsonl"
    marked = _write(path, range(start, start + count), marks)
    started = time.perf_counter()
    wait_for_import(desk, send_file(desk, path))
    seconds = time.perf_counter() - started
    desk.articles += zip(_ids(start, start + count), marked, strict=True)
    return seconds


def send_file(desk: Desk, path: Path) -> str:
    """Begin an import of a file. Returns the run's id."""
    with desk.http() as http:
        return str(json.loads(http.send_file("/api/v1/imports", path))["id"])


def wait_for_import(desk: Desk, run: str) -> None:
    from articles.models import ImportRun

    while True:
        found = ImportRun.objects.values("state", "failed").get(pk=run)
        if found["state"] in ("finished", "failed"):
            break
        time.sleep(0.1)
    assert found == {"state": "finished", "failed": 0}, found


def create_claims(desk: Desk, claims: Sequence[dict[str, Any]]) -> float:
    """Create claims by the thousand, `CLIENTS` calls at a time. Returns seconds."""
    calls = iter([{"claims": list(batch)} for batch in batched(claims, CLAIMS_A_CALL)])
    lock = threading.Lock()
    failures: list[dict[str, Any]] = []

    def work(number: int) -> None:
        with desk.http(number) as http:
            while True:
                with lock:
                    body = next(calls, None)
                if body is None:
                    return
                results = json.loads(http.post("/api/v1/claims", body))["results"]
                failures.extend(one for one in results if one["status"] != 201)

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:2]
    return time.perf_counter() - started


def claims_of(desk: Desk, start: int, stop: int) -> Iterator[dict[str, Any]]:
    """Yield a claim for each marked sentence of these articles."""
    for number, (article, sentences) in enumerate(desk.articles[start:stop], start=start):
        for sentence in sentences:
            yield claim_of(article, sentence, f"Speaker {number % 200}", topic=f"topic {number % 40}")


def claim_of(article: str, exact: str, claimant: str, topic: str) -> dict[str, Any]:
    selector = [{"type": "TextQuoteSelector", "exact": exact, "prefix": "", "suffix": ""}]
    return {
        "statement": exact,
        "target": {"source": article, "selector": selector},
        "claimant": claimant,
        "topics": [topic],
        "mode": "direct",
    }


def crowd(desk: Desk, count: int) -> None:
    """Import one article and mark so many of its sentences."""
    sentences = [f"Bridge number {number} cost {number + 40} million euros." for number in range(count)]
    text = "\n\n".join(" ".join(group) for group in batched(sentences, 5))
    path = desk.folder / "crowded.jsonl"
    path.write_text(json.dumps({"url": "https://news.example/crowded", "title": "Many bridges", "text": text}) + "\n")
    wait_for_import(desk, send_file(desk, path))
    [desk.crowded] = _ids_of(["https://news.example/crowded"])
    create_claims(desk, [claim_of(desk.crowded, sentence, "Ada Example", "bridges") for sentence in sentences])


def publish(desk: Desk, owner: "psycopg.Connection", count: int) -> None:
    """Give so many claims a published check each, the first claim of each article first."""
    from tests.annotations import story

    if owner.execute("SELECT count(*) FROM publishing_factcheck").fetchone() == (0,):
        story.published(desk.editor, desk.reviewer)
    for table in _UNGUARDED:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    owner.execute(
        b"CREATE TEMP TABLE copies AS SELECT c.id, now() - row_number() OVER () * interval '5 minutes' AS at"
        b" FROM annotations_claim c JOIN annotations_appearance a ON a.claim_id = c.id"
        b" JOIN annotations_passage p ON p.id = a.passage_id"
        b" WHERE NOT EXISTS (SELECT FROM annotations_verdict v WHERE v.claim_id = c.id)"
        b" ORDER BY row_number() OVER (PARTITION BY p.article_id ORDER BY c.created_at, c.id), c.id LIMIT %s",
        [count],
    )
    first = owner.execute("SELECT verdict_id FROM publishing_factcheck ORDER BY published_at, id LIMIT 1").fetchone()
    for table in _COPIED:
        owner.execute(_copy_of(table).encode(), first)
    owner.execute(b"UPDATE annotations_claim c SET state = 'checked' FROM copies n WHERE c.id = n.id")
    owner.execute(
        b"INSERT INTO publishing_change (seq, kind, object_id, event, state, reason, version, etag, notice, is_latest,"
        b" modified_at) SELECT nextval('publishing_change_feed'), 'fact_check', fc.id, 'fact_check.published', 'updated',"
        b" 'published', 1, etag, '', true, now() FROM publishing_factcheck fc JOIN copies n ON n.id = fc.id"
    )
    owner.execute(
        b"INSERT INTO publishing_unindexedcheck (owner_id, is_foreign, since) SELECT id, false, now() FROM copies"
    )
    for table in _UNGUARDED:
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    owner.execute(b"DROP TABLE copies")


def _copy_of(table: str) -> str:
    columns = columns_of(table)
    values = _OF_THE_COPY[table].format(next=f"nextval(pg_get_serial_sequence('{table}', 'id'))")
    key = "t.id" if table == "annotations_verdict" else "t.verdict_id"
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM (SELECT (jsonb_populate_record(t, {values})).*"
        f" FROM {table} t, copies n WHERE {key} = %s) made"
    )


def _write(path: Path, numbers: range, marks: int) -> list[list[str]]:
    """Write articles; returns the sentences of each that are marked."""
    sentences, chance = read_sentences(), random.Random(numbers.start)
    marked = []
    with path.open("w") as out:
        for number in numbers:
            article = make_article(number, sentences, chance)
            marked.append(
                [f"Count {mark} of case {number} rose to {chance.randrange(10**6)}." for mark in range(marks)]
            )
            article["text"] = f"{article['text']}{' '.join(marked[-1])}\n"
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    return marked


def _ids(start: int, stop: int) -> list[str]:
    return _ids_of([f"https://news.example/{number}" for number in range(start, stop)])


def _ids_of(urls: list[str]) -> list[str]:
    from articles.models import Article

    found = dict(Article.objects.filter(url__in=urls).values_list("url", "pk"))
    return [str(found[url]) for url in urls]
