"""What an import would do, without storing anything: for `--dry-run` and the preview of a re-import."""

from collections.abc import Iterable, Iterator, Sequence

from articles.models import ImportItem, ImportRun, Source
from articles.parsing import ParsedArticle, parse
from articles.services.batches import Outcome, outcome_of
from articles.services.entries import Entry
from articles.services.planning import Plan, plan_batch
from articles.services.runs import IncomingFile, clean_name

_BATCH = 100


def preview_files(
    *, files: Iterable[IncomingFile], source: Source | None = None, source_name: str = ""
) -> Iterator[list[tuple[Outcome, ParsedArticle | None]]]:
    """Batches of what each entry would become, with the article as it was read. Reads the database, writes nothing."""
    if source is None and source_name:
        source = Source.objects.filter(name__iexact=source_name).first() or Source(name=source_name)
    run = ImportRun(source=source)
    for batch in _batches(_entries(files)):
        decided = plan_batch(batch, run=run, default_source=source, is_locking=False)
        yield [(outcome_of(plan), _article(plan)) for plan in decided.plans]


def _entries(files: Iterable[IncomingFile]) -> Iterator[Entry]:
    for file in files:
        name = clean_name(file.name)
        item = ImportItem(name=name, locator={"file": name, "type": file.content_type})
        for number, outcome in enumerate(parse(file.data, name=name, content_type=file.content_type)):
            yield Entry(item, number, outcome)


def _batches(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _article(plan: Plan) -> ParsedArticle | None:
    return plan.entry.outcome if isinstance(plan.entry.outcome, ParsedArticle) else None
