"""New versions of articles that carry claims wait for a person, where whoever imports wants to see first what they change.

Nothing of a held entry is stored but its bytes and its row. What it would change is read from these bytes again, so that
the preview is of the article as it is then, and what is applied is decided on anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import ArticleRevision, ImportItem, ImportRun, Source
from articles.parsing import ParsedArticle
from articles.services.planning import BatchPlan, Plan
from articles.services.reading import Entry, read_item
from articles.services.runs import finish_if_done, locked_run
from core.errors import InvalidInput, WrongState

State = ImportItem.State
Guard = Callable[[Collection[UUID]], set[UUID]]
_guards: list[Guard] = []


def register_guard(guard: Guard) -> None:
    """`guard(article_ids)` gives those that nobody should change unseen. The articles app knows nothing of claims."""
    if guard not in _guards:
        _guards.append(guard)


def hold_back(decided: BatchPlan, *, run: ImportRun) -> None:
    """Turn plans that would change a guarded article into plans that wait, if the run shows first what it changes."""
    if not run.options.get("shows_first"):
        return
    changing = [plan for plan in decided.plans if _changes_text(plan) and not _is_approved(plan)]
    guarded = _guarded({plan.article.pk for plan in changing if plan.article})
    held = [plan for plan in changing if plan.article and plan.article.pk in guarded]
    for plan in held:
        plan.state, plan.revision_id, plan.number = State.HELD, None, 0
        plan.changes, plan.proposals = {}, []
    if held:
        used = _sources_used(plan for plan in decided.plans if plan.is_stored)
        decided.new_sources = [source for source in decided.new_sources if source.pk in used]


def _changes_text(plan: Plan) -> bool:
    return plan.state == State.UPDATED and plan.revision_id is not None


def _is_approved(plan: Plan) -> bool:
    """A person has seen what it changes, and no other revision came between."""
    return bool(plan.entry.item.locator.get("approved_after") == plan.number - 1)


def _guarded(article_ids: Collection[UUID]) -> set[UUID]:
    return set().union(*(guard(article_ids) for guard in _guards)) if article_ids else set()


def _sources_used(plans: Iterable[Plan]) -> set[UUID]:
    used: set[UUID] = set()
    for plan in plans:
        if plan.article:
            used |= {key for key in (plan.article.source_id, plan.article.origin_id) if key}
        used |= {value.pk for value in plan.changes.values() if isinstance(value, Source)}
    return used


def held_entries(*, run: ImportRun, items: Iterable[ImportItem]) -> Iterator[tuple[ImportItem, ParsedArticle]]:
    """The held items with the article as their bytes give it. Reads files, writes nothing."""
    for item in items:
        for part in read_item(item=item, run=run, fetch=_never):
            if isinstance(part, Entry) and isinstance(part.outcome, ParsedArticle):
                yield item, part.outcome


def _never(url: str) -> Any:
    raise InvalidInput(f"{url} was not fetched yet.")


def newest_numbers(items: Iterable[ImportItem]) -> dict[UUID, int]:
    """The newest revision number of each item's article: what a person has seen when they decide."""
    articles = {item.article_id for item in items if item.article_id}
    newest = ArticleRevision.objects.filter(article__in=articles).order_by("article", "-number").distinct("article")
    return dict(newest.values_list("article", "number"))


def apply_held(*, run_id: UUID, person: User, seen: Mapping[int, int], now: datetime) -> ImportRun:
    """Let these held items in; a worker writes them. `seen` maps an item to its article's newest revision as shown.

    Raises WrongState, with nothing changed, where an article has changed since or somebody else has decided. An article
    that changes after this and before the worker writes is held again.
    """
    check_permission(person, "article.import")
    with acting(person):
        run, items = _held(run_id, seen)
        numbers = newest_numbers(items)
        if any(item.article_id and numbers.get(item.article_id) != seen[item.pk] for item in items):
            raise WrongState("An article changed since this was shown. Nothing was applied: look at it again.")
        for item in items:
            item.locator = {**item.locator, "approved_after": seen[item.pk]}
            item.state, item.attempts, item.finished_at = State.QUEUED, 0, None
        ImportItem.objects.bulk_update(items, ["locator", "state", "attempts", "finished_at"])
        run.state = ImportRun.State.QUEUED
        run.save(update_fields=["state"])
    return run


def leave_held(*, run_id: UUID, person: User, seen: Mapping[int, int], now: datetime) -> ImportRun:
    """Keep the articles as they are: these held items are done with, nothing of them is stored."""
    check_permission(person, "article.import")
    with acting(person):
        run, items = _held(run_id, seen)
        ImportItem.objects.filter(pk__in=[item.pk for item in items]).update(
            state=State.CANCELLED, detail=f"{person.name} left the article as it is.", finished_at=now
        )
        ImportRun.objects.filter(pk=run.pk).update(done=F("done") + len(items))
        finish_if_done(run=run, now=now)
    return run


def _held(run_id: UUID, seen: Mapping[int, int]) -> tuple[ImportRun, list[ImportItem]]:
    run = locked_run(run_id)
    items = list(ImportItem.objects.select_for_update().filter(run=run, pk__in=seen, state=State.HELD).order_by("pk"))
    if run.state != ImportRun.State.HELD or not items or len(items) != len(seen):
        raise WrongState("Somebody has decided on this already, or it is being worked on. Nothing was changed.")
    return run, items
