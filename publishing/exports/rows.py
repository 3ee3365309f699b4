"""What an export holds, streamed: rows of one snapshot through a server-side cursor, and the writers that take them.

The snapshot is a read-only REPEATABLE READ transaction on a connection of its own, so that progress can be committed on the
usual one meanwhile. However long it takes, the file shows one moment.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

import orjson
from django.db import DEFAULT_DB_ALIAS, connections

from annotations.frozen import Desk as DeskDocument
from annotations.frozen import FrozenContent, Publication, PublicCorrection
from publishing.fact_check_filter import Where
from publishing.formats.datafeed import stream_data_feed
from publishing.formats.ninjs import ninjs
from publishing.formats.tabular import (
    FACT_CHECK_COLUMNS,
    csv_stream,
    fact_check_row,
    write_xlsx,
)
from publishing.formats.webannotation import annotation_collection, annotation_page, fact_check_annotations
from publishing.links import api_url, fact_check_api_url, fact_check_url

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the documents of an export stand, and in which order."""

    source: str
    document: str
    order: str


PUBLISHED: Final = Rows("publishing_factcheck fc", "fc.document_text", "fc.published_at, fc.id")
FOREIGN: Final = Rows("publishing_foreigncheck fk", "fk.document->'claimreview'", "fk.created_at, fk.id")
_FROZEN_SOURCE: Final = (
    "publishing_factcheck fc JOIN annotations_verdict v ON v.id = fc.verdict_id"
    " JOIN annotations_frozencontent f ON f.id = v.frozen_id"
    " JOIN accounts_payload p ON p.id = f.payload_id AND p.body IS NOT NULL"
)
_FROZEN_COLUMNS: Final = (
    "p.body, fc.id, fc.slug, fc.version, fc.state, fc.canonical_url, fc.published_at, fc.modified_at, fc.notice,"
    " (SELECT coalesce(json_agg(json_build_object('kind', fv.kind, 'note', fv.note, 'at', fv.published_at,"
    " 'version', fv.number, 'is_single_approval', fv.is_single_approval) ORDER BY fv.number), '[]')::text"
    " FROM publishing_factcheckversion fv WHERE fv.fact_check_id = fc.id AND fv.kind NOT IN ('', 'refile'))"
)
Progress = Callable[[int, int], None]
"""Told (done, total) every few hundred rows; what it raises ends the export."""


class Snapshot:
    """The fact-checks that a filter finds, as of one moment."""

    def __init__(self, connection: Any, where: Where, rows: Rows, desk: DeskDocument, report: Progress) -> None:
        self._connection, self._where, self._from, self.desk = connection, where, rows, desk
        self._report = report
        self.total = int(self._one(f"SELECT count(*) FROM {rows.source} WHERE {where.sql}"))  # noqa: S608 - constants
        report(0, self.total)

    def texts(self) -> Iterator[str]:
        """Each document as Postgres wrote it."""
        rows = self._from
        statement = f"SELECT ({rows.document})::text FROM {rows.source} WHERE {self._where.sql} ORDER BY {rows.order}"  # noqa: S608 - constants
        return (row[0] for row in self._rows(statement))

    def documents(self) -> Iterator[dict[str, Any]]:
        return (orjson.loads(text) for text in self.texts())

    def contents(self) -> Iterator[tuple[FrozenContent, Publication, str]]:
        """Frozen content, publication and notice of each."""
        order = self._from.order
        statement = f"SELECT {_FROZEN_COLUMNS} FROM {_FROZEN_SOURCE} WHERE {self._where.sql} ORDER BY {order}"  # noqa: S608 - constants
        for row in self._rows(statement):
            yield orjson.loads(row[0]), self._publication(row), row[8]

    def _publication(self, row: Any) -> Publication:
        _, pk, slug, version, state, canonical_url, published_at, modified_at, _, corrections = row
        return Publication(
            id=pk, slug=slug, url=fact_check_url(slug), canonical_url=canonical_url, api_url=fact_check_api_url(pk),
            version=version, state=state, published_at=published_at, modified_at=modified_at, desk=self.desk,
            corrections=tuple(
                PublicCorrection(**{**item, "at": datetime.fromisoformat(item["at"])}) for item in json.loads(corrections)
            ),
        )  # fmt: skip

    def _one(self, statement: str) -> Any:
        return self._connection.execute(statement, self._where.params).fetchone()[0]

    def _rows(self, statement: str) -> Iterator[Any]:
        with self._connection.cursor(name="export") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(statement, self._where.params)
            done = 0
            for done, row in enumerate(cursor, start=1):
                yield row
                if done % _AT_ONCE == 0:
                    self._report(done, self.total)
        self._report(done, self.total)


@contextmanager
def snapshot(where: Where, *, desk: DeskDocument, report: Progress, rows: Rows = PUBLISHED) -> Iterator[Snapshot]:
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


def write_csv(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    _write(target, csv_stream(FACT_CHECK_COLUMNS, map(fact_check_row, rows.documents())))


def write_workbook(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    write_xlsx(target, FACT_CHECK_COLUMNS, map(fact_check_row, rows.documents()), title="Fact-checks")


def write_jsonl(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """One `fact_check` document a line."""
    target.writelines(text.encode() + b"\n" for text in rows.texts())


def write_claim_reviews(target: IO[bytes], rows: Snapshot, now: datetime) -> None:
    reviews = (document["claimreview"] for document in rows.documents() if document["claimreview"])
    _write(target, stream_data_feed(reviews, desk=rows.desk, url=api_url("fact-checks"), modified_at=now))


def write_foreign_reviews(target: IO[bytes], rows: Snapshot, now: datetime) -> None:
    """The checks of other desks as they came in, each under its own publisher and address."""
    _write(target, stream_data_feed(rows.documents(), desk=rows.desk, url=api_url("lookup"), modified_at=now))


def write_ninjs(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """One ninjs item a line: the standard knows no list of its own."""
    items = (ninjs(frozen, publication, notice=notice) for frozen, publication, notice in rows.contents())
    target.writelines(orjson.dumps(item) + b"\n" for item in items)


def write_annotations(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """One AnnotationCollection with its only page inside. `total` comes last: it is known only then."""
    iri, label = api_url("fact-checks#annotations"), f"{rows.desk.name}: fact-checks"
    found = (item for frozen, publication, _ in rows.contents() for item in fact_check_annotations(frozen, publication))
    total = 0
    for total, item in enumerate(found, start=1):
        target.write((b",\n" if total > 1 else _collection_head(iri, label)) + orjson.dumps(item))
    if total:
        target.write(f'\n]}},"total":{total}}}\n'.encode())
    else:
        target.write(orjson.dumps(annotation_collection(iri=iri, label=label, total=0, first=None)) + b"\n")


def _collection_head(iri: str, label: str) -> bytes:
    """Everything up to the first item."""
    page = annotation_page(iri=f"{iri}-1", collection_iri=iri, items=[])
    head = annotation_collection(iri=iri, label=label, total=0, first=None)
    del head["total"]
    return orjson.dumps(head | {"first": page}).removesuffix(b"]}}") + b"\n"


def _write(target: IO[bytes], pieces: Iterable[bytes]) -> None:
    target.writelines(pieces)
