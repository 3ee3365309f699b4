"""Hold new versions of articles that carry claims until a person has seen what they change.

Applies to runs with the option `shows_first`. A held entry stores only its bytes and its row. The preview reads these
bytes again, and applying the entry decides on it again, so both use the article as it is then.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import ArticleRevision, ImportItem, ImportRun, Source
from articles.parsing import ParsedArticle
from articles.services.decisions import BatchDecision, Decision
from articles.services.reading import Entry, read_item
from articles.services.runs import finish_if_done, locked_run
from core.errors import InvalidInput, WrongState

State = ImportItem.State
_Protection = Callable[[Collection[UUID]], set[UUID]]
_protections: list[_Protection] = []


def register_protection(protection: _Protection) -> None:
    """Register a function that returns those of the given articles that must not change unseen.

    It inverts the dependency: this app knows nothing of claims.
    """
    if protection not in _protections:
        _protections.append(protection)


def hold_back(decided: BatchDecision, *, run: ImportRun) -> None:
    """Turn decisions that would change the text of a protected article into HELD, if the run asks for it."""
    if not run.options.get("shows_first"):
        return
    changing = [decision for decision in decided.decisions if _changes_text(decision) and not _is_approved(decision)]
    protected = _protected({decision.article.pk for decision in changing if decision.article})
    held = [decision for decision in changing if decision.article and decision.article.pk in protected]
    for decision in held:
        decision.state, decision.revision_id, decision.number = State.HELD, None, 0
        # Not only the text: details that came with it wait too.
        decision.changes, decision.proposals = {}, []
    # A held entry stores nothing: a source that it alone named is not made either.
    if held:
        used = _sources_used(decision for decision in decided.decisions if decision.is_stored)
        decided.new_sources = [source for source in decided.new_sources if source.pk in used]


def _changes_text(decision: Decision) -> bool:
    return decision.state == State.UPDATED and decision.revision_id is not None


def _is_approved(decision: Decision) -> bool:
    """Return whether a person has seen this change and no other revision came between."""
    return bool(decision.entry.item.locator.get("approved_after") == decision.number - 1)


def _protected(article_ids: Collection[UUID]) -> set[UUID]:
    return set().union(*(protection(article_ids) for protection in _protections)) if article_ids else set()


def _sources_used(decisions: Iterable[Decision]) -> set[UUID]:
    used: set[UUID] = set()
    for decision in decisions:
        if decision.article:
            used |= {key for key in (decision.article.source_id, decision.article.origin_id) if key}
        used |= {value.pk for value in decision.changes.values() if isinstance(value, Source)}
    return used


def held_entries(*, run: ImportRun, items: Iterable[ImportItem]) -> Iterator[tuple[ImportItem, ParsedArticle]]:
    """Yield each held item with its article, read again from the stored bytes. Writes nothing."""
    for item in items:
        for part in read_item(item=item, run=run, fetch=_never):
            if isinstance(part, Entry) and isinstance(part.outcome, ParsedArticle):
                yield item, part.outcome


def _never(url: str) -> Any:
    raise InvalidInput(_("{url} was not fetched yet.").format(url=url))


def newest_numbers(items: Iterable[ImportItem]) -> dict[UUID, int]:
    """Return the newest revision number of each item's article: the state that a person decides on."""
    articles = {item.article_id for item in items if item.article_id}
    newest = ArticleRevision.objects.filter(article__in=articles).order_by("article", "-number").distinct("article")
    return dict(newest.values_list("article", "number"))


def apply_held(*, run_id: UUID, person: User, seen: Mapping[int, int], now: datetime) -> ImportRun:
    """Queue held items for a worker. `seen` maps an item to the revision number that was shown.

    Raises WrongState, with nothing changed, if an article has changed since or somebody else has decided. An article
    that changes after this and before the worker writes is held again.
    """
    check_permission(person, "article.import")
    with acting(person):
        run, items = _held(run_id, seen)
        numbers = newest_numbers(items)
        if any(item.article_id and numbers.get(item.article_id) != seen[item.pk] for item in items):
            raise WrongState(_("An article changed since this was shown. Nothing was applied: look at it again."))
        for item in items:
            item.locator = {**item.locator, "approved_after": seen[item.pk]}
            item.state, item.attempts, item.finished_at = State.QUEUED, 0, None
        ImportItem.objects.bulk_update(items, ["locator", "state", "attempts", "finished_at"])
        run.state = ImportRun.State.QUEUED
        run.save(update_fields=["state"])
    return run


def leave_held(*, run_id: UUID, person: User, seen: Mapping[int, int], now: datetime) -> ImportRun:
    """Cancel held items: the articles stay as they are, nothing of the items is stored."""
    check_permission(person, "article.import")
    with acting(person):
        run, items = _held(run_id, seen)
        ImportItem.objects.filter(pk__in=[item.pk for item in items]).update(
            state=State.CANCELLED,
            detail=_("{name} left the article as it is.").format(name=person.name),
            finished_at=now,
        )
        ImportRun.objects.filter(pk=run.pk).update(done=F("done") + len(items))
        finish_if_done(run=run, now=now)
    return run


def _held(run_id: UUID, seen: Mapping[int, int]) -> tuple[ImportRun, list[ImportItem]]:
    run = locked_run(run_id)
    # In the order of keys: two people who decide on overlapping items wait for one another, without a deadlock.
    items = list(ImportItem.objects.select_for_update().filter(run=run, pk__in=seen, state=State.HELD).order_by("pk"))
    if run.state != ImportRun.State.HELD or not items or len(items) != len(seen):
        raise WrongState(_("Somebody has decided on this already, or it is being worked on. Nothing was changed."))
    return run, items
