"""The W3C annotations of the published checks that point into one article."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from annotations.formats.webannotation import article_annotations
from annotations.frozen import FrozenContent as Content
from annotations.models import Appearance, Desk, Evidence, FactCheck, Placement
from annotations.services.freeze import frozen_content
from annotations.services.publication import publication_of
from articles.models import ArticleRevision


def annotations_of(*, article_id: UUID, revision: ArticleRevision | None = None) -> list[dict[str, Any]]:
    """All of them, by publication. Positions are those that were approved, or those in `revision` where it is given:
    what was not found there is left out."""
    desk = Desk.objects.get()
    found: list[dict[str, Any]] = []
    for check in _checks(article_id):
        content = frozen_content(check.verdict.frozen) if check.verdict.frozen else None
        if content is None:
            continue
        if revision is not None:
            content = _placed_in(revision, content)
        found += article_annotations(str(article_id), content, publication_of(check, desk=desk))
    return found


def _checks(article_id: UUID) -> list[FactCheck]:
    stands = Q(claim__appearances__passage__article=article_id) | Q(claim__evidence__passage__article=article_id)
    checks = FactCheck.objects.filter(stands, state=FactCheck.State.PUBLISHED).distinct()
    return list(checks.select_related("verdict__frozen__payload").order_by("published_at", "pk"))


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
