"""The W3C annotations of the published checks that point into one article."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from annotations.formats.webannotation import article_annotations
from annotations.frozen import FrozenContent as Content
from annotations.models import Appearance, Desk, Evidence, FactCheck, Placement
from annotations.services.freeze import frozen_content
from annotations.services.publication import publication_of
from articles.models import ArticleRevision
from factcheck.statements import prepared

MOST_KEPT = 4_096
_Row = tuple[str, str]
_kept: dict[tuple[UUID, _Row], list[bytes]] = {}
"""By article and all that an annotation is made of besides the frozen content, which is named by its digest: what is here
never goes stale. Emptied when it is full; a process makes what it lacks anew."""

# A check whose content was removed for legal reasons has no body and is never asked for.
_CHECKS = """
SELECT fc.id::text,
    concat_ws(' ', f.sha256, fc.version, fc.published_at, fc.modified_at, d.edit_number, fc.slug, fc.canonical_url)
FROM annotations_factcheck fc
JOIN annotations_verdict v ON v.id = fc.verdict_id
JOIN annotations_frozencontent f ON f.id = v.frozen_id
JOIN accounts_payload pl ON pl.id = f.payload_id
CROSS JOIN annotations_desk d
WHERE fc.state = 'published' AND pl.body IS NOT NULL AND fc.claim_id IN (
    SELECT a.claim_id FROM annotations_passage p JOIN annotations_appearance a ON a.passage_id = p.id WHERE p.article_id = %(id)s
    UNION ALL
    SELECT e.claim_id FROM annotations_passage p JOIN annotations_evidence e ON e.passage_id = p.id WHERE p.article_id = %(id)s)
ORDER BY fc.published_at, fc.id
"""


def annotations_of(*, article_id: UUID) -> list[bytes]:
    """All of them as JSON, by publication, at the positions that were approved."""
    with prepared() as cursor:
        cursor.execute(_CHECKS, {"id": article_id})
        rows: list[_Row] = cursor.fetchall()
    found = {row: _kept.get((article_id, row)) for row in rows}
    missing = {row[0]: row for row, items in found.items() if items is None}
    if missing:
        made = _made(article_id, missing)
        found |= made
        _keep(article_id, made)
    return [item for items in found.values() for item in items or []]


def annotations_in(*, revision: ArticleRevision) -> list[dict[str, Any]]:
    """Those of the revision's article, placed in it; what was not found there is left out."""
    desk = Desk.objects.get()
    found: list[dict[str, Any]] = []
    for check, content in _checks(_standing_in(revision.article_id)):
        placed = _placed_in(revision, content)
        found += article_annotations(str(revision.article_id), placed, publication_of(check, desk=desk))
    return found


def _made(article_id: UUID, missing: dict[str, _Row]) -> dict[_Row, list[bytes]]:
    desk = Desk.objects.get()
    return {
        missing[str(check.pk)]: [
            orjson.dumps(item)
            for item in article_annotations(str(article_id), content, publication_of(check, desk=desk))
        ]
        for check, content in _checks(Q(pk__in=missing))
    }


def _keep(article_id: UUID, made: dict[_Row, list[bytes]]) -> None:
    if len(_kept) + len(made) > MOST_KEPT:
        _kept.clear()
    _kept.update({(article_id, row): items for row, items in made.items()})


def _standing_in(article_id: UUID) -> Q:
    return Q(claim__appearances__passage__article=article_id) | Q(claim__evidence__passage__article=article_id)


def _checks(wanted: Q) -> Iterator[tuple[FactCheck, Content]]:
    """Published checks with their content, by publication."""
    checks = FactCheck.objects.filter(wanted, state=FactCheck.State.PUBLISHED).distinct()
    for check in checks.select_related("verdict__frozen__payload").order_by("published_at", "pk"):
        content = frozen_content(check.verdict.frozen) if check.verdict.frozen else None
        if content is not None:
            yield check, content


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
