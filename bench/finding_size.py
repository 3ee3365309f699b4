"""The finder at size: passages and lookup beside bare indexed queries of the same tables, in one run.

BENCH_PASSAGES (default "10000 100000") and BENCH_CHECKS (100000) set the sizes. Texts are made of words as frequent as in a
language; vectors are random around 500 topics, so that nothing waits for an encoder. The question itself is encoded as in the
product. Goal: under 100 ms p95 on an idle machine. Printed too: what each part costs, how fast the index is made, its size.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from typing import Any

from bench.harness.scratch import make_person, scratch_desk

PASSAGES = tuple(map(int, os.environ.get("BENCH_PASSAGES", "10000 100000").split()))
CHECKS = int(os.environ.get("BENCH_CHECKS", "100000"))
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
_SENTENCES_EACH, _WORDS_EACH, _VOCABULARY, _TOPICS, _ASKED = 10, 18, 60_000, 500, 60
_INDEXES = ("articles_sentencevector", "publishing_checkvector")


def run() -> None:
    with scratch_desk():
        from django.conf import settings

        words = _Words(random.Random(7))
        settings.EMBEDDER = "off"
        for size in PASSAGES:
            _fill_passages(words, size)
            _measure("passages", size, _ask_passages(), words, "articles_sentence", "articles_sentencevector")
        _fill_checks(words, CHECKS)
        _measure("lookup", CHECKS, _ask_lookup(), words, "publishing_checktext", "publishing_checkvector")
        _print_story(words)


class _Words:
    """Sentences of made-up words, the n-th of which is 1/n as frequent as the first."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        letters = "bcdfghklmnprstvz"
        self._all = [
            "".join(f"{chance.choice(letters)}{chance.choice('aeiou')}" for _ in range(chance.randint(2, 4)))
            + chance.choice(letters)
            for _ in range(_VOCABULARY)
        ]
        self._weights = [1 / (n + 5) for n in range(_VOCABULARY)]

    def sentences(self, count: int) -> list[str]:
        words = self.chance.choices(self._all, self._weights, k=count * _WORDS_EACH)
        return [" ".join(some).capitalize() + "." for some in batched(words, _WORDS_EACH)]


# --- filling


def _fill_passages(words: _Words, size: int) -> None:
    import json

    from articles.models import Sentence
    from articles.search.finder_index import index_articles
    from articles.services.processing import process_run
    from articles.services.runs import IncomingFile, start_import

    missing = max(0, size - Sentence.objects.count()) // _SENTENCES_EACH
    lines = [
        json.dumps({"external_id": f"{size}-{n}", "title": words.sentences(1)[0], "language": "en", "text": text})
        for n in range(missing)
        if (text := " ".join(words.sentences(_SENTENCES_EACH)))
    ]
    person = make_person("editor")
    for some in batched(lines, 1_000):
        run = start_import(person=person, files=[IncomingFile("texts.jsonl", "\n".join(some).encode())], now=NOW)
        process_run(run_id=run.pk, fetch=_no_fetch, clock=lambda: NOW)
    started = time.perf_counter()
    while index_articles():
        pass
    _print_rate("sentences cut and indexed", Sentence.objects.count(), missing * 11, time.perf_counter() - started)
    _fill_vectors("articles_sentence", "articles_sentencevector", words.chance)


def _fill_checks(words: _Words, size: int) -> None:
    from publishing.models import CheckText, ForeignCheck
    from publishing.services.check_index import index_checks

    for number, some in enumerate(batched(words.sentences(size), 5_000)):
        ForeignCheck.objects.bulk_create(
            ForeignCheck(
                url=f"https://checks.example/{number}-{n}",
                claim_sha256=f"{number}-{n}".rjust(64, "0"),
                publisher="Others",
                claim_text=text,
                label="False",
            )
            for n, text in enumerate(some)
        )
    started = time.perf_counter()
    while index_checks():
        pass
    _print_rate("checks indexed", CheckText.objects.count(), size, time.perf_counter() - started)
    _fill_vectors("publishing_checktext", "publishing_checkvector", words.chance)


def _fill_vectors(table: str, vectors: str, chance: random.Random) -> None:
    """Store a vector for each text that has none; the index is built at once afterwards, which takes a tenth of the time."""
    import numpy as np
    from django.db import connections

    rng = np.random.default_rng(chance.randrange(1 << 30))
    topics = rng.standard_normal((_TOPICS, 384))
    model = _with_encoder(_model)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%% USING hnsw %%'",
            [vectors],
        )
        definitions = cursor.fetchall()
        for name, _definition in definitions:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute(f"SELECT id FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {vectors} v WHERE v.text_id = t.id)")
        ids = [pk for (pk,) in cursor.fetchall()]
        for some in batched(ids, 2_000):
            made = topics[rng.integers(_TOPICS, size=len(some))] + 0.7 * rng.standard_normal((len(some), 384))
            made /= np.linalg.norm(made, axis=1, keepdims=True)
            with cursor.copy(f"COPY {vectors} (text_id, model_id, embedding) FROM STDIN") as copy:
                for pk, vector in zip(some, made, strict=True):
                    copy.write_row((pk, model, "[" + ",".join(f"{number:.4f}" for number in vector) + "]"))
        if table == "publishing_checktext":
            cursor.execute(
                f"UPDATE {vectors} v SET is_published = t.is_published FROM {table} t WHERE t.id = v.text_id"
            )
        started = time.perf_counter()
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for _name, definition in definitions:
            cursor.execute(definition)
        _print_rate(f"vectors of {table} indexed", len(ids), len(ids), time.perf_counter() - started)
        for name in (table, vectors):
            cursor.execute(f"ANALYZE {name}")
            cursor.execute("SELECT pg_table_size(%s), pg_indexes_size(%s)", [name, name])
            rows, indexes = cursor.fetchone()
            print(f"   {name}: {rows / 2**20:.0f} MB, its indexes {indexes / 2**20:.0f} MB")


def _model() -> int:
    from articles.search.embedding import current_embedder
    from articles.search.ranking import model_id_of

    embedder = current_embedder()
    assert embedder
    return model_id_of(embedder)


def _with_encoder[T](act: Callable[[], T]) -> T:
    from django.conf import settings

    from articles.search.embedding import forget_embedder

    settings.EMBEDDER = "bundled"
    try:
        return act()
    finally:
        settings.EMBEDDER = "off"
        forget_embedder()


def _no_fetch(url: str) -> Any:
    raise AssertionError(url)


# --- asking


def _ask_passages() -> Callable[[str], object]:
    from annotations.services.finder import find_passages

    return lambda question: find_passages(question=question).hits


def _ask_lookup() -> Callable[[str], object]:
    from publishing.services.lookup import lookup_text

    return lookup_text


def _measure(name: str, size: int, ask: Callable[[str], object], words: _Words, table: str, vectors: str) -> None:
    from django.db import connection

    questions = words.sentences(_ASKED)

    def measure() -> None:
        from articles.search.embedding import current_embedder

        embedder = current_embedder()
        assert embedder
        parts: dict[str, list[float]] = {}
        for _ in range(2):  # the first time warms caches
            parts = {}
            for question in questions:
                _time(parts, f"{name}, as the product answers", partial(ask, question))
                _time(parts, "   of it the question encoded", partial(embedder.embed, [question], is_query=True))
                _time(parts, "   of it the ranking statement", partial(_rank, name, question))
                vector = embedder.embed([question], is_query=True)[0]
                with connection.cursor() as cursor:
                    for part, sql, params in _bare(table, vectors, question, vector):
                        _time(parts, part, partial(cursor.execute, sql, params))
        for part, times in parts.items():
            _print_times(f"{size:,} {part}", times)

    _with_encoder(measure)


def _rank(name: str, question: str) -> None:
    from articles.search.corpora import SENTENCES
    from articles.search.ranking import prepare, rank
    from publishing.services.check_index import CHECKS as OF_CHECKS
    from publishing.services.checks import PUBLISHED

    corpus, only = (SENTENCES, None) if name == "passages" else (OF_CHECKS, PUBLISHED)
    (prepared,) = prepare(corpus, [question])
    rank(corpus, prepared, only=only)


def _bare(table: str, vectors: str, question: str, vector: Any) -> Iterator[tuple[str, str, list[Any]]]:
    """The least that any such search must ask: a rare word by the words' index, the nearest by the vectors' index."""
    words = sorted(question.lower().strip(".").split(), key=len)[-1:]
    only = "is_published" if table == "publishing_checktext" else "true"
    yield (
        "   bare: one word by its index",
        f"SELECT id FROM {table} WHERE vector @@ %s::tsquery AND {only} LIMIT 20",
        words,
    )
    written = "[" + ",".join(f"{number:.5f}" for number in vector) + "]"
    nearest = "ORDER BY embedding::halfvec(384) <=> %s::halfvec(384) LIMIT 20"
    sql = f"SELECT text_id FROM {vectors} WHERE model_id = {_model()} {nearest}"
    yield "   bare: the 20 nearest vectors", sql, [written]


def _print_story(words: _Words) -> None:
    from publishing.services.lookup import lookup_text, lookup_texts

    def measure() -> None:
        parts: dict[str, list[float]] = {}
        for _ in range(3):
            story = " ".join(words.sentences(100))
            _time(parts, "lookup of a story of 100 sentences", partial(lookup_text, story))
            texts = words.sentences(100)
            _time(parts, "lookup of 100 texts", partial(lookup_texts, texts))
        for part, times in parts.items():
            _print_times(part, times)

    _with_encoder(measure)


def _time(parts: dict[str, list[float]], part: str, act: Callable[[], object]) -> None:
    started = time.perf_counter()
    act()
    parts.setdefault(part, []).append(time.perf_counter() - started)


def _print_rate(what: str, total: int, made: int, seconds: float) -> None:
    print(f"{total:,} {what}: {made / max(seconds, 0.001):,.0f} a second", flush=True)


def _print_times(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p50, p95 = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000
    print(f"   {name:<60} p50 {p50:6.1f} ms, p95 {p95:6.1f} ms", flush=True)
