"""Bare views: one statement, the JSON built by Postgres, nobody asked who they are. What the API is measured beside.

For reading, the same rows (every column of them). For lists, the same filter and limit, ids only. For a claim, one INSERT in
one transaction into a table with a claim's columns and indexes, and none of its triggers. `flat` is an article's marks as a
tool keeps them that knows nothing else of them: one table, one row a mark (bench/size.py).
"""

from functools import partial
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from factcheck.urls import urlpatterns as _desk

_ARTICLE = """
SELECT json_build_object('article', row_to_json(ar), 'source', row_to_json(so), 'revision', row_to_json(r))::text
FROM articles_article ar JOIN articles_articlerevision r ON r.id = ar.current_revision_id
LEFT JOIN articles_source so ON so.id = ar.source_id WHERE ar.id = %(id)s
"""
_CLAIMS = """
SELECT json_agg(json_build_object(
    'claim', row_to_json(c), 'claimant', row_to_json(cl), 'appearance', row_to_json(a), 'passage', row_to_json(p),
    'placement', row_to_json(pl),
    'evidence', (SELECT json_agg(row_to_json(e)) FROM annotations_evidence e WHERE e.claim_id = c.id)))::text
FROM annotations_passage p
JOIN articles_article ar ON ar.id = p.article_id
JOIN annotations_appearance a ON a.passage_id = p.id
JOIN annotations_claim c ON c.id = a.claim_id
LEFT JOIN annotations_claimant cl ON cl.id = c.claimant_id
LEFT JOIN annotations_placement pl ON pl.passage_id = p.id AND pl.revision_id = ar.current_revision_id
WHERE p.article_id = %(id)s
"""
_ANNOTATIONS = """
SELECT json_agg(json_build_object('fact_check', fc.id, 'published_at', fc.published_at, 'content', pl.body::json))::text
FROM (SELECT DISTINCT a.claim_id FROM annotations_passage p JOIN annotations_appearance a ON a.passage_id = p.id
    WHERE p.article_id = %(id)s LIMIT 200) here
JOIN publishing_factcheck fc ON fc.claim_id = here.claim_id
JOIN annotations_verdict v ON v.id = fc.verdict_id
JOIN annotations_frozencontent f ON f.id = v.frozen_id
JOIN accounts_payload pl ON pl.id = f.payload_id
"""
_FLAT = """
SELECT json_agg(json_build_object('id', id, 'exact', exact, 'start', start, 'end', "end", 'statement', statement))::text
FROM bench_mark WHERE article_id = %(id)s
"""
_LIST = """
SELECT json_agg(id)::text FROM (SELECT id FROM articles_article WHERE current_revision_id IS NOT NULL
    ORDER BY created_at DESC, id DESC LIMIT 50) found
"""
_HAS = "ar.id IN (SELECT article_id FROM articles_searchpassage WHERE vector @@ plainto_tsquery('english', %({})s))"
_SEARCH = """
SELECT json_agg(id)::text FROM (SELECT ar.id FROM articles_article ar WHERE ar.current_revision_id IS NOT NULL AND {}
    ORDER BY ar.created_at DESC, ar.id DESC LIMIT 50) found
"""
_INSERT = """
INSERT INTO bench_claim (id, statement, statement_key, state, parked_reason, selection_reason, topics, priority, edit_number,
    created_at, updated_at)
    VALUES (uuidv7(), 'They built 40 bridges.', '', 'marked', '', '', '{}', 2, 1, now(), now()) RETURNING id::text
"""
_CHANGES = """
SELECT json_agg(fc.document)::text FROM (SELECT object_id FROM publishing_change WHERE is_latest AND seq > %(after)s
    ORDER BY seq LIMIT 1000) ch JOIN publishing_factcheck fc ON fc.id = ch.object_id
"""


def _read(request: HttpRequest, statement: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(statement, request.GET.dict())
        row: Any = cursor.fetchone()
    return HttpResponse(row[0] or "[]", content_type="application/json")


@csrf_exempt
def _insert(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT)
        row: Any = cursor.fetchone()
    return HttpResponse(f'{{"id": "{row[0]}"}}', content_type="application/json", status=201)


_READS = {
    "article": _ARTICLE,
    "claims": _CLAIMS,
    "flat": _FLAT,
    "annotations": _ANNOTATIONS,
    "list": _LIST,
    "search/1": _SEARCH.format(_HAS.format("q0")),
    "search/2": _SEARCH.format(f"{_HAS.format('q0')} AND {_HAS.format('q1')}"),
    "changes": _CHANGES,
}
urlpatterns: list[Any] = [path(f"bare/{name}", partial(_read, statement=sql)) for name, sql in _READS.items()]
urlpatterns += [path("bare/insert", _insert), path("bare/nothing", lambda _: HttpResponse("ok")), *_desk]
