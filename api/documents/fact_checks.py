"""Published checks: their stored documents, versions, the feed and the corrections log. Aliases: fc, fv version, ch change."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from api.documents.sql import objects, rows, time

TOMBSTONES_KEPT = timedelta(days=30)
"""A consumer that was away for longer starts again."""

FACT_CHECK = (
    "CASE WHEN fc.state = 'published' THEN fc.document_text"
    " ELSE (fc.document || jsonb_build_object('notice', fc.notice))::text END"
)


@dataclass(slots=True)
class Filter:
    """Conditions on a fact_check document, whichever column holds it: the live one, or a version's."""

    conditions: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def rating(self, label_or_class: str) -> None:
        self._add(
            "(lower({d}->'rating'->>'label') = lower(%s) OR {d}->'rating'->>'class' = %s)",
            label_or_class,
            label_or_class,
        )

    def claimant(self, name: str) -> None:
        self._add("lower({d}->'claim'->'claimant'->>'name') = lower(%s)", name)

    def language(self, tag: str) -> None:
        self._add("lower({d}->>'language') = lower(%s)", tag)

    def articles(self, article_ids: list[UUID], url: str = "") -> None:
        """Those with an appearance in one of the articles, or at the address."""
        wanted: list[dict[str, str]] = [{"article": str(article)} for article in article_ids]
        wanted += [{"url": url}] if url else []
        tests = " OR ".join(["{d}->'claim'->'appearances' @> %s::jsonb"] * len(wanted)) or "false"
        self._add(f"({tests})", *[orjson.dumps([one]).decode() for one in wanted])

    def words(self, text: str) -> None:
        for word in text.split()[:16]:
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            self._add("concat_ws(' ', {d}->>'headline', {d}->>'summary', {d}->'claim'->>'statement') ILIKE %s", pattern)

    def on(self, document: str) -> str:
        return " AND ".join(condition.replace("{d}", document) for condition in self.conditions) or "true"

    def _add(self, condition: str, *params: Any) -> None:
        self.conditions.append(condition)
        self.params += params


def version_expression() -> str:
    address = f"'{_api()}/fact-checks/' || fv.fact_check_id || '/versions/' || fv.number"
    return objects(
        number="fv.number",
        url=address,
        kind="nullif(fv.kind, '')",
        note="fv.note",
        published_at=time("fv.published_at"),
        sha256="fv.document_sha256",
        is_single_approval="fv.is_single_approval",
        is_removed="(SELECT pl.body IS NULL FROM accounts_payload pl WHERE pl.id = fv.payload_id)",
    )


def correction_expression() -> str:
    page = f"'{settings.SITE_URL.replace(chr(39), '')}/fact-checks/' || fc.slug || '/'"
    return objects(
        fact_check="fc.id",
        url=f"coalesce(nullif(fc.canonical_url, ''), {page})",
        headline="fc.headline",
        kind="fv.kind",
        note="fv.note",
        at=time("fv.published_at"),
        version="fv.number",
        is_single_approval="fv.is_single_approval",
    )


CORRECTIONS = "publishing_factcheckversion fv JOIN publishing_factcheck fc ON fc.id = fv.fact_check_id"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a page has to know before it is read: the highest number there is, and whether the reader missed a tombstone."""

    high: int
    is_expired: bool


def feed_state(*, after: int, start: int) -> FeedState:
    """`start` is the highest number when the reader began: what was deleted before that it never had."""
    statement = (
        "SELECT coalesce(max(seq), 0), EXISTS (SELECT 1 FROM publishing_change WHERE is_latest AND state = 'deleted'"
        " AND seq > %s AND modified_at < %s) FROM publishing_change"
    )
    high, is_expired = rows(statement, [max(after, start), timezone.now() - TOMBSTONES_KEPT])[0]
    return FeedState(high, is_expired or after > high)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`pieces` together are the inside of a JSON array; `marks` are what the items say, each with its document's digest for
    the document."""

    pieces: list[bytes]
    marks: list[str]
    last_seq: int | None
    has_more: bool


def feed_page(*, after: int, limit: int, kind: str | None, wanted: Filter, since: datetime | None) -> FeedPage:
    """In order, in one statement. Documents go through as bytes, as they are stored.

    With a filter, a check that no longer matches is sent as deleted (left_filter) where an earlier version of it did.
    """
    is_live = f"ch.state = 'updated' AND ({wanted.on('fc.document')})" if wanted.conditions else "ch.state = 'updated'"
    conditions, params = ["ch.is_latest", "ch.seq > %s", "NOT (ch.state = 'deleted' AND ch.modified_at < %s)"], [
        *wanted.params, after, timezone.now() - TOMBSTONES_KEPT,
    ]  # fmt: skip
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
    statement = (
        f"SELECT {_COLUMNS} FROM publishing_change ch"
        " LEFT JOIN publishing_factcheck fc ON ch.kind = 'fact_check' AND fc.id = ch.object_id"
        f" CROSS JOIN LATERAL (SELECT coalesce({is_live}, false) AS is_live) live"
        f" WHERE {' AND '.join(conditions)} ORDER BY ch.seq LIMIT {limit + 1}"
    )
    found = rows(statement, params, is_binary=True)
    has_more, found = len(found) > limit, found[:limit]
    return FeedPage(_pieces(found), [row[0] for row in found], found[-1][1] if found else None, has_more)


def _pieces(found: list[tuple[Any, ...]]) -> list[bytes]:
    """No dict of it lives on: a thousand of them a page kept the garbage collector busy for a tenth of the page's time."""
    pieces: list[bytes] = []
    for _, seq, object_id, kind, state, reason, version, modified, notice, document in found:
        head = {
            "seq": seq, "id": object_id, "kind": kind, "state": state, "reason": reason, "version": version,
            "modified": modified, "notice": notice,
        }  # fmt: skip
        pieces += (b",", orjson.dumps(head)[:-1], b',"data":', b"null" if document is None else document, b"}")
    return pieces[1:]


_MARK = (
    "concat_ws(' ', ch.seq, live.is_live, ch.kind, ch.object_id, ch.state, ch.reason, ch.version, ch.modified_at, fc.etag,"
    " ch.notice)"
)
_HAS_LEFT = "ch.state = 'updated' AND NOT live.is_live"
_COLUMNS = (
    f"{_MARK}, ch.seq, ch.object_id, ch.kind, CASE WHEN {_HAS_LEFT} THEN 'deleted' ELSE ch.state END,"
    f" CASE WHEN {_HAS_LEFT} THEN 'left_filter' ELSE ch.reason END, ch.version, {time('ch.modified_at')}, ch.notice,"
    " CASE WHEN live.is_live THEN convert_to(fc.document_text, 'UTF8') END"
)
# A version that was removed for legal reasons cannot be asked any more: its readers are told rather than left with it.
_MATCHED_ONCE = (
    "EXISTS (SELECT 1 FROM publishing_factcheckversion fv JOIN accounts_payload pl ON pl.id = fv.payload_id"
    " WHERE fv.fact_check_id = fc.id AND (pl.body IS NULL OR ({})))"
)


def _api() -> str:
    return settings.SITE_URL.replace("'", "") + "/api/v1"
