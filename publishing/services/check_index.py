"""Keep the index of checked claims with their quotes, and of other desks' checks."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction

from annotations.models import Appearance, Claim
from articles.search.corpora import Corpus
from articles.search.finder_index import count_if_grown, wait_for_vectors
from articles.search.words import search_words
from articles.text.languages import search_config
from core.database.locks import Lock, try_lock
from publishing.models import CheckText, FactCheck, ForeignCheck, UnindexedCheck

CHECKS = Corpus(
    name="checks",
    table="publishing_checktext",
    vectors="publishing_checkvector",
    texts="""
        SELECT t.id, t.language, concat_ws('. ', nullif(left(t.title, 200), ''), t.text)
        FROM publishing_checktext t WHERE t.id = ANY(%s)
    """,
    # Of ten claims one is published: without an index of those a lookup read ten vectors for each that counts (2026-12-01).
    copied="is_published",
)
AT_ONCE = 500
LONGEST = 2_000  # code points of a quote; what is compared is a sentence or two

# language, claim, foreign, text, title, is_quote, is_published
Row = tuple[str, UUID | None, UUID | None, str, str, bool, bool]


def note_all_checks_changed() -> int:
    """Request all claims and foreign checks to be indexed again. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO publishing_unindexedcheck (owner_id, is_foreign, since)"
            " SELECT id, false, now() FROM annotations_claim UNION ALL SELECT id, true, now() FROM publishing_foreigncheck"
        )
        return int(cursor.rowcount)


def index_checks(*, limit: int = AT_ONCE) -> int:
    """Index up to `limit` changed claims and checks. Returns how many; 0 if another process is doing it."""
    with transaction.atomic():
        if not try_lock(Lock.CHECK_INDEX):
            return 0
        waiting = list(UnindexedCheck.objects.order_by("pk").values_list("pk", "owner_id", "is_foreign")[:limit])
        if waiting:
            _index(waiting)
    count_if_grown(CHECKS, is_drained=not waiting)
    return len(waiting)


def _index(waiting: Sequence[tuple[int, UUID, bool]]) -> None:
    claims = {owner for _, owner, is_foreign in waiting if not is_foreign}
    foreign = {owner for _, owner, is_foreign in waiting if is_foreign}
    CheckText.objects.filter(claim__in=claims).delete()
    CheckText.objects.filter(foreign__in=foreign).delete()
    ids = _insert([*_rows_of_claims(claims), *_rows_of_foreign(foreign)])
    wait_for_vectors(CHECKS, ids)
    UnindexedCheck.objects.filter(pk__in=[pk for pk, _, _ in waiting]).delete()


def _rows_of_claims(ids: Iterable[UUID]) -> list[Row]:
    claims = Claim.objects.standing().filter(pk__in=ids)
    checks = FactCheck.objects.filter(claim__in=ids)
    headlines = dict(checks.values_list("claim", "headline"))
    published = set(
        checks.filter(state=FactCheck.State.PUBLISHED, document__isnull=False).values_list("claim", flat=True)
    )
    quotes = Appearance.objects.filter(claim__in=claims, removed_at=None).order_by("created_at", "pk")
    by_claim: dict[UUID, list[tuple[str, str]]] = {}
    for claim, exact, language in quotes.values_list("claim", "passage__exact", "passage__article__language"):
        by_claim.setdefault(claim, []).append((exact, language))
    rows: list[Row] = []
    # By key, in which the claims are locked at the commit: a merge locks two of them so.
    for pk, statement in claims.order_by("pk").values_list("pk", "statement"):
        said = by_claim.get(pk, [])
        language = said[0][1] if said else ""
        if statement:
            rows.append((language, pk, None, statement, headlines.get(pk, ""), False, pk in published))
        rows += [(of_quote, pk, None, exact[:LONGEST], "", True, pk in published) for exact, of_quote in said]
    return rows


def _rows_of_foreign(ids: Iterable[UUID]) -> list[Row]:
    found = ForeignCheck.objects.filter(pk__in=ids).values_list("pk", "claim_text", "language", "document", "url")
    return [
        (language, None, pk, text[:LONGEST], _title_of(document, url), False, True)
        for pk, text, language, document, url in found
    ]


def _title_of(document: dict[str, Any], url: str) -> str:
    """Return the headline of a foreign check's page, else the words of its address."""
    review = document.get("claimreview")
    headline = review.get("headline") if isinstance(review, dict) else ""
    if isinstance(headline, str) and headline.strip():
        return headline[:500]
    slug = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return " ".join(slug.split("-"))[:500] if slug.count("-") >= 2 else ""


_INSERT = """
INSERT INTO publishing_checktext (language, config, claim_id, foreign_id, text, title, is_quote, is_published, vector, length)
SELECT language, config, claim, foreign_check, content, title, is_quote, is_published, vector, length(vector)
FROM (SELECT *, strip(to_tsvector(config::regconfig, ' ' || words || ' ')) AS vector
      FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bool[],
                  %s::bool[], %s::text[])
           AS row (language, config, claim, foreign_check, content, title, is_quote, is_published, words)) made
RETURNING id
"""


def _insert(rows: Sequence[Row]) -> list[int]:
    if not rows:
        return []
    made = [
        (language, search_config(language or "en"), *rest, search_words(f"{rest[2]} {rest[3]}"))
        for language, *rest in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in zip(*made, strict=True)])
        return [pk for (pk,) in cursor.fetchall()]
