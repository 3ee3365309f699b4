"""Finding, measured through the product's own functions beside BM25 (stemmed, stop words out) in the same run.

Goals: checked claims MAP@5 >= .80; evidence recall@10 at least BM25 + .06, refuting sentences alone at least BM25 + .05.
Data: fixtures `claim-matching` (CheckThat! 2020) and `evidence-ranking` (Climate-FEVER), local measures that are not shipped.
"""

import csv
import json
import math
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.harness.scratch import make_person, scratch_desk

SHARED = Path(os.environ.get("FACTCHECK_SHARED_DIR", Path(__file__).resolve().parents[2] / "shared"))
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
Scores = dict[str, float]


def run() -> None:
    if not (SHARED / "fixtures" / "claim-matching").is_dir():
        print(f"No fixtures in {SHARED}/fixtures; set FACTCHECK_SHARED_DIR.")
        return
    with scratch_desk():
        from django.conf import settings

        settings.EMBEDDER = os.environ.get("BENCH_EMBEDDER", "bundled")
        for part in os.environ.get("BENCH_FINDING", "checks,evidence").split(","):
            {"checks": _checked_claims, "evidence": _evidence}[part]()


# --- BM25 over the database's own stems


class BM25:
    def __init__(self, texts: dict[Any, str]) -> None:
        self.ids = list(texts)
        self.words = [Counter(words) for words in _stemmed(texts.values())]
        self.lengths = [sum(words.values()) for words in self.words]
        self.average = statistics.mean(self.lengths)
        self.having: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self.words):
            for word in words:
                self.having[word].append(number)

    def best(self, words: Iterable[str], limit: int) -> list[Any]:
        scores: dict[int, float] = defaultdict(float)
        for word in set(words):
            rows = self.having.get(word, ())
            weight = math.log(1 + (len(self.ids) - len(rows) + 0.5) / (len(rows) + 0.5))
            for number in rows:
                times = self.words[number][word]
                norm = 1.2 * (0.25 + 0.75 * self.lengths[number] / self.average)
                scores[number] += weight * times * 2.2 / (times + norm)
        return [self.ids[number] for number, _ in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]]


def _stemmed(texts: Iterable[str]) -> list[list[str]]:
    """English stems of the words that are no stop words, as often as they stand there."""
    from django.db import connection

    from articles.search.words import search_words

    asked = [search_words(text) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ARRAY(SELECT u.lexeme FROM unnest(to_tsvector('english', text)) u, unnest(u.positions))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS asked (text, number) ORDER BY number",
            [asked],
        )
        return [row[0] for row in cursor.fetchall()]


# --- has this been checked before?


def _checked_claims() -> None:
    from publishing.models import ForeignCheck
    from publishing.services.check_index import CHECKS, index_checks
    from publishing.services.lookup import lookup_text

    folder = SHARED / "fixtures" / "claim-matching"
    csv.field_size_limit(sys.maxsize)
    with (folder / "verified_claims.docs.tsv").open(newline="") as file:
        checks = [(row[0], row[1], row[2]) for row in list(csv.reader(file, delimiter="\t"))[1:]]
    with (folder / "dev.queries.tsv").open(newline="") as file:
        posts = {row[0]: row[1] for row in list(csv.reader(file, delimiter="\t"))[1:]}
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "dev.qrels").read_text().splitlines():
        post, _, check, _ = line.split()
        relevant[post].add(check)
    ForeignCheck.objects.bulk_create(
        ForeignCheck(
            url=f"https://checks.example/{pk}",
            claim_sha256=pk.rjust(64, "0"),
            publisher="Others",
            claim_text=claim,
            label="False",
            document={"claimreview": {"headline": title}},
        )
        for pk, claim, title in checks
    )
    seconds = _until_indexed(CHECKS, index_checks)
    print(f"{len(checks):,} checks of others, indexed in {seconds:.0f} s ({len(checks) / seconds:.0f} a second)")
    bm25 = BM25({pk: f"{claim} {title}" for pk, claim, title in checks})
    stems = _stemmed(posts.values())
    theirs = [_average_precision(bm25.best(words, 5), relevant[pk]) for pk, words in zip(posts, stems, strict=True)]
    ours, times = [], []
    for pk, post in posts.items():
        started = time.perf_counter()
        found = lookup_text(post, least_score=0.0)[:5]
        times.append(time.perf_counter() - started)
        ours.append(
            _average_precision([match.foreign.url.rpartition("/")[2] for match in found if match.foreign], relevant[pk])
        )
    print(
        f"checked claims MAP@5, {len(posts)} posts: ours {statistics.mean(ours):.3f}, BM25 {statistics.mean(theirs):.3f}"
    )
    _print_times("lookup", times)


def _average_precision(found: Sequence[Any], relevant: set[Any], cut: int = 5) -> float:
    hits = total = 0.0
    for rank, pk in enumerate(found[:cut], start=1):
        if pk in relevant:
            hits += 1
            total += hits / rank
    return total / min(len(relevant), cut)


# --- what speaks for or against it?


def _evidence() -> None:
    from annotations.services.finder import PassageFilters, find_passages
    from articles.models import Article
    from articles.search.corpora import SENTENCES
    from articles.search.finder_index import index_articles

    lines = (SHARED / "fixtures" / "evidence-ranking" / "claims.dev.jsonl").read_text().splitlines()
    claims = [json.loads(line) for line in lines]
    texts = {one["id"]: one["text"] for claim in claims for one in claim["evidence"]}
    _import(texts)
    seconds = _until_indexed(SENTENCES, index_articles)
    print(
        f"{len(texts):,} sentences, each an article, indexed in {seconds:.0f} s ({len(texts) / seconds:.0f} a second)"
    )
    ids = dict(Article.objects.values_list("pk", "external_id"))
    bm25 = BM25(texts)
    asked = [claim for claim in claims if any(one["label"] in {"SUPPORTS", "REFUTES"} for one in claim["evidence"])]
    stems = _stemmed(claim["claim"] for claim in asked)
    ours, theirs, times = _Recall(), _Recall(), []
    for claim, words in zip(asked, stems, strict=True):
        started = time.perf_counter()
        found = find_passages(question=claim["claim"], filters=PassageFilters(), limit=10).hits
        times.append(time.perf_counter() - started)
        best = [ids[hit.article_id] for hit in found]
        ours.add(best, claim)
        theirs.add(bm25.best(words, 10), claim)
    print(f"evidence recall@10, {len(ours.all)} claims: ours {ours}, BM25 {theirs}")
    _print_times("passages", times)


class _Recall:
    """Recall of all labelled sentences, and of the refuting ones alone."""

    def __init__(self) -> None:
        self.all: list[float] = []
        self.refuting: list[float] = []

    def add(self, found: Sequence[Any], claim: dict[str, Any]) -> None:
        refuting = {one["id"] for one in claim["evidence"] if one["label"] == "REFUTES"}
        either = refuting | {one["id"] for one in claim["evidence"] if one["label"] == "SUPPORTS"}
        self.all.append(len(either & set(found)) / len(either))
        if refuting:
            self.refuting.append(len(refuting & set(found)) / len(refuting))

    def __str__(self) -> str:
        return f"{statistics.mean(self.all):.3f} (refuting {statistics.mean(self.refuting):.3f})"


def _import(texts: dict[str, str]) -> None:
    from articles.services.processing import process_run
    from articles.services.runs import IncomingFile, start_import

    lines = [
        json.dumps({"external_id": pk, "title": pk.partition(":")[0], "text": text, "language": "en"})
        for pk, text in texts.items()
    ]
    file = IncomingFile("sentences.jsonl", "\n".join(lines).encode())
    run = start_import(person=make_person("editor"), files=[file], now=NOW)

    def fetch(url: str) -> Any:
        raise AssertionError(url)

    process_run(run_id=run.pk, fetch=fetch, clock=lambda: NOW)
    run.refresh_from_db()
    print(f"imported {run.created:,} of {len(texts):,}, failed {run.failed}")


def _until_indexed(corpus: Any, index: Callable[..., int]) -> float:
    from articles.search.finder_index import embed_texts

    started = time.perf_counter()
    while index():
        pass
    print(f"   cut in {time.perf_counter() - started:.1f} s")
    while embed_texts(corpus):
        pass
    return time.perf_counter() - started


def _print_times(name: str, times: Sequence[float]) -> None:
    ordered = sorted(times)
    p50, p95 = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000
    print(f"   {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
