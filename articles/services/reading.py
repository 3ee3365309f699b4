"""From an item to its entries: fetch where it is an address, then parse its bytes."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, Protocol

from articles.models import ImportItem, ImportRun
from articles.parsing import ParsedArticle, ParseFailure, ParseOptions, parse
from articles.services.entries import Ended, Entry
from articles.services.leases import MAX_ATTEMPTS
from articles.services.segments import window
from articles.storage import open_stored, store_bytes
from core.errors import DomainError

logger = logging.getLogger(__name__)


class Fetched(Protocol):
    """What a fetch gives; see articles.fetching."""

    @property
    def url(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def content_type(self) -> str: ...
    @property
    def etag(self) -> str: ...
    @property
    def last_modified(self) -> str: ...


Fetch = Callable[[str], Fetched]
_BROKEN = (
    "Something went wrong on our side while reading it; the people who run this desk find it in the log. Try it again."
)
_KILLED = f"Reading it ended the worker {MAX_ATTEMPTS} times. Nothing more of it was stored."


def read_item(*, item: ImportItem, run: ImportRun, fetch: Fetch) -> Iterator[Entry | Ended]:
    """The item's entries that are not stored yet, then Ended. A refusal is an entry too; nothing is raised for bad input."""
    first = item.locator.get("next", item.locator.get("entry", 0))
    only = item.locator.get("entry") if "next" not in item.locator else None
    number = first
    try:
        _refuse_killer(item)
        _ensure_bytes(item, fetch)
        for number, outcome in enumerate(_outcomes(item, run)):
            if number >= first and only in (None, number):
                yield Entry(item, number, placed(item, outcome))
            if only is not None and number >= only:
                break
    except DomainError as refusal:
        yield Entry(item, max(number, first), ParseFailure(item.name, refusal.code, refusal.message))
    except Exception:  # a parser's mistake must cost one item, not the run; it is logged with its trace
        logger.exception("import item %s cannot be read", item.pk)
        yield Entry(item, max(number, first), ParseFailure(item.name, "internal-error", _BROKEN))
    yield Ended(item)


def entry_of(*, item: ImportItem, run: ImportRun) -> ParsedArticle | ParseFailure | None:
    """The one entry that an item which is done stands for, read again; None where its bytes end before."""
    number = item.locator.get("entry", 0)
    return next((outcome for at, outcome in enumerate(_outcomes(item, run)) if at == number), None)


class _ReadingKills(DomainError):
    code = "worker-lost"


def _refuse_killer(item: ImportItem) -> None:
    if item.attempts > MAX_ATTEMPTS:
        raise _ReadingKills(_KILLED)


def _ensure_bytes(item: ImportItem, fetch: Fetch) -> None:
    """Fetch what is an address, once: a retry after a crash reads what was stored."""
    if item.raw is not None:
        return
    page = fetch(item.locator["url"])
    item.raw = store_bytes(page.body, content_type=page.content_type)
    item.locator = {**item.locator, **where_fetched(page)}
    ImportItem.objects.filter(pk=item.pk, lease_token=item.lease_token).update(raw=item.raw, locator=item.locator)


def where_fetched(page: Fetched) -> dict[str, str]:
    """What an item's locator keeps of a fetched page, its validators for a conditional request among it."""
    told = {"type": page.content_type, "base": page.url, "etag": page.etag, "last_modified": page.last_modified}
    return {name: value for name, value in told.items() if value or name in ("type", "base")}


def _outcomes(item: ImportItem, run: ImportRun) -> Iterator[ParsedArticle | ParseFailure]:
    assert item.raw is not None  # noqa: S101 -- _ensure_bytes has seen to it
    options = ParseOptions(columns=run.options.get("columns"), base_url=item.locator.get("base", ""))
    name = item.locator.get("file") or item.locator.get("base") or item.name
    with closing(open_stored(item.raw)) as stream:
        bounds = item.locator.get("range")
        part = window(stream, (bounds[0], bounds[1])) if bounds else stream
        for outcome in parse(part, name=name, content_type=item.locator.get("type", ""), options=options):
            yield _renumbered(outcome, item.locator["line"]) if bounds else outcome


def _renumbered(outcome: ParsedArticle | ParseFailure, lines_before: int) -> ParsedArticle | ParseFailure:
    """`wire.jsonl:3` of a segment is the third line of that segment; the person means the file's."""
    name, _, place = outcome.name.rpartition(":")
    line, hash_sign, part = place.partition("#")
    if not line.isdigit():
        return outcome
    name = f"{name}:{int(line) + lines_before}{hash_sign}{part}"
    if isinstance(outcome, ParseFailure):
        return replace(outcome, name=name)
    outcome.name = name
    return outcome


def placed(item: ImportItem, outcome: ParsedArticle | ParseFailure) -> ParsedArticle | ParseFailure:
    """What the person or the address said of it, where the bytes did not."""
    if isinstance(outcome, ParsedArticle) and not outcome.url:
        told: dict[str, Any] = item.locator
        outcome.url = told.get("is_at") or (told.get("base", "") if outcome.name == told.get("base") else "")
    return outcome
