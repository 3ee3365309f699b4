"""Build the W3C annotations of the published checks that point into one article, page by page.

An article may have thousands. So a page is built from the checks on it alone: the process keeps how many annotations each check
has in the article, and those it has built.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID

import orjson
from django.db.models import F, Q

from annotations.frozen import FrozenContent as Content
from annotations.models import (
    Appearance,
    Desk,
    Evidence,
    Placement,
)
from articles.models import ArticleRevision
from core.database.sql import prepared
from publishing.formats.webannotation import article_annotation_count, article_annotations
from publishing.models import FactCheck
from publishing.services.publication import publication_of

MOST_KEPT = 4_096  # annotations of all cached checks together: some megabytes
_Check = tuple[str, str, int]
"""Fact-check id, digest of its document, number of the desk's last edit: all that an annotation depends on, so a cached one
never goes stale."""


@dataclass(slots=True)
class _Cached:
    count: int
    items: list[bytes] | None = None
    """None until a page needs them."""


_cached: dict[UUID, dict[_Check, _Cached]] = {}
"""Cache by article. Emptied when full."""

_CHECKS = """
SELECT fc.id::text, fc.etag, d.edit_number
FROM publishing_factcheck fc CROSS JOIN annotations_desk d
WHERE fc.state = 'published' AND fc.claim_id IN (
    SELECT a.claim_id FROM annotations_passage p JOIN annotations_appearance a ON a.passage_id = p.id WHERE p.article_id = %(id)s
    UNION ALL
    SELECT e.claim_id FROM annotations_passage p JOIN annotations_evidence e ON e.passage_id = p.id WHERE p.article_id = %(id)s)
ORDER BY fc.published_at, fc.id
"""
_CONTENTS = """
SELECT fc.id::text, pl.body
FROM publishing_factcheck fc
JOIN annotations_verdict v ON v.id = fc.verdict_id
JOIN annotations_frozencontent f ON f.id = v.frozen_id
JOIN accounts_payload pl ON pl.id = f.payload_id
WHERE fc.id = ANY(%s)
"""


class Annotations(Protocol):
    """Annotations as JSON, in order."""

    @property
    def total(self) -> int: ...

    def between(self, start: int, stop: int) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class _InRevision:
    items: list[bytes]

    @property
    def total(self) -> int:
        return len(self.items)

    def between(self, start: int, stop: int) -> list[bytes]:
        return self.items[start:stop]


@dataclass(frozen=True, slots=True)
class _AsApproved:
    article_id: UUID
    made: dict[_Check, _Cached]

    @property
    def total(self) -> int:
        return sum(one.count for one in self.made.values())

    def between(self, start: int, stop: int) -> list[bytes]:
        wanted, skipped, end = {}, 0, 0
        for check, one in self.made.items():
            end += one.count
            if end <= start:
                skipped = end
            elif one.count:
                wanted[check] = one
            if end >= stop:
                break
        _build_missing(self.article_id, {check: one for check, one in wanted.items() if one.items is None})
        return [item for one in wanted.values() for item in one.items or []][start - skipped : stop - skipped]


def annotations_of(*, article_id: UUID) -> Annotations:
    """Return the annotations of an article's published checks, at the approved positions."""
    with prepared() as cursor:
        cursor.execute(_CHECKS, {"id": article_id})
        checks: list[_Check] = cursor.fetchall()
    made = _cached.get(article_id, {})
    # In order, too: a page's items are counted from the first check on.
    if list(made) != checks:
        counts = _count_by_check(article_id, [check[0] for check in checks if check not in made])
        made = {check: made.get(check) or _Cached(counts.get(check[0], 0)) for check in checks}
        _cache(article_id, made)
    return _AsApproved(article_id, made)


def annotations_in(*, revision: ArticleRevision) -> Annotations:
    """Return the same annotations, placed in a revision. Passages that were not found there are left out."""
    desk = Desk.objects.get()
    found: list[bytes] = []
    for check, content in _checks_with_content(_standing_in(revision.article_id)):
        placed, publication = _move_content(revision, content), publication_of(check, desk=desk)
        found += map(orjson.dumps, article_annotations(str(revision.article_id), placed, publication))
    return _InRevision(found)


def _count_by_check(article_id: UUID, fact_checks: Sequence[str]) -> dict[str, int]:
    with prepared() as cursor:
        cursor.execute(_CONTENTS, [list(map(UUID, fact_checks))])
        return {
            pk: article_annotation_count(str(article_id), orjson.loads(body)) if body else 0
            for pk, body in cursor.fetchall()
        }


def _build_missing(article_id: UUID, wanted: dict[_Check, _Cached]) -> None:
    """Build and cache the annotations of `wanted`; empty for a check that was withdrawn meanwhile."""
    if not wanted:
        return
    desk = Desk.objects.get()
    found = {
        str(check.pk): list(
            map(orjson.dumps, article_annotations(str(article_id), content, publication_of(check, desk=desk)))
        )
        for check, content in _checks_with_content(Q(pk__in=[check[0] for check in wanted]))
    }
    for check, made in wanted.items():
        made.items = found.get(check[0], [])


def _cache(article_id: UUID, made: dict[_Check, _Cached]) -> None:
    if sum(map(len, _cached.values())) + len(made) > MOST_KEPT:
        _cached.clear()
    _cached[article_id] = made


def _standing_in(article_id: UUID) -> Q:
    return Q(claim__appearances__passage__article=article_id) | Q(claim__evidence__passage__article=article_id)


def _checks_with_content(wanted: Q) -> Iterator[tuple[FactCheck, Content]]:
    """Yield published checks with their content, by publication. Legally removed content is left out."""
    found = FactCheck.objects.filter(pk__in=FactCheck.objects.filter(wanted).values("pk"), state="published")
    checks = found.only("slug", "version", "state", "canonical_url", "published_at", "modified_at")
    rows: Any = checks.annotate(body=F("verdict__frozen__payload__body")).order_by("published_at", "pk")
    for check in rows:
        if check.body is not None:
            yield check, orjson.loads(check.body)


def _move_content(revision: ArticleRevision, content: Content) -> Content:
    """Return the content with its passages of the article moved to their places in the revision."""
    places = _places_in(revision, content)
    appearances = [
        item for one in content["appearances"] if (item := _move_to_revision(one, revision, places)) is not None
    ]
    evidence = [item for one in content["evidence"] if (item := _move_to_revision(one, revision, places)) is not None]
    return cast("Content", {**content, "appearances": appearances, "evidence": evidence})


def _places_in(revision: ArticleRevision, content: Content) -> dict[str, Placement]:
    ids = [one["id"] for one in (*content["appearances"], *content["evidence"])]
    passages: dict[str, Any] = {}
    for rows in (Appearance.objects.all(), Evidence.objects.all()):
        here = rows.filter(pk__in=ids, passage__article=revision.article_id)
        passages |= {str(pk): passage for pk, passage in here.values_list("pk", "passage")}
    placed = Placement.objects.filter(revision=revision, passage__in=passages.values(), start__isnull=False)
    by_passage = {place.passage_id: place for place in placed}
    return {pk: by_passage[passage] for pk, passage in passages.items() if passage in by_passage}


def _move_to_revision(item: Any, revision: ArticleRevision, places: dict[str, Placement]) -> Any:
    article = item["article"]
    if article is None or article["id"] != str(revision.article_id):
        return item
    place = places.get(item["id"])
    if place is None:
        return None
    return {
        **item,
        "revision": revision.number,
        "start": place.start,
        "end": place.end,
        "exact": place.exact,
        "captured_at": revision.captured_at.isoformat().replace("+00:00", "Z"),
    }
