"""Write entries in batches: a few queries for hundreds of articles, all or nothing."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import F, Max
from django.utils.translation import gettext, gettext_noop

from accounts.audit import acting
from articles.models import Article, ImportItem, ImportRun, PendingRevision, Proposal, Source
from articles.parsing import ParsedArticle
from articles.search.index import Searchable, add_passages
from articles.services.bulk import Row, as_json, copy_articles, copy_items, copy_revisions
from articles.services.decisions import GIVEN, BatchDecision, Decision, decide_batch
from articles.services.holding import hold_back
from articles.services.leases import LEASE, lock_held
from articles.services.reading import Ended, Entry
from articles.signals import foreign_checks_found
from articles.text.canonical import TEXT_PROFILE
from core.database.sql import prepared
from core.values import known

logger = logging.getLogger(__name__)
State = ImportItem.State
_CLASH = gettext_noop(
    "It clashes with what another import wrote at the same time. Nothing of it was stored; try it again."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Report the outcome of one entry."""

    name: str
    state: str
    code: str
    detail: str
    article_id: UUID | None
    title: str
    revision_id: UUID | None
    is_pending: bool  # a new revision whose passages must be placed before readers see it


def write_batch(*, batch: Sequence[Entry | Ended], run: ImportRun, now: datetime) -> list[Outcome]:
    """Store a batch with its items' outcomes and the run's counts in one transaction. Raises LeaseLost.

    If another import wrote one of the articles meanwhile, the batch is decided again, and on a second clash entry by
    entry, so that one bad entry fails alone.
    """
    # Nothing is lost by the first clash: it rolls back, and the second reading finds what the other import wrote.
    for _ in range(2):
        try:
            return _write(batch, run, now)
        except IntegrityError:
            continue
    return [outcome for part in batch for outcome in _write_alone(part, run, now)]


def _write_alone(part: Entry | Ended, run: ImportRun, now: datetime) -> list[Outcome]:
    try:
        return _write([part], run, now)
    except IntegrityError as error:
        # It writes no article, so a clash in it is a fault of ours.
        if isinstance(part, Ended):
            raise
        logger.warning("import %s: %s clashes", run.pk, part.name, exc_info=error)
        return _write([part], run, now, refusal=gettext(_CLASH))


def _write(batch: Sequence[Entry | Ended], run: ImportRun, now: datetime, refusal: str = "") -> list[Outcome]:
    entries = [part for part in batch if isinstance(part, Entry)]
    ended = [part.item for part in batch if isinstance(part, Ended)]
    with acting(run.created_by_id):
        lock_held(items={part.item.id: part.item for part in batch}.values())
        if refusal:
            decided = BatchDecision(
                [Decision(entry, State.FAILED, code="conflict", detail=refusal) for entry in entries], []
            )
        else:
            decided = decide_batch(entries, run=run, default_source=run.source, is_locking=True)
            hold_back(decided, run=run)
        _store(decided, run, now)
        _report(decided.decisions, ended, run, now)
    return [outcome_of(decision) for decision in decided.decisions]


def _store(decided: BatchDecision, run: ImportRun, now: datetime) -> None:
    decisions = decided.decisions
    Source.objects.bulk_create(decided.new_sources)
    new = [decision for decision in decisions if decision.state == State.CREATED]
    for number, decision in enumerate(new):
        article = _article(decision)
        article.imported_by_id = run.created_by_id
        # A microsecond apart, so that lists by time keep the order of the file.
        article.created_at = article.updated_at = now + timedelta(microseconds=number)
    copy_articles(_article(decision) for decision in new)
    _change([decision for decision in decisions if decision.changes], now)
    with_revision = [decision for decision in decisions if decision.revision_id]
    copy_revisions(_revision(decision, now) for decision in with_revision)
    # A first revision has no passages to place.
    PendingRevision.objects.bulk_create(
        PendingRevision(revision_id=known(decision.revision_id), created_at=now)
        for decision in with_revision
        if decision.number > 1
    )
    add_passages(_searchable(decision) for decision in new)
    # A proposal that a person has dismissed stays dismissed.
    Proposal.objects.bulk_create(_proposals(decisions, now), ignore_conflicts=True)
    _tell_of_checks([decision.entry.article for decision in decisions if decision.is_stored], run, now)
    # Check foreign keys now: at the commit the lock on the run's row would keep the other workers waiting meanwhile.
    connection.check_constraints()


def _tell_of_checks(stored: Iterable[ParsedArticle], run: ImportRun, now: datetime) -> None:
    bringing = [article for article in stored if article.foreign_checks]
    if bringing:
        foreign_checks_found.send(
            sender=ImportRun,
            checks=[check for article in bringing for check in article.foreign_checks],
            whole_pages={article.url for article in bringing if article.content_type == "text/html"},
            run_id=run.pk,
            now=now,
        )


def _change(decisions: Iterable[Decision], now: datetime) -> None:
    """Update the publisher's details, one query per article: few articles change."""
    for decision in decisions:
        article = _article(decision)
        for name, value in decision.changes.items():
            setattr(article, name, value)
        if "language" in decision.changes:
            article.language_confidence = GIVEN
        article.save(update_fields=[*decision.changes, "language_confidence", "updated_at"])


def _article(decision: Decision) -> Article:
    return known(decision.article)  # only failed decisions have none, and they are not stored


def _revision(decision: Decision, now: datetime) -> Row:
    """Return the values of REVISION_FIELDS."""
    canonical = decision.entry.article.canonical
    blocks = as_json([{"tag": b.tag, "start": b.start, "end": b.end, "role": b.role} for b in canonical.blocks])
    raw = decision.entry.item.raw_id
    ids = (decision.revision_id, _article(decision).id, decision.number)
    version = decision.entry.version
    return (*ids, canonical.text, decision.entry.sha256, blocks, TEXT_PROFILE, raw, version.number, version.at, now)


def _searchable(decision: Decision) -> Searchable:
    article, canonical = _article(decision), decision.entry.article.canonical
    return Searchable(
        article.id, decision.revision_id or article.id, canonical.text, canonical.blocks, article.language
    )


def _proposals(decisions: Iterable[Decision], now: datetime) -> list[Proposal]:
    return [
        Proposal(article_id=_article(decision).id, field=field, value=value, basis=basis, created_at=now)
        for decision in decisions
        for field, value, basis in decision.proposals
        if field in Proposal.FIELDS
    ]


def _report(decisions: Sequence[Decision], ended: Iterable[ImportItem], run: ImportRun, now: datetime) -> None:
    """Write each entry's outcome: the first of a file in the file's own row, further ones in new rows."""
    items = {decision.entry.item.id: decision.entry.item for decision in decisions} | {item.id: item for item in ended}
    reached: dict[int, int] = {}
    further: list[Decision] = []
    for decision in decisions:
        item = decision.entry.item
        reached[item.id] = decision.entry.number
        if decision.entry.number == item.locator.get("entry", 0):
            _fill(item, decision, now)
            item.locator = _without(item.locator, "rest") | _rest_of(decision.entry)
        else:
            further.append(decision)
    for pk, number in reached.items():
        items[pk].locator = {**items[pk].locator, "next": number + 1}
        items[pk].attempts, items[pk].lease_until = 0, now + LEASE
    for item in ended:
        item.locator = _without(item.locator, "next")
        if item.raw_id:
            item.locator.setdefault("entry", 0)  # what a retry reads again
        item.lease_token = item.lease_until = None
    _save(items.values())
    _count(decisions, len(further), run)
    _add_rows(further, run, now)


# Not `bulk_update`, which writes a CASE for each column with a WHEN for each row.
_SAVE = """
UPDATE articles_importitem AS item SET name = new.name, state = new.state, locator = new.locator::jsonb, code = new.code,
    detail = new.detail, article_id = new.article, revision_id = new.revision, attempts = new.attempts,
    finished_at = new.finished_at, lease_token = new.lease_token, lease_until = new.lease_until
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::int[],
    %s::timestamptz[], %s::uuid[], %s::timestamptz[]) AS new (id, name, state, locator, code, detail, article, revision,
    attempts, finished_at, lease_token, lease_until)
WHERE item.id = new.id
"""


def _save(items: Iterable[ImportItem]) -> None:
    rows = [
        (
            item.id,
            item.name,
            str(item.state),
            as_json(item.locator).decode(),
            item.code,
            item.detail,
            item.article_id,
            item.revision_id,
            item.attempts,
            item.finished_at,
            item.lease_token,
            item.lease_until,
        )
        for item in items
    ]
    with prepared() as cursor:
        cursor.execute(_SAVE, [list(column) for column in zip(*rows, strict=True)])


def _count(decisions: Sequence[Decision], further: int, run: ImportRun) -> None:
    """Add to the run's counts; the row lock this takes also orders the positions of new rows."""
    by_state = Counter(decision.state for decision in decisions)
    names = {State.CREATED: "created", State.UPDATED: "updated", State.UNCHANGED: "unchanged", State.FAILED: "failed"}
    changes: dict[str, Any] = {name: F(name) + by_state[state] for state, name in names.items()}
    decided = len(decisions) - by_state[State.HELD]
    ImportRun.objects.filter(pk=run.pk).update(done=F("done") + decided, total=F("total") + further, **changes)


def _without(locator: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in locator.items() if name not in names}


def _rest_of(entry: Entry) -> dict[str, bool]:
    """Return the mark of a row from which a retry reads on to the end of the bytes."""
    return {"rest": True} if entry.leaves_rest else {}


def _add_rows(decisions: Sequence[Decision], run: ImportRun, now: datetime) -> None:
    if not decisions:
        return
    last = ImportItem.objects.filter(run=run).aggregate(last=Max("position"))["last"]
    items = {decision.entry.item.id: decision.entry.item for decision in decisions}
    locators = {pk: _without(item.locator, "next", "rest") for pk, item in items.items()}
    copy_items(
        _item_values(decision, run, position, now, locators[decision.entry.item.id])
        for position, decision in enumerate(decisions, start=last + 1)
    )


def _item_values(decision: Decision, run: ImportRun, position: int, now: datetime, file: dict[str, Any]) -> Row:
    """Return the values of ITEM_FIELDS; `file` locates the entry's file."""
    item = decision.entry.item
    locator = {**file, "entry": decision.entry.number} | _rest_of(decision.entry)
    article = decision.article.id if decision.article else None
    where = (run.pk, position, decision.entry.name, decision.state.value, item.raw_id, as_json(locator))
    return (*where, decision.code, decision.detail, article, decision.revision_id, 0, now)


def _fill(item: ImportItem, decision: Decision, now: datetime) -> None:
    item.name = decision.entry.name
    item.state, item.code, item.detail = decision.state, decision.code, decision.detail
    item.article = decision.article
    item.revision_id = decision.revision_id
    item.finished_at = now


def outcome_of(decision: Decision) -> Outcome:
    return Outcome(
        name=decision.entry.name,
        state=decision.state,
        code=decision.code,
        detail=decision.detail,
        article_id=decision.article.id if decision.article else None,
        title=decision.article.title if decision.article else "",
        revision_id=decision.revision_id,
        is_pending=decision.number > 1,
    )
