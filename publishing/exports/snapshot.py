"""Stream the fact-checks of an export from one database snapshot, through a server-side cursor.

The snapshot is a read-only REPEATABLE READ transaction on a connection of its own, so that progress can be committed on the
usual one meanwhile. However long it takes, the file shows one moment.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections

from annotations.frozen import Desk as DeskDocument
from annotations.frozen import FrozenContent, Publication, PublicCorrection
from publishing.exports.filters import Where
from publishing.links import fact_check_api_url, fact_check_url

_AT_ONCE: Final = 500  # rows that the cursor fetches; a few megabytes of documents


@dataclass(frozen=True, slots=True)
class Rows:
    """SQL of an export's source: the table, the document in it, the order."""

    source: str
    document: str
    order: str
    condition: str = "true"


PUBLISHED: Final = Rows("publishing_factcheck fc", "fc.document_text", "fc.published_at, fc.id")
FOREIGN: Final = Rows("publishing_foreigncheck fk", "fk.document->'claimreview'", "fk.created_at, fk.id")
_FROZEN_SOURCE: Final = (
    "publishing_factcheck fc JOIN annotations_verdict v ON v.id = fc.verdict_id"
    " JOIN annotations_frozencontent f ON f.id = v.frozen_id"
    " JOIN accounts_payload p ON p.id = f.payload_id AND p.body IS NOT NULL"
)
_FROZEN_COLUMNS: Final = (
    "p.body, fc.id::text, fc.slug, fc.version, fc.state, fc.canonical_url, fc.published_at, fc.modified_at, fc.notice,"
    " (SELECT coalesce(json_agg(json_build_object('kind', fv.kind, 'note', fv.note, 'at', fv.published_at,"
    " 'version', fv.number, 'is_single_approval', fv.is_single_approval) ORDER BY fv.number), '[]')::text"
    " FROM publishing_factcheckversion fv WHERE fv.fact_check_id = fc.id AND fv.kind NOT IN ('', 'refile'))"
)
Progress = Callable[[int, int], None]
"""Called with (done, total) every few hundred rows. What it raises ends the export."""


class Snapshot:
    """The fact-checks that match a filter, as of one moment."""

    def __init__(self, connection: Any, where: Where, rows: Rows, desk: DeskDocument, report: Progress) -> None:
        self._connection, self._where, self._from, self.desk = connection, where, rows, desk
        self._report = report
        self.total = int(self._value_of(f"SELECT count(*) FROM {rows.source} WHERE {where.sql}"))
        report(0, self.total)

    def texts_of(self, parts: Sequence[Rows]) -> Iterator[str]:
        """Yield the documents of several sources, one after the other; the export's filter does not apply."""
        self.total = sum(self._count(part) for part in parts)
        done = 0
        for part in parts:
            query = f"SELECT ({part.document})::text FROM {part.source} WHERE {part.condition} ORDER BY {part.order}"
            for row in self._stream(query, params=(), before=done):
                done += 1
                yield row[0]

    def _count(self, part: Rows) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {part.source} WHERE {part.condition}").fetchone()[0])

    def texts(self) -> Iterator[str]:
        """Yield each document as Postgres writes it."""
        rows = self._from
        query = f"SELECT ({rows.document})::text FROM {rows.source} WHERE {self._where.sql} ORDER BY {rows.order}"
        return (row[0] for row in self._stream(query))

    def documents(self) -> Iterator[dict[str, Any]]:
        return (orjson.loads(text) for text in self.texts())

    def contents(self) -> Iterator[tuple[FrozenContent, Publication, str]]:
        """Yield frozen content, publication and notice of each fact-check."""
        order = self._from.order
        query = f"SELECT {_FROZEN_COLUMNS} FROM {_FROZEN_SOURCE} WHERE {self._where.sql} ORDER BY {order}"
        for row in self._stream(query):
            yield orjson.loads(row[0]), self._publication(row), row[8]

    def _publication(self, row: Any) -> Publication:
        _, pk, slug, version, state, canonical_url, published_at, modified_at, _, corrections = row
        return Publication(
            id=pk,
            slug=slug,
            url=fact_check_url(slug),
            canonical_url=canonical_url,
            api_url=fact_check_api_url(pk),
            version=version,
            state=state,
            published_at=published_at,
            modified_at=modified_at,
            desk=self.desk,
            # Most checks have none, and an export reads every one.
            corrections=_read_corrections(corrections) if corrections != "[]" else (),
        )

    def _value_of(self, query: str) -> Any:
        return self._connection.execute(query, self._where.params).fetchone()[0]

    def _stream(self, query: str, *, params: Sequence[Any] | None = None, before: int = 0) -> Iterator[Any]:
        """Yield rows. `before` is how many rows of the export came before these.

        Postgres makes the next rows while these are written: they were waited for a sixth of an export's time (2026-11-30).
        """
        done = before
        # Left in reverse: the fetch that is under way ends before its cursor is closed.
        with self._connection.cursor(name="export") as cursor, ThreadPoolExecutor(1) as ahead:
            cursor.execute(query, self._where.params if params is None else params)
            fetched = ahead.submit(cursor.fetchmany, _AT_ONCE)
            while rows := fetched.result():
                fetched = ahead.submit(cursor.fetchmany, _AT_ONCE)
                for row in rows:
                    done += 1
                    yield row
                if len(rows) == _AT_ONCE:
                    self._report(done, self.total)
        self._report(done, self.total)


def _read_corrections(text: str) -> tuple[PublicCorrection, ...]:
    return tuple(PublicCorrection(**{**item, "at": datetime.fromisoformat(item["at"])}) for item in orjson.loads(text))


@contextmanager
def open_snapshot(where: Where, *, desk: DeskDocument, report: Progress, rows: Rows = PUBLISHED) -> Iterator[Snapshot]:
    """Yield the matching rows as of now. The connection is closed at the end."""
    # Outside of the pool: it lasts as long as the export and is thrown away.
    wrapper = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        wrapper.ensure_connection()
        raw = wrapper.connection
        with raw.transaction():
            raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # A slow disk may keep the cursor waiting for longer than a page ever would.
            raw.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
            yield Snapshot(raw, where, rows, desk, report)
    finally:
        wrapper.close()
