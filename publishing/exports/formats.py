"""The formats of exports: one table. A list holds all published fact-checks of a filter, a dossier one claim.

To add one: a pure module in publishing/formats/ that makes an item, a writer and a row here. Forms, API and file names follow.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final
from uuid import UUID

import orjson
from django.utils.translation import gettext, gettext_noop

from publishing.exports.dossiers import write_docx_dossier, write_pdf_dossier
from publishing.exports.snapshot import FOREIGN, PUBLISHED, Rows, Snapshot
from publishing.exports.working import annotation_parts, working_parts
from publishing.formats.datafeed import stream_data_feed
from publishing.formats.ninjs import ninjs
from publishing.formats.tabular import FACT_CHECK_COLUMNS, csv_stream, fact_check_row, write_xlsx
from publishing.formats.webannotation import annotation_collection, annotation_page, fact_check_annotations
from publishing.links import api_url


@dataclass(frozen=True, slots=True)
class _ListFormat:
    """`label` is the choice in the form. `rows` is where the documents come from."""

    label: str
    extension: str
    media_type: str
    write: Callable[[IO[bytes], Snapshot, datetime], None]
    rows: Rows = PUBLISHED


@dataclass(frozen=True, slots=True)
class _DossierFormat:
    extension: str
    media_type: str
    write: Callable[[IO[bytes], UUID | str, datetime], None]


def _write_csv(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    target.writelines(csv_stream(FACT_CHECK_COLUMNS, map(fact_check_row, rows.documents())))


def _write_workbook(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    write_xlsx(target, FACT_CHECK_COLUMNS, map(fact_check_row, rows.documents()), title="Fact-checks")


def _write_jsonl(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """Write one `fact_check` document a line."""
    target.writelines(text.encode() + b"\n" for text in rows.texts())


def _write_claim_reviews(target: IO[bytes], rows: Snapshot, now: datetime) -> None:
    reviews = (document["claimreview"] for document in rows.documents() if document["claimreview"])
    target.writelines(stream_data_feed(reviews, desk=rows.desk, url=api_url("fact-checks"), modified_at=now))


def _write_foreign_reviews(target: IO[bytes], rows: Snapshot, now: datetime) -> None:
    """Write the checks of other desks as they came in, each under its own publisher and address."""
    target.writelines(stream_data_feed(rows.documents(), desk=rows.desk, url=api_url("lookup"), modified_at=now))


def _write_ninjs(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """Write one ninjs item a line: the standard has no list."""
    items = (ninjs(frozen, publication, notice=notice) for frozen, publication, notice in rows.contents())
    target.writelines(orjson.dumps(item) + b"\n" for item in items)


def _write_annotations(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """Write one AnnotationCollection with its only page inside. `total` comes last: it is known only then."""
    iri, label = api_url("fact-checks#annotations"), f"{rows.desk.name}: fact-checks"
    found = (
        item for frozen, publication, *_ in rows.contents() for item in fact_check_annotations(frozen, publication)
    )
    _write_collection(target, iri, label, map(orjson.dumps, found))


def _write_collection(target: IO[bytes], iri: str, label: str, found: Iterable[bytes]) -> None:
    total = 0
    for total, item in enumerate(found, start=1):
        target.write((b",\n" if total > 1 else _collection_head(iri, label)) + item)
    if total:
        target.write(f'\n]}},"total":{total}}}\n'.encode())
    else:
        target.write(orjson.dumps(annotation_collection(iri=iri, label=label, total=0, first=None)) + b"\n")


def _write_working(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    """Write an article, claim, piece of evidence or verdict a line; `type` says which."""
    target.writelines(text.encode() + b"\n" for text in rows.texts_of(working_parts()))


def _write_working_annotations(target: IO[bytes], rows: Snapshot, _now: datetime) -> None:
    iri, label = api_url("claims#annotations"), gettext("{name}: claims and evidence").format(name=rows.desk.name)
    _write_collection(target, iri, label, (text.encode() for text in rows.texts_of(annotation_parts())))


def _collection_head(iri: str, label: str) -> bytes:
    """Return the JSON up to the first item."""
    page = annotation_page(iri=f"{iri}-1", collection_iri=iri, items=[])
    head = annotation_collection(iri=iri, label=label, total=0, first=None)
    # It follows behind the items, when they have been counted.
    del head["total"]
    # Left open, so that the items can be streamed into the page.
    return orjson.dumps(head | {"first": page}).removesuffix(b"]}}") + b"\n"


LISTS: Final = {
    "csv": _ListFormat(gettext_noop("CSV: a table for any spreadsheet"), "csv", "text/csv; charset=utf-8", _write_csv),
    "xlsx": _ListFormat(
        gettext_noop("XLSX: an Excel workbook"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _write_workbook,
    ),
    "jsonl": _ListFormat(
        gettext_noop("JSONL: every field, one check a line"), "jsonl", "application/jsonl", _write_jsonl
    ),
    "claimreview": _ListFormat(
        gettext_noop("ClaimReview: a schema.org DataFeed"), "json", "application/ld+json", _write_claim_reviews
    ),
    "webannotation": _ListFormat(
        gettext_noop("Web Annotation: a W3C collection"), "json", "application/ld+json", _write_annotations
    ),
    "ninjs": _ListFormat(
        gettext_noop("ninjs 3.1: for news systems, one item a line"), "jsonl", "application/jsonl", _write_ninjs
    ),
    "working": _ListFormat(
        gettext_noop("Working material: articles, claims, evidence and verdicts, as JSONL"),
        "jsonl",
        "application/jsonl",
        _write_working,
    ),
    "workannotation": _ListFormat(
        gettext_noop("Working material: every mark as a W3C annotation"),
        "json",
        "application/ld+json",
        _write_working_annotations,
    ),
}
TABLES: Final = ("csv", "xlsx")
WORKING: Final = ("working", "workannotation")
"""Kinds that hold unpublished work: all of it, no filter."""
DOSSIERS: Final = {
    "docx": _DossierFormat(
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_docx_dossier
    ),
    "pdf": _DossierFormat("pdf", "application/pdf", write_pdf_dossier),
}
# ClaimReview of what came in from other desks: the filter `checks=foreign` of that kind, no kind of its own.
FOREIGN_REVIEWS: Final = _ListFormat("", "json", "application/ld+json", _write_foreign_reviews, rows=FOREIGN)
KINDS: Final = (*LISTS, *DOSSIERS)


def format_of(kind: str) -> _ListFormat | _DossierFormat:
    return LISTS.get(kind) or DOSSIERS[kind]


def label_of(kind: str) -> str:
    """Return the name of a kind for people."""
    if kind in LISTS:
        return str(LISTS[kind].label)
    return gettext("Dossier of one claim, {kind}").format(kind=kind.upper())
