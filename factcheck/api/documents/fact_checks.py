"""Published checks: their stored documents, versions, the feed and the corrections log. Aliases: fc, fv version, ch change."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from factcheck.api.documents.sql import objects, rows, time

TOMBSTONES_KEPT = timedelta(days=30)
"""A consumer that was away for longer starts again."""

FACT_CHECK = (
    "CASE WHEN fc.state = 'published' THEN fc.document ELSE fc.document || jsonb_build_object('notice', fc.notice) END"
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


CORRECTIONS = "annotations_factcheckversion fv JOIN annotations_factcheck fc ON fc.id = fv.fact_check_id"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a page has to know before it is read: the highest number there is, and whether the reader missed a tombstone."""

    high: int
    is_expired: bool


def feed_state(*, after: int, start: int) -> FeedState:
    """`start` is the highest number when the reader began: what was deleted before that it never had."""
    statement = (
        "SELECT coalesce(max(seq), 0), EXISTS (SELECT 1 FROM annotations_change WHERE is_latest AND state = 'deleted'"
        " AND seq > %s AND modified_at < %s) FROM annotations_change"
    )
    high, is_expired = rows(statement, [max(after, start), timezone.now() - TOMBSTONES_KEPT])[0]
    return FeedState(high, is_expired or after > high)


def feed_items(
    *, after: int, limit: int, kind: str | None, wanted: Filter, since: datetime | None
) -> list[tuple[str, int, str]]:
    """(item's JSON, seq, what it says with the document's digest for the document) in order, in one statement; one more than
    `limit` where there are more.

    With a filter, a check that no longer matches is sent as deleted (left_filter) where an earlier version of it did.
    """
    is_live = f"ch.state = 'updated' AND ({wanted.on('fc.document')})" if wanted.conditions else "ch.state = 'updated'"
    has_left = "ch.state = 'updated' AND NOT live.is_live"
    item = objects(
        seq="ch.seq",
        id="ch.object_id",
        kind="ch.kind",
        state=f"CASE WHEN {has_left} THEN 'deleted' ELSE ch.state END",
        reason=f"CASE WHEN {has_left} THEN 'left_filter' ELSE ch.reason END",
        version="ch.version",
        modified=time("ch.modified_at"),
        notice="ch.notice",
        data="CASE WHEN live.is_live THEN fc.document END",
    )
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
        f"SELECT ({item})::text, ch.seq, {_MARK} FROM annotations_change ch"  # noqa: S608 - constants
        " LEFT JOIN annotations_factcheck fc ON ch.kind = 'fact_check' AND fc.id = ch.object_id"
        f" CROSS JOIN LATERAL (SELECT coalesce({is_live}, false) AS is_live) live"
        f" WHERE {' AND '.join(conditions)} ORDER BY ch.seq LIMIT {limit + 1}"
    )
    return rows(statement, params)


_MARK = (
    "concat_ws(' ', ch.seq, live.is_live, ch.kind, ch.object_id, ch.state, ch.reason, ch.version, ch.modified_at, fc.etag,"
    " ch.notice)"
)
# A version that was removed for legal reasons cannot be asked any more: its readers are told rather than left with it.
_MATCHED_ONCE = (
    "EXISTS (SELECT 1 FROM annotations_factcheckversion fv JOIN accounts_payload pl ON pl.id = fv.payload_id"
    " WHERE fv.fact_check_id = fc.id AND (pl.body IS NULL OR ({})))"
)


def _api() -> str:
    return settings.SITE_URL.replace("'", "") + "/api/v1"
