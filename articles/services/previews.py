"""Preview an import before anything is stored: its changes, and the columns of its tables.

For `--dry-run`, the preview of a re-import, and the choice of columns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import ImportItem, ImportRun, Source
from articles.parsing import ParsedArticle, ParseFailure, ParseOptions, detect_format, parse
from articles.parsing.base import Source as ParsedSource
from articles.parsing.records.items import WORDS
from articles.services.batches import Outcome, outcome_of
from articles.services.decisions import Decision, decide_batch
from articles.services.reading import Entry, Fetch, placed
from articles.services.runs import IncomingFile, NewItem, add_items, clean_name, new_item
from articles.services.sources import SourceBook
from articles.storage import open_stored
from core.errors import DomainError, InvalidInput, NotFound

_BATCH = 100
Preview = Iterator[list[tuple[Outcome, ParsedArticle | None]]]


def preview_files(*, files: Iterable[IncomingFile], source: Source | None = None, source_name: str = "") -> Preview:
    """Yield batches of (outcome, article as it was read). Reads the database, writes nothing."""
    if source is None and source_name:
        source = SourceBook([(source_name, "")]).find(source_name)
    return _previews(_of_files(files), source)


def preview_addresses(*, urls: Sequence[str], fetch: Fetch) -> Preview:
    """Do the same for the current content of these addresses."""
    return _previews((entry for url in urls for entry in _of_address(url, fetch)), None)


def preview_articles(*, articles: Sequence[Any]) -> Preview:
    """Do the same for articles given as JSON."""
    name, content_type = "articles.json", "application/json"
    item = ImportItem(name=name, locator={"file": name, "type": content_type, "anonymous": True})
    return _previews(_parsed(item, orjson.dumps({"articles": list(articles)}), name, content_type), None)


def _previews(entries: Iterable[Entry], source: Source | None) -> Preview:
    # Never saved: the decisions only read its options.
    run = ImportRun(source=source)
    for batch in batched(entries, _BATCH):
        decided = decide_batch(batch, run=run, default_source=source, is_locking=False)
        yield [(outcome_of(decision), _article(decision)) for decision in decided.decisions]


def _of_files(files: Iterable[IncomingFile]) -> Iterator[Entry]:
    for file in files:
        name = clean_name(file.name)
        item = ImportItem(name=name, locator={"file": name, "type": file.content_type})
        yield from _parsed(item, file.data, name, file.content_type)


def _of_address(url: str, fetch: Fetch) -> Iterator[Entry]:
    item = ImportItem(name=url[:500], locator={"url": url})
    try:
        page = fetch(url)
    except DomainError as refusal:
        yield Entry(item, 0, ParseFailure(url, refusal.code, refusal.message))
        return
    item.locator |= {"type": page.content_type, "base": page.url}
    yield from _parsed(item, page.body, page.url, page.content_type)


def _parsed(item: ImportItem, data: Any, name: str, content_type: str) -> Iterator[Entry]:
    options = ParseOptions(base_url=item.locator.get("base", ""))
    for number, outcome in enumerate(parse(data, name=name, content_type=content_type, options=options)):
        yield Entry(item, number, placed(item, outcome))


def _article(decision: Decision) -> ParsedArticle | None:
    return decision.entry.outcome if isinstance(decision.entry.outcome, ParsedArticle) else None


_LOOKED_AT = 500  # items


@dataclass(frozen=True, slots=True)
class _Column:
    """`field` is our guess, `samples` its first cells."""

    name: str
    field: str
    samples: list[str]


def columns_of(run: ImportRun) -> list[_Column]:
    """Return the columns of the run's first table. Raises NotFound if it has none."""
    from articles.parsing.records.tables import first_rows, guessed_fields  # loads openpyxl, which few pages need

    item = next(iter(_tables(run)), None)
    if item is None or item.raw is None:
        raise NotFound(_("This import has no table."))
    with closing(open_stored(item.raw)) as stream:
        source = ParsedSource(
            stream, name=item.locator.get("file", item.name), content_type=item.locator.get("type", "")
        )
        header, *rows = first_rows(source)
    told: dict[str, str] = run.options.get("columns") or guessed_fields(header)
    samples = [[row[at] if at < len(row) else "" for row in rows] for at in range(len(header))]
    return [_Column(name, told.get(name, ""), cells) for name, cells in zip(header, samples, strict=True) if name]


def has_tables(run: ImportRun) -> bool:
    return bool(_tables(run))


def import_with_columns(*, person: User, run_id: UUID, columns: Mapping[str, str], now: datetime) -> ImportRun:
    """Read the tables of a run again, as a new run, with these columns (header to field)."""
    check_permission(person, "article.import")
    told = {name: field for name, field in columns.items() if field}
    fields = list(told.values())
    if twice := next((field for field in fields if fields.count(field) > 1), ""):
        raise InvalidInput(
            _("Two columns are “{twice}”. Choose one of them. Nothing was imported.").format(twice=twice)
        )
    if not any(field in WORDS for field in fields):
        raise InvalidInput(_("No column holds the article's words. Choose the one that does. Nothing was imported."))
    earlier = ImportRun.objects.select_related("source").filter(pk=run_id).first()
    tables = _tables(earlier) if earlier else []
    if earlier is None or not tables:
        raise NotFound(_("This import has no table."))
    with acting(person):
        run = ImportRun.objects.create(
            label=earlier.label,
            source=earlier.source,
            options={**earlier.options, "columns": told},
            created_by=person,
            created_at=now,
        )
        add_items(run=run, items=[_same_file(item) for item in tables], now=now)
    return run


def _same_file(item: ImportItem) -> NewItem:
    where = {key: item.locator[key] for key in ("file", "type") if key in item.locator}
    return new_item(name=item.locator.get("file", item.name), raw=item.raw, locator=where)


def _tables(run: ImportRun) -> list[ImportItem]:
    """Return one item for each file that is a table."""
    found: dict[str, ImportItem] = {}
    items = run.items.select_related("raw").exclude(raw=None).order_by("position", "pk")[:_LOOKED_AT]
    for item in items:
        if item.raw_id and item.raw_id not in found and _may_be_table(item):
            found[item.raw_id] = item
    return [item for item in found.values() if _is_table(item)]


def _may_be_table(item: ImportItem) -> bool:
    """Return whether name and type allow a table, so that no other file is opened."""
    name, kind = item.locator.get("file", "").lower(), item.locator.get("type", "")
    return name.endswith((".csv", ".tsv", ".tab", ".xlsx")) or "csv" in kind or "spreadsheet" in kind


def _is_table(item: ImportItem) -> bool:
    if item.raw is None:
        return False
    with closing(open_stored(item.raw)) as stream:
        found = detect_format(stream, name=item.locator.get("file", ""), content_type=item.locator.get("type", ""))
    return found in {"csv", "zip"}  # a workbook is a zip inside; its name said that it is one
