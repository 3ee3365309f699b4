"""Start, cancel and retry import runs. `processing` does the work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.canonical_url import is_web_address
from articles.models import ImportItem, ImportRun, Source, StoredFile
from articles.services.leases import unfinished
from articles.services.sources import given_source
from articles.signals import import_ended
from articles.storage import Segment, segments_of, store_bytes, store_stream
from core.errors import (
    DomainError,
    InvalidInput,
    NotFound,
    WrongState,
)

MAX_ITEMS_AT_ONCE = 2_000
_NAME_LENGTH = 300
_URL_LENGTH = 2_000
State = ImportItem.State


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """An incoming file. `name` may hold folders: it can identify the article within its source."""

    name: str
    data: bytes | BinaryIO
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class PastedText:
    """Pasted text: a new article unless `url` or `article` names the one it is a version of."""

    text: str
    url: str = ""
    article_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A fetched page. `where` goes into its item's locator (`reading.where_fetched`)."""

    url: str
    body: bytes
    where: dict[str, str]


@dataclass(slots=True)
class NewItem:
    """An unsaved item."""

    name: str
    raw: StoredFile | None = None
    locator: dict[str, Any] = field(default_factory=dict)
    refusal: DomainError | None = None


def start_import(
    *,
    person: User,
    now: datetime,
    files: Iterable[IncomingFile] = (),
    urls: Sequence[str] = (),
    pages: Iterable[FetchedPage] = (),
    articles: Sequence[Any] | None = None,
    pasted: PastedText | None = None,
    source: Source | str | None = None,
    options: dict[str, Any] | None = None,
    label: str = "",
) -> ImportRun:
    """Store the input and write a run with an item per file, address or text. A worker does the rest.

    Input that can be refused at once (an empty or oversized file, an invalid address) becomes a failed item, so that
    the others go on. `source` (or its name) is for articles that name none themselves; `options` may hold `columns` for
    tables and `shows_first`: changes to articles that carry claims then wait for a person (see `holding`).
    """
    check_permission(person, "article.import")
    _check_count(urls, articles)
    items = [item for file in files for item in _file_items(file)]
    items += [_url_item(url) for url in urls]
    items += [_page_item(page) for page in pages]
    if articles is not None:
        items.append(_articles_item(articles))
    if pasted is not None:
        items.append(_pasted_item(pasted))
    if not items:
        raise InvalidInput(_("There is nothing to import. Choose a file, give an address or paste a text."))
    if len(items) > MAX_ITEMS_AT_ONCE:
        raise InvalidInput(
            _("At most {max_items_at_once:,} files or addresses go into one import. Nothing was stored.").format(
                max_items_at_once=MAX_ITEMS_AT_ONCE
            )
        )
    with acting(person):
        run = ImportRun.objects.create(
            label=(label or _label(items))[:300],
            source=given_source(source),
            options=options or {},
            created_by=person,
            created_at=now,
        )
        add_items(run=run, items=items, now=now)
    return run


def new_item(*, name: str, raw: StoredFile | None, locator: dict[str, Any]) -> NewItem:
    """Make an item of stored bytes."""
    return NewItem(name[:_NAME_LENGTH], raw, locator)


def add_items(*, run: ImportRun, items: Sequence[NewItem], now: datetime, first_position: int = 0) -> None:
    rows = [_build_row(run, position, item, now) for position, item in enumerate(items, start=first_position)]
    failed = sum(row.state == State.FAILED for row in rows)
    with transaction.atomic():
        ImportItem.objects.bulk_create(rows)
        ImportRun.objects.filter(pk=run.pk).update(
            total=F("total") + len(rows), done=F("done") + failed, failed=F("failed") + failed
        )


def cancel_import(*, run_id: UUID, person: User, now: datetime) -> ImportRun:
    """Stop after the current batch. Imported items stay; waiting ones are marked cancelled."""
    check_permission(person, "article.import")
    with acting(person):
        run = locked_run(run_id)
        if run.state not in (ImportRun.State.QUEUED, ImportRun.State.RUNNING, ImportRun.State.HELD):
            raise WrongState(
                _("This import is already {value}; nothing was changed.").format(value=run.get_state_display().lower())
            )
        run.cancel_requested_at = run.cancel_requested_at or now
        run.save(update_fields=["cancel_requested_at"])
        # Items that a worker holds are its own: it sees the request after its batch.
        waiting = ImportItem.objects.filter(run=run, state__in=[State.QUEUED, State.HELD])
        cancelled = waiting.update(state=State.CANCELLED, finished_at=now)
        run.done += cancelled
        run.save(update_fields=["done"])
        finish_if_done(run=run, now=now)
    return run


def retry_failed(*, run_id: UUID, person: User, now: datetime) -> ImportRun:
    """Queue the failed items again, and only these."""
    check_permission(person, "article.import")
    with acting(person):
        run = locked_run(run_id)
        failed = ImportItem.objects.filter(run=run, state=State.FAILED)
        # Without bytes and address there is nothing to read again.
        count = failed.exclude(raw=None, locator={}).update(
            state=State.QUEUED, code="", detail="", attempts=0, finished_at=None
        )
        if not count:
            raise WrongState(_("No item of this import can be tried again. Import the files again."))
        run.failed -= count
        run.done -= count
        run.state = ImportRun.State.QUEUED
        run.cancel_requested_at = run.finished_at = None
        run.save(update_fields=["failed", "done", "state", "cancel_requested_at", "finished_at"])
    return run


def finish_if_done(*, run: ImportRun, now: datetime) -> bool:
    """Close a run that has nothing left to do. The caller holds the run's row lock."""
    if unfinished(run).exists():
        return False
    run.refresh_from_db()
    if ImportItem.objects.filter(run=run, state=State.HELD).exists():
        return _hold(run)
    if run.cancel_requested_at:
        run.state = ImportRun.State.CANCELLED
    # One stored article makes a run finished: its failures are listed beside it.
    elif run.total and run.failed == run.total:
        run.state = ImportRun.State.FAILED
    else:
        run.state = ImportRun.State.FINISHED
    run.is_listed = True
    run.finished_at = now
    run.save(update_fields=["state", "is_listed", "finished_at"])
    import_ended.send(sender=ImportRun, run=run, now=now)
    return True


def _hold(run: ImportRun) -> bool:
    """Mark the run as waiting for a person (see `holding`). Returns False: it is not finished."""
    run.state = ImportRun.State.HELD
    run.is_listed = True
    run.save(update_fields=["state", "is_listed"])
    return False


def locked_run(run_id: UUID) -> ImportRun:
    """Return the run with its row locked until the transaction ends."""
    run: ImportRun | None = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such import."))
    return run


def _check_count(urls: Sequence[str], articles: Sequence[Any] | None) -> None:
    if articles is not None and not articles:
        raise InvalidInput(_("The list of articles is empty. Nothing was stored."))
    if len(urls) > MAX_ITEMS_AT_ONCE:
        raise InvalidInput(
            _("At most {max_items_at_once:,} addresses go into one import. Nothing was stored.").format(
                max_items_at_once=MAX_ITEMS_AT_ONCE
            )
        )


def _file_items(file: IncomingFile) -> list[NewItem]:
    """Make one item per file; several for a large file of lines, which workers read in parallel."""
    name = clean_name(file.name)
    try:
        if isinstance(file.data, bytes):
            raw = store_bytes(file.data, content_type=file.content_type)
        else:
            raw = store_stream(file.data, content_type=file.content_type)
    except DomainError as refusal:
        return [NewItem(name, refusal=refusal)]
    locator = {"file": name, "type": file.content_type}
    segments = segments_of(name, raw)
    if not segments:
        return [NewItem(name, raw, locator)]
    return [_segment_item(name, raw, locator, segment) for segment in segments]


def _segment_item(name: str, raw: StoredFile, locator: dict[str, Any], segment: Segment) -> NewItem:
    where = {"range": [segment.start, segment.end], "line": segment.line, "expected": segment.lines}
    label = _("{name}, lines {first:,} to {last:,}").format(
        name=name, first=segment.line + 1, last=segment.line + segment.lines
    )
    return NewItem(label, raw, {**locator, **where})


def _url_item(url: str) -> NewItem:
    url = url.strip()
    if not is_web_address(url) or len(url) > _URL_LENGTH:
        refusal = InvalidInput(
            _("This is not a web address. Write it like https://example.org/story. Nothing was fetched.")
        )
        return NewItem(url[:_NAME_LENGTH], refusal=refusal)
    return NewItem(url[:500], locator={"url": url})


def _page_item(page: FetchedPage) -> NewItem:
    raw = store_bytes(page.body, content_type=page.where.get("type", ""))
    return NewItem(page.url[:500], raw, {"url": page.url, **page.where})


def _articles_item(articles: Sequence[Any]) -> NewItem:
    name = "articles.json"
    raw = store_bytes(orjson.dumps({"articles": list(articles)}), content_type="application/json")
    return NewItem(name, raw, {"file": name, "type": "application/json", "anonymous": True})


def _pasted_item(pasted: PastedText) -> NewItem:
    if not pasted.text.strip():
        raise InvalidInput(_("There is no text. Paste the article, its headline on the first line."))
    # A browser can send lone surrogates, which UTF-8 cannot hold.
    raw = store_bytes(pasted.text.encode(errors="replace"), content_type="text/plain")
    locator: dict[str, Any] = {
        "file": gettext_noop("Pasted text"),
        "type": "text/plain; charset=utf-8",
        "anonymous": True,
    }
    if pasted.url:
        locator["is_at"] = pasted.url
    if pasted.article_id:
        locator["article"] = str(pasted.article_id)
    return NewItem(_("Pasted text"), raw, locator)


def _build_row(run: ImportRun, position: int, item: NewItem, now: datetime) -> ImportItem:
    row = ImportItem(run=run, position=position, name=item.name, raw=item.raw, locator=item.locator)
    if item.refusal:
        row.state, row.code, row.detail = State.FAILED, item.refusal.code, item.refusal.message
        row.finished_at = now
    return row


def _label(items: Sequence[NewItem]) -> str:
    names = list(dict.fromkeys(item.locator.get("file", item.name) for item in items))
    return names[0] if len(names) == 1 else _("{name} and {count} more").format(name=names[0], count=len(names) - 1)


def clean_name(name: str) -> str:
    """Clean a file's name. Folders stay: they distinguish two files with the same name."""
    printable = "".join(character for character in name.replace("\\", "/") if character.isprintable())
    # The name is shown and compared, never opened; dots are dropped so that one file has one name.
    parts = [part for part in printable.split("/") if part not in ("", ".", "..")]
    # Cut at the start: the ends of long paths differ.
    return "/".join(parts)[-_NAME_LENGTH:] or "unnamed"
