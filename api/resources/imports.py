"""Imports, and what one would do."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from api.resources.base import Resource
from api.resources.fields import Always, Choice, Count, Flag, Id, Many, Moment, One, Path, Text
from articles.models import ImportItem, ImportRun

MOST_ITEMS = 1_000


class _ImportErrorResource(Resource):
    model = ImportItem

    item = Text(source="name")
    code = Text()
    detail = Text()


class _ImportItemResource(Resource):
    model = ImportItem

    item = Text(source="name")
    state = Choice(("queued", "running", "held", "created", "updated", "unchanged", "failed", "cancelled"))
    article = Id(null=True, source="article_id")
    revision = Count(null=True, source="revision.number")


def _items_with(**wanted: Any) -> Callable[[Path], QuerySet[Any]]:
    return lambda run: ImportItem.objects.filter(run=run("pk"), **wanted).order_by("position", "pk")[:MOST_ITEMS]


class ImportResource(Resource):
    """One background import. `items` and `errors` list the first thousand. `held`: a person of the desk wants to see
    first what it changes; nothing that is begun here waits so.
    """

    model = ImportRun
    is_compiled = True

    id = Id()
    state = Choice(("queued", "running", "held", "finished", "failed", "cancelled"))
    label_ = Text()
    total = Count()
    done = Count()
    created = Count()
    updated = Count()
    unchanged = Count()
    failed = Count()
    errors_ = Many(_ImportErrorResource, rows=_items_with(state=ImportItem.State.FAILED))
    items = Many(_ImportItemResource, rows=_items_with())
    created_at = Moment()
    started_at = Moment(null=True)
    finished_at = Moment(null=True)


class _PassageChangeResource(Resource):
    claim = Id()
    statement = Text()
    passage = Id()
    status = Choice(("changed", "moved", "orphaned"))
    old = Text()
    new = Text()
    is_harmless = Flag()
    is_evidence = Flag()
    is_published = Flag()


class _ImportEffectsResource(Resource):
    """The numbers of claims that rest on words of the article that change, move, go or stay; null where none does.
    `changes` lists at most 200 passages.
    """

    changed = Count()
    moved = Count()
    orphaned = Count()
    placed = Count()
    changes = Many(_PassageChangeResource)


class _ImportPreviewItemResource(Resource):
    item = Text()
    outcome = Choice(("created", "updated", "unchanged", "failed"))
    article = Id(null=True)
    code = Text()
    detail = Text()
    effects = One(_ImportEffectsResource, null=True)


class ImportPreviewResource(Resource):
    """The preview of an import. Nothing was stored. The first thousand items; `is_complete` says whether that is all."""

    dry_run = Always()
    is_complete = Flag()
    items = Many(_ImportPreviewItemResource)
