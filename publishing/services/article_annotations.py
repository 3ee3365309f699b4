"""The W3C annotations of the published checks that point into one article.

A page of them is made of the checks that stand on it alone. Which those are follows from how many annotations each check has
in the article; that, and what was made, is kept by the process.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
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
from core.sql import prepared
from publishing.formats.webannotation import article_annotation_count, article_annotations
from publishing.models import FactCheck
from publishing.services.publication import publication_of

MOST_KEPT = 4_096
_Check = tuple[str, str, int]
"""Id, digest of the published document, number of the desk's last edit. An annotation is made of the content that was frozen
for that version and of what the document and the desk say of its publication: what is kept under this never goes stale."""


@dataclass(slots=True)
class _Made:
    count: int
    items: list[bytes] | None = None
    """Until a page first wants them."""


_kept: dict[UUID, dict[_Check, _Made]] = {}
"""By article. Emptied when it is full; a process makes what it lacks anew."""

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
    """Each as JSON, in order."""

    @property
    def total(self) -> int: ...

    def between(self, start: int, stop: int) -> list[bytes]: ...


@dataclass(frozen=True, slots=True)
class _Placed:
    items: list[bytes]

    @property
    def total(self) -> int:
        return len(self.items)

    def between(self, start: int, stop: int) -> list[bytes]:
        return self.items[start:stop]


@dataclass(frozen=True, slots=True)
class _Approved:
    article_id: UUID
    made: dict[_Check, _Made]

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
        _make(self.article_id, {check: one for check, one in wanted.items() if one.items is None})
        return [item for one in wanted.values() for item in one.items or []][start - skipped : stop - skipped]


def annotations_of(*, article_id: UUID) -> Annotations:
    """Of the published checks, by publication, at the positions that were approved."""
    with prepared() as cursor:
        cursor.execute(_CHECKS, {"id": article_id})
        checks: list[_Check] = cursor.fetchall()
    made = _kept.get(article_id, {})
    if list(made) != checks:
        counts = _counts(article_id, [check[0] for check in checks if check not in made])
        made = {check: made.get(check) or _Made(counts.get(check[0], 0)) for check in checks}
        _keep(article_id, made)
    return _Approved(article_id, made)


def annotations_in(*, revision: ArticleRevision) -> Annotations:
    """The same, placed in the revision; what was not found there is left out."""
    desk = Desk.objects.get()
    found: list[bytes] = []
    for check, content in _checks(_standing_in(revision.article_id)):
        placed, publication = _placed_in(revision, content), publication_of(check, desk=desk)
        found += map(orjson.dumps, article_annotations(str(revision.article_id), placed, publication))
    return _Placed(found)


def _counts(article_id: UUID, fact_checks: Sequence[str]) -> dict[str, int]:
    with prepared() as cursor:
        cursor.execute(_CONTENTS, [list(map(UUID, fact_checks))])
        return {
            pk: article_annotation_count(str(article_id), orjson.loads(body)) if body else 0
            for pk, body in cursor.fetchall()
        }


def _make(article_id: UUID, wanted: dict[_Check, _Made]) -> None:
    """The items of those that were never wanted before; none of what was withdrawn in this moment."""
    if not wanted:
        return
    desk = Desk.objects.get()
    found = {
        str(check.pk): list(
            map(orjson.dumps, article_annotations(str(article_id), content, publication_of(check, desk=desk)))
        )
        for check, content in _checks(Q(pk__in=[check[0] for check in wanted]))
    }
    for check, made in wanted.items():
        made.items = found.get(check[0], [])


def _keep(article_id: UUID, made: dict[_Check, _Made]) -> None:
    if sum(map(len, _kept.values())) + len(made) > MOST_KEPT:
        _kept.clear()
    _kept[article_id] = made


def _standing_in(article_id: UUID) -> Q:
    return Q(claim__appearances__passage__article=article_id) | Q(claim__evidence__passage__article=article_id)


def _checks(wanted: Q) -> Iterator[tuple[FactCheck, Content]]:
    """Published checks with their content, by publication; without those whose content was removed for legal reasons."""
    found = FactCheck.objects.filter(pk__in=FactCheck.objects.filter(wanted).values("pk"), state="published")
    faces = found.only("slug", "version", "state", "canonical_url", "published_at", "modified_at")
    rows: Any = faces.annotate(body=F("verdict__frozen__payload__body")).order_by("published_at", "pk")
    for check in rows:
        if check.body is not None:
            yield check, orjson.loads(check.body)


def _placed_in(revision: ArticleRevision, content: Content) -> Content:
    """The content with what stands in the article moved to its places in the revision."""
    places = _places(revision, content)
    appearances = [item for one in content["appearances"] if (item := _moved(one, revision, places)) is not None]
    evidence = [item for one in content["evidence"] if (item := _moved(one, revision, places)) is not None]
    moved: Any = {**content, "appearances": appearances, "evidence": evidence}
    return moved  # type: ignore[no-any-return]  # the same shape


def _places(revision: ArticleRevision, content: Content) -> dict[str, Placement]:
    ids = [one["id"] for one in (*content["appearances"], *content["evidence"])]
    passages: dict[str, Any] = {}
    for rows in (Appearance.objects.all(), Evidence.objects.all()):
        here = rows.filter(pk__in=ids, passage__article=revision.article_id)
        passages |= {str(pk): passage for pk, passage in here.values_list("pk", "passage")}
    placed = Placement.objects.filter(revision=revision, passage__in=passages.values(), start__isnull=False)
    by_passage = {place.passage_id: place for place in placed}
    return {pk: by_passage[passage] for pk, passage in passages.items() if passage in by_passage}


def _moved(item: Any, revision: ArticleRevision, places: dict[str, Placement]) -> Any:
    article = item["article"]
    if article is None or article["id"] != str(revision.article_id):
        return item
    place = places.get(item["id"])
    if place is None:
        return None
    return {
        **item, "revision": revision.number, "start": place.start, "end": place.end, "exact": place.exact,
        "captured_at": revision.captured_at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
