"""Background work after an import: proposals of a large batch, the same copy in two outlets."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.db import connection

from accounts.models import User
from articles.models import AlsoPublished, Article, ArticleRevision, ImportRun, Proposal
from articles.services import copies
from articles.services.copies import copies_of, dismiss_also_published, similar_articles
from articles.services.enrichment import enrich_revisions
from core.database.locks import Lock
from core.errors import NotFound, NotPermitted

pytestmark = pytest.mark.django_db
RunImport = Callable[..., ImportRun]
COPY = " ".join(f"Sentence number {n} of the wire story tells what happened at place {n * 7}." for n in range(30))
OTHER = " ".join(f"A different report, part {n}, describes the harbour and its {n * 3} boats." for n in range(30))


def item(url: str, text: str, title: str = "Title") -> bytes:
    return json.dumps({"url": url, "title": title, "text": text, "language": "en"}).encode() + b"\n"


def enrich_all() -> None:
    while enrich_revisions(limit=2):
        pass


def test_the_same_copy_in_two_outlets_is_linked_once_the_older_first(run_import: RunImport) -> None:
    run_import({"a.jsonl": item("https://one.example/a", COPY)})
    run_import({"b.jsonl": item("https://two.example/b", COPY + " Additional reporting by us.", "Another headline")})
    run_import({"c.jsonl": item("https://three.example/c", OTHER)})
    enrich_all()

    pair = AlsoPublished.objects.get()
    assert (pair.article.url, pair.other.url) == ("https://one.example/a", "https://two.example/b")
    assert 0.4 <= pair.similarity <= 1
    assert not ArticleRevision.objects.filter(minhash=None).exists()
    assert enrich_revisions() == 0


def test_a_dismissed_pair_stays_dismissed(run_import: RunImport, editor: User, make_user: Callable[..., User]) -> None:
    run_import({"a.jsonl": item("https://one.example/a", COPY)})
    run_import({"b.jsonl": item("https://two.example/b", COPY)})
    enrich_all()
    one, two = Article.objects.order_by("url")
    with pytest.raises(NotPermitted):
        dismiss_also_published(one_id=one.pk, other_id=two.pk, person=make_user("publisher"))
    dismiss_also_published(one_id=two.pk, other_id=one.pk, person=editor)
    run_import({"b.jsonl": item("https://two.example/b", COPY + " Updated.")})
    enrich_all()
    assert AlsoPublished.objects.get().is_dismissed
    with pytest.raises(NotFound):
        dismiss_also_published(one_id=one.pk, other_id=one.pk, person=editor)


def many(text: str, count: int = 30) -> bytes:
    return b"".join(item(f"https://many.example/{n}", f"{text} Number {n}.") for n in range(count))


def test_only_one_process_is_at_it(run_import: RunImport) -> None:
    run_import({"a.jsonl": many("Words.")})
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**parameters) as other:  # the transaction of another worker
        other.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.ENRICHMENT.value])
        assert enrich_revisions() == 0
    assert enrich_revisions() == 30


def test_a_small_import_is_compared_at_once_and_a_large_one_afterwards(run_import: RunImport) -> None:
    run_import({"a.jsonl": item("https://one.example/a", COPY)})
    run_import({"b.jsonl": item("https://two.example/b", COPY)})
    assert AlsoPublished.objects.count() == 1
    assert copies_of(Article.objects.values_list("pk", flat=True)).not_compared == set()
    run_import({"c.jsonl": many(COPY)})
    waiting = set(Article.objects.filter(url__startswith="https://many").values_list("pk", flat=True))
    assert copies_of(Article.objects.values_list("pk", flat=True)).not_compared == waiting
    enrich_all()
    assert AlsoPublished.objects.count() == 32 * 31 / 2
    assert copies_of(waiting).not_compared == set()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_background(run_import: RunImport, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it compares, the rows that a new claim refers to can be referred to."""
    run_import({"a.jsonl": many(COPY)})
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    refer = "SELECT 1 FROM articles_article AS a JOIN articles_articlerevision AS r ON r.article_id = a.id FOR KEY SHARE NOWAIT"
    seen: list[int] = []

    def refer_to_all(*args: Any) -> None:
        link_through_others(*args)
        with psycopg.connect(**parameters) as other:
            seen.append(len(other.execute(refer).fetchall()))

    link_through_others = copies._link_through_others
    monkeypatch.setattr(copies, "_link_through_others", refer_to_all)
    enrich_all()
    assert seen
    assert set(seen) == {30}


def test_the_cost_of_a_batch_does_not_grow_with_it(
    run_import: RunImport, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    run_import({"a.jsonl": many(COPY, 60)})
    with django_assert_max_num_queries(22):
        assert enrich_revisions() == 50  # the rest was a small batch, and compared at once


def test_a_large_batch_gets_its_proposals_afterwards(run_import: RunImport) -> None:
    lines = b"".join(
        item(f"https://one.example/{n}", f"GENEVA (Reuters) - Report {n} says so. {OTHER[: 50 + n]}") for n in range(40)
    )
    run_import({"wire.jsonl": lines})
    assert not Proposal.objects.exists()
    enrich_all()
    assert Proposal.objects.filter(field="origin", value="Reuters").count() == 40


def test_what_a_pasted_text_resembles(run_import: RunImport) -> None:
    run_import({"a.jsonl": item("https://one.example/a", COPY)})
    enrich_all()
    found = similar_articles(COPY.replace("number 3 ", "number three "))
    assert [article.url for article, _ in found] == ["https://one.example/a"]
    assert similar_articles(OTHER) == []
    assert similar_articles("") == []


def test_copies_stand_for_each_other_over_several_steps(run_import: RunImport) -> None:
    for name in "abcd":
        run_import({f"{name}.jsonl": item(f"https://{name}.example/", OTHER if name == "d" else COPY)})
    AlsoPublished.objects.all().delete()
    a, b, c, d = Article.objects.order_by("url")
    AlsoPublished.objects.create(article=a, other=b, similarity=1)
    AlsoPublished.objects.create(article=b, other=c, similarity=1)
    leaders = copies_of([a.pk, b.pk, c.pk, d.pk]).leaders
    assert leaders[a.pk] == leaders[b.pk] == leaders[c.pk]
    assert leaders[d.pk] == d.pk
    assert copies_of([]).leaders == {}


def test_two_cuts_of_one_copy_are_linked_and_two_reports_in_one_digest_are_not(
    run_import: RunImport, editor: User
) -> None:
    sentences = COPY.split(". ")
    first, last = ". ".join(sentences[:20]), ". ".join(sentences[10:])
    texts = {"first": first, "last": last, "other": OTHER, "whole": COPY, "digest": f"{first} {OTHER}"}

    def bring_in(*names: str) -> None:
        for name in names:
            run_import({f"{name}.jsonl": item(f"https://{name}.example/", texts[name], name)})
        enrich_all()

    def linked() -> set[frozenset[str]]:
        pairs = AlsoPublished.objects.filter(is_dismissed=False)
        return {frozenset(pair) for pair in pairs.values_list("article__title", "other__title")}

    bring_in("first", "last", "other")
    assert linked() == set()  # 0.33
    bring_in("whole")
    pairs = {frozenset(pair) for pair in [("first", "whole"), ("last", "whole"), ("first", "last")]}
    assert linked() == pairs
    bring_in("digest")
    assert frozenset(("digest", "other")) in linked()
    assert frozenset(("first", "other")) not in linked()

    one, two = Article.objects.filter(title__in=["first", "last"])
    dismiss_also_published(one_id=one.pk, other_id=two.pk, person=editor)
    texts["whole"] += " Updated."
    bring_in("whole")
    assert frozenset(("first", "last")) not in linked()
    leaders = copies_of([one.pk, two.pk]).leaders
    assert leaders[one.pk] != leaders[two.pk]
