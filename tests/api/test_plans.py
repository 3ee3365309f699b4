"""Plans at size: what a list reads grows with its answer, not with the desk."""

import json
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.urls import reverse
from django.utils import timezone

from annotations.forms.claim_filter import ClaimFilter
from annotations.models import Appearance, Claim, Passage, Placement
from articles.models import Article, ArticleRevision, CorpusCount, WordCount
from articles.search.article_search import ArticleSearch
from articles.search.query import _formed
from articles.search.ranking_query import ranking_query
from articles.search.terms import Term
from publishing.models import ForeignCheck
from publishing.services.check_index import CHECKS
from publishing.services.checks import PUBLISHED
from tests.annotations import story
from tests.databases import owner_connection

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 15_000  # below that, reading a small table whole is cheaper
_COPIED = (Article, ArticleRevision, Passage, Placement, Claim, Appearance)
# Each row again under new ids that keep to one another: id and foreign keys are hashed with the copy's number.
_COPY = "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, generate_series(1, {count}) n"


@pytest.fixture
def crowded(editor):
    """A desk of many articles with a claim each. Returns one of them."""
    article = story.make_article()
    story.mark(editor, article)
    with owner_connection() as owner:
        with owner.transaction():  # foreign keys are checked at its end
            for model in _COPIED:
                owner.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER".encode())
                owner.execute(_copy_of(model).encode())
            owner.execute(b"SET CONSTRAINTS ALL IMMEDIATE")
            for model in _COPIED:
                owner.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER".encode())
        owner.execute(b"ANALYZE")
    return article


def _copy_of(model) -> str:
    own = {kind._meta.db_table for kind in _COPIED}
    columns, values = [], []
    for field in model._meta.concrete_fields:
        related = field.related_model._meta.db_table if field.related_model else None
        is_own = field.primary_key or related in own
        columns.append(f'"{field.column}"')
        values.append(f'md5(t."{field.column}"::text || n)::uuid' if is_own else f't."{field.column}"')
    return _COPY.format(
        table=model._meta.db_table, columns=", ".join(columns), values=", ".join(values), count=MANY
    )  # fmt: skip


def statements_of(client, path: str) -> list[tuple[str, Any]]:
    """Return the SELECTs of a request with their values; None for those that are prepared, and planned for any values."""
    seen: list[tuple[str, Any]] = []

    def note(execute, sql, params, many, context):
        seen.append((sql, None if isinstance(context["cursor"].cursor, ServerBindingCursor) else params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200, path
    return [(sql, params) for sql, params in seen if sql.lstrip().upper().startswith(("SELECT", "WITH"))]


def scanned_whole(statement: str, params: Any = None) -> set[str]:
    """Return the tables that the plan of a statement reads from end to end, by an index or without one."""
    explain = "EXPLAIN (FORMAT JSON) "
    if params is None:
        numbers = iter(range(1, 1_000))
        statement = re.sub(r"%s", lambda _: f"${next(numbers)}", statement)
        explain, params = "EXPLAIN (GENERIC_PLAN, FORMAT JSON) ", []
    with connection.cursor() as cursor:
        cursor.execute(explain + statement, params)
        plan = cursor.fetchone()[0]
    found: set[str] = set()
    waiting = [((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"], False)]
    while waiting:
        node, is_limited = waiting.pop()
        kind = node["Node Type"]
        # Below a limit, rows in any order or in that of an index end early.
        is_early = is_limited and "Filter" not in node
        if (kind == "Seq Scan" and not is_early) or (
            kind.startswith("Index") and "Index Cond" not in node and not is_limited
        ):
            found.add(node["Relation Name"])
        waiting += [(child, is_limited or kind == "Limit") for child in node.get("Plans", [])]
    return found & {model._meta.db_table for model in _COPIED}


PATHS = (
    "claims?article={article}&limit=1000",
    "claims?limit=50",
    "claims?state=marked",
    "claims?claimant=Ada+Example",
    "claims?q=zyzzyva",
    "claims?q=million",
    "claims/{claim}",
    "articles?limit=50",
    "articles?has_claims=true",
    "articles/{article}",
    "articles/{article}/revisions",
    "verdicts?limit=50",
    "claimants",
    "sources",
    "fact-checks",
    "changes",
    "corrections",
)


# Their numbers are counted over all rows, and kept: the article list, the claims list's topics, statistics.
PAGES = (
    "/",
    "/articles/{article}/",
    "/claims/{claim}/",
    "/review/",
    "{my_work}",
)


def test_no_read_scans_a_table_of_the_desk(api, client, editor, crowded):
    """All paths in one test: filling the desk takes longer than all of them."""
    client.force_login(editor)
    claim = Claim.objects.filter(appearances__passage__article=crowded).values_list("pk", flat=True)[0]
    wrong: dict[str, set[str]] = {}
    asked = [(api, path) for path in PATHS] + [(client, path) for path in PAGES]
    for asker, path in asked:
        places = {"article": crowded.pk, "claim": claim, "my_work": reverse("board:my_work")}
        statements = statements_of(asker, path.format(**places))
        assert statements, path
        wrong |= {f"{path}: {sql[:80]}": found for sql, params in statements if (found := scanned_whole(sql, params))}
    listed = ClaimFilter().apply(Claim.objects.standing(), person=editor, now=timezone.now())
    statement, params = listed.order_by("-created_at", "-pk")[:31].query.sql_with_params()
    if found := scanned_whole(statement) | scanned_whole(statement, params):
        wrong["the page of claims"] = found
    assert wrong == {}


def test_notes_beside_articles_read_only_the_passages_that_wait(client, editor, crowded):
    client.force_login(editor)
    noted = [sql for sql, _ in statements_of(client, "/articles/") if "annotations_placement" in sql and "COUNT" in sql]
    assert noted
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {noted[0].replace('%s', '$1')}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "placement_waiting" in plan
    assert not scanned_whole(noted[0]) - {"annotations_placement"}


_PASSAGES = """
INSERT INTO articles_searchpassage (article_id, revision_id, position, start, "end", config, vector)
SELECT id, current_revision_id, n, 0, 10, 'simple', to_tsvector('simple', 'harbour ' || n ||
    CASE WHEN n = 3 AND right(id::text, 2) = 'aa' AND id::text < '3' THEN ' lighthouse' ELSE '' END)
FROM articles_article, generate_series(1, 4) n
"""


def plan_of_search(words: str) -> str:
    with connection.cursor() as cursor:
        statement, params = ArticleSearch(words).having_all(Article.objects.all())[:51].query.sql_with_params()
        cursor.execute(f"EXPLAIN {statement}", params)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_search_walks_the_list_for_frequent_words_and_asks_the_index_for_rare_ones(api, crowded):
    with owner_connection() as owner:
        owner.execute(_PASSAGES.encode())
        owner.execute(b"VACUUM ANALYZE articles_searchpassage")
    walk, by_index = "article_newest_first", "search_passage_vector"
    for is_counted in (False, True):
        if is_counted:
            WordCount.objects.create(corpus="sentences", lexeme="harbour", texts=60_000)
            CorpusCount.objects.create(corpus="sentences", total=60_000, average_length=3, configs=["simple"])
        _formed.cache_clear()
        for words, index in {"harbour": walk, "lighthouse": by_index, "harbour lighthouse": by_index}.items():
            plan = plan_of_search(words)
            assert index in plan, plan
            assert "Seq Scan on articles_searchpassage" not in plan, plan
            assert walk == index or walk not in plan, plan
    assert len(api.get("articles?q=harbour").json()["results"]) == 50
    rare = api.get("articles?q=harbour lighthouse").json()
    assert 0 < len(rare["results"]) < 50


def test_a_mark_is_compared_with_its_own_evidence_though_its_plan_was_made_for_empty_tables(editor):
    with owner_connection() as owner:
        owner.execute(b"ANALYZE")
    many = 40
    article = story.make_article(
        (story.COUNCIL[0], *(f"Bridge {number} cost {number} euros." for number in range(many)))
    )
    for number in range(many - 1):
        story.mark(editor, article, f"Bridge {number} cost {number} euros")
    with transaction.atomic():
        before = scans_of("annotations_evidence")
        story.mark(editor, article, f"Bridge {many - 1} cost {many - 1} euros")
        assert 0 < scans_of("annotations_evidence") - before < 10


def scans_of(table: str) -> int:
    """Return how often this transaction has begun to read the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq_scan + idx_scan FROM pg_stat_xact_user_tables WHERE relname = %s", [table])
        return cursor.fetchone()[0]


_CHECKS = """
INSERT INTO publishing_checktext (language, config, foreign_id, text, title, is_quote, is_published, vector, length)
SELECT 'en', 'simple', %s, 'harbour ' || n, '', false, n %% 20 = 0, to_tsvector('simple', 'harbour ' || n %% 7), 2
FROM generate_series(1, 10000) n
"""
_VECTORS = """
INSERT INTO publishing_checkvector (text_id, model_id, embedding, is_published)
SELECT id, %s, ('[' || sin(id) || ',' || cos(id) || ',' || sin(7 * id) || ',1]')::halfvec, is_published
FROM publishing_checktext
"""


def test_a_lookup_reads_no_check_that_is_not_published():
    foreign = ForeignCheck.objects.create(
        url="https://desk.example/1", publisher="Others", claim_text="x", label="False"
    )
    with owner_connection() as owner:
        (model,) = owner.execute(b"SELECT register_embedding_model('of a test', 4)").fetchone()
        owner.execute(_CHECKS.encode(), [foreign.pk])
        owner.execute(_VECTORS.encode(), [model])
        owner.execute(b"ANALYZE publishing_checktext, publishing_checkvector")
    terms = [Term(word="harbour", forms=("harbour",), texts=10_000, weight=1.0)]
    sql, params = ranking_query(CHECKS, terms, (model, [0.5, 0.5, 0.5, 1.0]), PUBLISHED, average=2.0, most=20)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE) {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"publishing_checkvector_published_{model}" in plan
    assert "check_text_published" in plan
    assert "Rows Removed by Filter: 1" not in plan
