"""The change feed. Its page is one query in SQL, declared here beside its schema.

A queryset cannot send the stored documents as bytes (`convert_to`, binary transfer), and that is half of the feed's speed:
see docs/decisions/2026-11-30-api-resources.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from api.resources.base import Resource
from api.resources.expressions import Rfc3339
from api.resources.fact_checks import DocumentFilter, FactCheckResource
from api.resources.fields import Choice, Count, Flag, Id, Many, Moment, One, Text, Url
from core.database.sql import prepared
from publishing.models import Change

TOMBSTONES_KEPT = timedelta(days=30)
"""A consumer that was away for longer starts again."""


class _ChangeResource(Resource):
    """An item of the feed: an object as it is now, at the `seq` of its last change. `data` is a FactCheck for kind
    fact_check, and null where the state is deleted.
    """

    seq = Count()
    id = Id()
    kind = Choice(Change.Kind.values)
    state = Choice(("updated", "deleted"))
    reason = Choice(Change.REASONS)
    version = Count()
    modified = Moment()
    notice = Text()
    data_ = One(FactCheckResource, null=True)


class ChangesResource(Resource):
    """`next` is always an address to poll."""

    items = Many(_ChangeResource)
    next = Url()
    has_more = Flag()


@dataclass(frozen=True, slots=True)
class _FeedState:
    """The state before a page is read: the highest number, and whether the reader missed a tombstone."""

    high: int
    is_expired: bool


def feed_state(*, after: int, start: int) -> _FeedState:
    """Return the state. `start` was the highest number when the reader began: earlier deletions do not concern it."""
    query = (
        "SELECT coalesce(max(seq), 0), EXISTS (SELECT 1 FROM publishing_change WHERE is_latest AND state = 'deleted'"
        " AND seq > %s AND modified_at < %s) FROM publishing_change"
    )
    with prepared() as cursor:
        cursor.execute(query, [max(after, start), timezone.now() - TOMBSTONES_KEPT])
        high, is_expired = cursor.fetchone()
    return _FeedState(high, is_expired or after > high)


@dataclass(frozen=True, slots=True)
class _FeedPage:
    """`pieces` together are the inside of a JSON array; `marks` are what the items say, each with its document's digest for
    the document."""

    pieces: list[bytes]
    marks: list[str]
    last_seq: int | None
    has_more: bool


def feed_page(*, after: int, limit: int, kind: str | None, wanted: DocumentFilter, since: datetime | None) -> _FeedPage:
    """Read a page in order, in one query. Stored documents are sent as bytes.

    With a filter, a check that no longer matches is sent as deleted (left_filter) if an earlier version matched.
    """
    is_live = f"ch.state = 'updated' AND ({wanted.on('fc.document')})" if wanted.conditions else "ch.state = 'updated'"
    conditions, params = (
        ["ch.is_latest", "ch.seq > %s", "NOT (ch.state = 'deleted' AND ch.modified_at < %s)"],
        [
            *wanted.params,
            after,
            timezone.now() - TOMBSTONES_KEPT,
        ],
    )
    if wanted.conditions:
        conditions += [
            "ch.kind = 'fact_check'",
            f"(live.is_live OR {_MATCHED_ONCE.format(wanted.on('pl.body::jsonb'))})",
        ]
        params += wanted.params
    if kind:
        conditions.append("ch.kind = %s")
        params.append(kind)
    if since:
        conditions.append("ch.modified_at >= %s")
        params.append(since)
    query = (
        f"SELECT {_COLUMNS} FROM publishing_change ch"
        " LEFT JOIN publishing_factcheck fc ON ch.kind = 'fact_check' AND fc.id = ch.object_id"
        f" CROSS JOIN LATERAL (SELECT coalesce({is_live}, false) AS is_live) live"
        f" WHERE {' AND '.join(conditions)} ORDER BY ch.seq LIMIT {limit + 1}"
    )
    with prepared(is_binary=True) as cursor:
        cursor.execute(query, params)
        found = list(cursor.fetchall())
    has_more, found = len(found) > limit, found[:limit]
    return _FeedPage(_pieces(found), [row[0] for row in found], found[-1][1] if found else None, has_more)


def _pieces(found: list[tuple[Any, ...]]) -> list[bytes]:
    """Return the items as bytes. No dicts: a thousand per page cost a tenth of its time in garbage collection."""
    pieces: list[bytes] = []
    for _, seq, object_id, kind, state, reason, version, modified, notice, document in found:
        head = {
            "seq": seq,
            "id": object_id,
            "kind": kind,
            "state": state,
            "reason": reason,
            "version": version,
            "modified": modified,
            "notice": notice,
        }
        pieces += (b",", orjson.dumps(head)[:-1], b',"data":', b"null" if document is None else document, b"}")
    return pieces[1:]


_MODIFIED = Rfc3339.template % {"expressions": "ch.modified_at"}
_MARK = (
    "concat_ws(' ', ch.seq, live.is_live, ch.kind, ch.object_id, ch.state, ch.reason, ch.version, ch.modified_at, fc.etag,"
    " ch.notice)"
)
_HAS_LEFT = "ch.state = 'updated' AND NOT live.is_live"
_COLUMNS = (
    f"{_MARK}, ch.seq, ch.object_id, ch.kind, CASE WHEN {_HAS_LEFT} THEN 'deleted' ELSE ch.state END,"
    f" CASE WHEN {_HAS_LEFT} THEN 'left_filter' ELSE ch.reason END, ch.version, {_MODIFIED}, ch.notice,"
    " CASE WHEN live.is_live THEN convert_to(fc.document_text, 'UTF8') END"
)
# A version that was removed for legal reasons cannot be asked any more: its readers are told rather than left with it.
_MATCHED_ONCE = (
    "EXISTS (SELECT 1 FROM publishing_factcheckversion fv JOIN accounts_payload pl ON pl.id = fv.payload_id"
    " WHERE fv.fact_check_id = fc.id AND (pl.body IS NULL OR ({})))"
)
