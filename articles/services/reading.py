"""Read an item's entries: fetch its address, parse its bytes.

An `Entry` is one article or one refusal from an item's bytes.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from articles.models import ImportItem, ImportRun
from articles.parsing import ParsedArticle, ParseFailure, ParseOptions, parse
from articles.publisher_order import MAX_VERSION, PublisherVersion
from articles.services.leases import MAX_ATTEMPTS
from articles.storage import open_stored, store_bytes, window
from core.errors import DomainError
from core.values import known

logger = logging.getLogger(__name__)
_EXTERNAL_ID_LENGTH = 300  # that of the column Article.external_id
_FILE_NAME_LENGTH = 300


class _Fetched(Protocol):
    """The result of a fetch; see core.fetching."""

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


Fetch = Callable[[str], _Fetched]
_BROKEN = gettext_noop(
    "Something went wrong on our side while reading it; the people who run this desk find it in the log. Try it again."
)
_KILLED = gettext_noop("Reading it ended the worker {attempts} times. Nothing more of it was stored.")


@dataclass(eq=False)
class Entry:
    """One article or refusal. `number` counts the entries of the item's bytes from 0.

    Entry 0 reports in the item's own row, the others in new rows. `leaves_rest`: reading ended here, before the end of the bytes,
    so a retry has to read all that follows as well.
    """

    item: ImportItem
    number: int
    outcome: ParsedArticle | ParseFailure
    leaves_rest: bool = False

    @property
    def name(self) -> str:
        return self.outcome.name[:500]

    @property
    def article(self) -> ParsedArticle:
        if isinstance(self.outcome, ParseFailure):  # callers have sorted the failures out
            raise TypeError("a failure has no article")
        return self.outcome

    @cached_property
    def sha256(self) -> str:
        return self.article.canonical.sha256

    @cached_property
    def version(self) -> PublisherVersion:
        return PublisherVersion(self.article.version[:MAX_VERSION], self.article.version_at)

    @cached_property
    def external_id(self) -> str:
        """Return the id as stored: one too long for the column ends in a digest of it."""
        given = self.article.external_id
        if len(given) <= _EXTERNAL_ID_LENGTH:
            return given
        return f"{given[:230]}~{hashlib.sha256(given.encode()).hexdigest()}"

    @cached_property
    def file_name(self) -> str:
        """Return the file's name; empty for a line or element of a file, which has no name of its own."""
        file = self.item.locator.get("file", "")
        if not file or self.item.locator.get("anonymous"):
            return ""
        name = self.outcome.name
        is_member = name.startswith((f"{file}/", f"{file}!"))
        return name[-_FILE_NAME_LENGTH:] if name == file or is_member else ""

    @property
    def article_id(self) -> UUID | None:
        """Return the article of which a person said that this is a new version."""
        told = self.item.locator.get("article")
        return UUID(told) if told else None

    @cached_property
    def is_nameless(self) -> bool:
        return not (self.article.url or self.article.external_id or self.file_name or self.article_id)


@dataclass(frozen=True, slots=True)
class Ended:
    """Marks the end of the item's bytes."""

    item: ImportItem


def read_item(*, item: ImportItem, run: ImportRun, fetch: Fetch) -> Iterator[Entry | Ended]:
    """Yield the item's entries that are not stored yet, refusals included, then Ended."""
    first = item.locator.get("next", item.locator.get("entry", 0))
    only = None if {"next", "rest"} & item.locator.keys() else item.locator.get("entry")
    at = first
    try:
        _refuse_killer(item)
        _ensure_bytes(item, fetch)
        for number, outcome in enumerate(_outcomes(item, run)):
            if number >= first and only in (None, number):
                yield Entry(item, number, placed(item, outcome))
                at = number + 1
            if only is not None and number >= only:
                break
    except DomainError as refusal:
        yield Entry(item, at, ParseFailure(item.name, refusal.code, refusal.message), leaves_rest=True)
    except Exception:  # a parser's mistake must cost one item, not the run; it is logged with its trace
        logger.exception("import item %s cannot be read", item.pk)
        yield Entry(item, at, ParseFailure(item.name, "internal-error", gettext(_BROKEN)), leaves_rest=True)
    yield Ended(item)


def entry_of(*, item: ImportItem, run: ImportRun) -> ParsedArticle | ParseFailure | None:
    """Read the entry of a finished item again. Returns None if it does not exist."""
    number = item.locator.get("entry", 0)
    return next((outcome for at, outcome in enumerate(_outcomes(item, run)) if at == number), None)


class _ReadingKills(DomainError):
    code = "worker-lost"


def _refuse_killer(item: ImportItem) -> None:
    if item.attempts > MAX_ATTEMPTS:
        raise _ReadingKills(gettext(_KILLED).format(attempts=MAX_ATTEMPTS))


def _ensure_bytes(item: ImportItem, fetch: Fetch) -> None:
    """Fetch the item's address once; a retry after a crash reads the stored bytes."""
    if item.raw is not None:
        return
    page = fetch(item.locator["url"])
    item.raw = store_bytes(page.body, content_type=page.content_type)
    item.locator = {**item.locator, **where_fetched(page)}
    ImportItem.objects.filter(pk=item.pk, lease_token=item.lease_token).update(raw=item.raw, locator=item.locator)


def where_fetched(page: _Fetched) -> dict[str, str]:
    """Return the parts of a fetched page that the locator keeps, with its validators."""
    told = {"type": page.content_type, "base": page.url, "etag": page.etag, "last_modified": page.last_modified}
    return {name: value for name, value in told.items() if value or name in ("type", "base")}


def _outcomes(item: ImportItem, run: ImportRun) -> Iterator[ParsedArticle | ParseFailure]:
    options = ParseOptions(columns=run.options.get("columns"), base_url=item.locator.get("base", ""))
    # A page's address tells its format as a file's name does.
    name = item.locator.get("file") or item.locator.get("base") or item.name
    with closing(open_stored(known(item.raw))) as stream:
        bounds = item.locator.get("range")
        part = window(stream, (bounds[0], bounds[1])) if bounds else stream
        for outcome in parse(part, name=name, content_type=item.locator.get("type", ""), options=options):
            yield _renumbered(outcome, item.locator["line"]) if bounds else outcome


def _renumbered(outcome: ParsedArticle | ParseFailure, lines_before: int) -> ParsedArticle | ParseFailure:
    """Turn a segment's line number in the outcome's name into the file's."""
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
    """Give an article without a URL the address of the person's input or of the fetch."""
    if isinstance(outcome, ParsedArticle) and not outcome.url:
        told: dict[str, Any] = item.locator
        outcome.url = told.get("is_at") or (told.get("base", "") if outcome.name == told.get("base") else "")
    return outcome
