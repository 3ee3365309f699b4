"""Bulk import: articles as JSON Lines, end to end until searchable, beside a raw COPY of the very rows it wrote.

Aim: at least 0.8 of the COPY into the same tables (indexes, keys and guards included); the same file again at least three
times faster than the first time; under 300 MB of memory. Both are done twice in turn and the better one counts, as the
machine may have other things to do. IMPORT_BENCH_ARTICLES sets the size (10,000).
"""

import io
import json
import os
import random
import resource
import time
from pathlib import Path
from typing import Any

from bench.harness.scratch import Scratch, make_person, scratch_desk

SHARED = Path(os.environ.get("FACTCHECK_SHARED_DIR", Path(__file__).resolve().parents[2] / "shared"))
COUNT = int(os.environ.get("IMPORT_BENCH_ARTICLES", "10000"))
WORDS = 600
ROUNDS = 2
# In the order of their keys.
TABLES = (
    "articles_source",
    "articles_storedfile",
    "articles_article",
    "articles_articlerevision",
    "articles_importrun",
    "articles_importitem",
    "articles_proposal",
    "articles_searchpassage",
)


def run() -> None:
    with scratch_desk() as scratch:
        bench = _Bench(scratch)
        rounds = [bench.round() for _ in range(ROUNDS)]
    best = {name: min(times[name] for times in rounds) for name in rounds[0]}
    megabytes = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    )
    print(f"{COUNT:,} articles of about {WORDS} words, {bench.passages:,} search passages")
    for name in ("raw COPY", "import", "import again, unchanged"):
        print(f"{name:26}{best[name]:8.2f} s {COUNT / best[name]:9,.0f} articles/s")
    print(f"import / raw COPY          {best['raw COPY'] / best['import']:8.2f}   (at least 0.8)")
    print(f"unchanged / first time     {best['import'] / best['import again, unchanged']:8.1f}x  (at least 3)")
    print(f"peak memory of the worker  {megabytes:8.0f} MB (under 300)")


class _Bench:
    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._file = scratch.folder / "articles.jsonl"
        write_articles(self._file)
        self._dumps = scratch.folder / "dumps"
        self._dumps.mkdir()
        self.passages = 0

    def round(self) -> dict[str, float]:
        self._scratch.renew()
        person = make_person("admin")
        times = {"import": self._import(person), "import again, unchanged": self._import(person)}
        self._dump()
        self._scratch.renew()
        times["raw COPY"] = self._copy()
        return times

    def _import(self, person: Any) -> float:
        from django.utils import timezone

        from articles.services.processing import process_run_side_by_side
        from articles.services.runs import IncomingFile, start_import
        from core.fetching import fetch

        started = time.perf_counter()
        with self._file.open("rb") as file:
            run = start_import(person=person, files=[IncomingFile("articles.jsonl", file)], now=timezone.now())
        process_run_side_by_side(run_id=run.pk, workers=2, fetch=fetch, clock=timezone.now)
        seconds = time.perf_counter() - started
        run.refresh_from_db()
        assert (run.done, run.failed) == (COUNT, 0), run.__dict__
        return seconds

    def _dump(self) -> None:
        """Dump the rows of the first import for COPY; of its items only those of that run."""
        from tests.databases import owner_connection

        with owner_connection() as connection:
            first = connection.execute("SELECT id FROM articles_importrun ORDER BY created_at LIMIT 1").fetchone()
            assert first
            for table in TABLES:
                where = {
                    "articles_importrun": f"WHERE id = '{first[0]}'",
                    "articles_importitem": f"WHERE run_id = '{first[0]}'",
                }
                query = f"COPY (SELECT * FROM {table} {where.get(table, '')}) TO STDOUT (FORMAT binary)"
                with (self._dumps / table).open("wb") as out, connection.cursor().copy(query) as copy:
                    for chunk in copy:
                        out.write(chunk)
            counted = connection.execute("SELECT count(*) FROM articles_searchpassage").fetchone()
            self.passages = counted[0] if counted else 0
            self._people = connection.execute("SELECT id, email, name FROM accounts_user").fetchall()

    def _copy(self) -> float:
        from tests.databases import owner_connection

        make_person("admin", id=self._people[0][0])
        with owner_connection() as connection:
            started = time.perf_counter()
            with connection.transaction():
                for table in TABLES:
                    statement = f"COPY {table} FROM STDIN (FORMAT binary)"
                    with (self._dumps / table).open("rb") as dump, connection.cursor().copy(statement) as copy:
                        while chunk := dump.read(1 << 20):
                            copy.write(chunk)
            connection.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
            return time.perf_counter() - started


def write_articles(path: Path, count: int = COUNT) -> None:
    """Articles of real sentences, shuffled anew for each, with the numbers and names that news has."""
    sentences = read_sentences()
    chance = random.Random(11)
    with path.open("w") as out:
        for number in range(count):
            out.write(json.dumps(make_article(number, sentences, chance), ensure_ascii=False) + "\n")


def make_article(number: int, sentences: list[str], chance: random.Random) -> dict[str, object]:
    text, words = io.StringIO(), 0
    while words < WORDS:
        paragraph = [*chance.choices(sentences, k=3), f"The count was {chance.randrange(10**6)} in case {number}."]
        words += sum(len(sentence.split()) for sentence in paragraph)
        text.write(" ".join(paragraph) + "\n\n")
    return {
        "url": f"https://news.example/{number}",
        "title": f"{chance.choice(sentences)[:80]} ({number})",
        "text": text.getvalue(),
        "source": f"Outlet {number % 20}",
        "byline": "A Reporter",
        "published_at": "2026-11-01T10:00:00Z",
    }


def read_sentences() -> list[str]:
    files = sorted((SHARED / "fixtures" / "articles-18f").glob("*.txt"))
    text = " ".join(" ".join(path.read_text().split()) for path in files)
    found = [part.strip() + "." for part in text.split(". ") if 40 < len(part) < 250]
    return found or [
        f"The {chr(97 + n % 26)}{n} department said on Monday that its budget had grown." for n in range(2000)
    ]
