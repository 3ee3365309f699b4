"""What an import would do, without storing anything: for `--dry-run` and the preview of a re-import."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

import orjson

from articles.models import ImportItem, ImportRun, Source
from articles.parsing import ParsedArticle, ParseFailure, ParseOptions, parse
from articles.services.batches import Outcome, outcome_of
from articles.services.entries import Entry
from articles.services.planning import Plan, plan_batch
from articles.services.reading import Fetch, placed
from articles.services.runs import IncomingFile, clean_name
from core.errors import DomainError

_BATCH = 100
Preview = Iterator[list[tuple[Outcome, ParsedArticle | None]]]


def preview_files(*, files: Iterable[IncomingFile], source: Source | None = None, source_name: str = "") -> Preview:
    """Batches of what each entry would become, with the article as it was read. Reads the database, writes nothing."""
    if source is None and source_name:
        source = Source.objects.filter(name__iexact=source_name).first() or Source(name=source_name)
    return _previews(_of_files(files), source)


def preview_addresses(*, urls: Sequence[str], fetch: Fetch) -> Preview:
    """The same for what these addresses give now."""
    return _previews((entry for url in urls for entry in _of_address(url, fetch)), None)


def preview_articles(*, articles: Sequence[Any]) -> Preview:
    """The same for articles given as JSON."""
    name, content_type = "articles.json", "application/json"
    item = ImportItem(name=name, locator={"file": name, "type": content_type, "anonymous": True})
    return _previews(_parsed(item, orjson.dumps({"articles": list(articles)}), name, content_type), None)


def _previews(entries: Iterable[Entry], source: Source | None) -> Preview:
    run = ImportRun(source=source)
    for batch in batched(entries, _BATCH):
        decided = plan_batch(batch, run=run, default_source=source, is_locking=False)
        yield [(outcome_of(plan), _article(plan)) for plan in decided.plans]


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


def _article(plan: Plan) -> ParsedArticle | None:
    return plan.entry.outcome if isinstance(plan.entry.outcome, ParsedArticle) else None
