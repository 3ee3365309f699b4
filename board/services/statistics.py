"""The desk's numbers: flow, ageing, time in each state, verdicts by rating, source, claimant and topic, corrections.

Every table is one query; the chart, the table behind it and its CSV are drawn from the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import dropwhile
from typing import Any, Final

from django.db import connection

PERIODS: Final = {30: "30 days", 90: "90 days", 365: "One year"}
_TOP = 12


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (label, value, value ...), one value for each of `columns[1:]`; charts draw the first of `drawn`."""

    key: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    drawn: int = 1

    @property
    def is_empty(self) -> bool:
        return not any(value for row in self.rows for value in row[1:])


def statistics_tables(*, now: datetime, days: int) -> list[Table]:
    """All of them for the last `days` days, in the order of the screen."""
    return [make(now, now - timedelta(days=days)) for make in _TABLES.values()]


def statistics_table(key: str, *, now: datetime, days: int) -> Table | None:
    make = _TABLES.get(key)
    return make(now, now - timedelta(days=days)) if make else None


def _flow(now: datetime, since: datetime) -> Table:
    rows = _rows(
        """
        SELECT to_char(week, 'YYYY-MM-DD'),
            (SELECT count(*) FROM annotations_claim c WHERE date_trunc('week', c.created_at, 'UTC') = week),
            (SELECT count(*) FROM annotations_verdicttransition t
                WHERE t.action = 'submit' AND date_trunc('week', t.at, 'UTC') = week),
            (SELECT count(*) FROM publishing_factcheckversion v WHERE date_trunc('week', v.published_at, 'UTC') = week)
        FROM generate_series(date_trunc('week', %s::timestamptz, 'UTC'), %s::timestamptz, interval '7 days') AS week
        ORDER BY week
        """,
        [since, now],
    )
    rows = list(dropwhile(lambda row: not any(row[1:]), rows))  # a young desk's chart begins with its first week
    about = "Claims marked, verdicts submitted and versions published, by week (the Monday, UTC)."
    return Table("flow", "Flow", about, ("Week of", "Marked", "Submitted", "Published"), rows, drawn=3)


def _ageing(now: datetime, _since: datetime) -> Table:
    rows = _rows(
        """
        SELECT initcap(replace(status, '_', ' ')),
            count(*) FILTER (WHERE updated_at > %(now)s - interval '1 day'),
            count(*) FILTER (WHERE updated_at BETWEEN %(now)s - interval '3 days' AND %(now)s - interval '1 day'),
            count(*) FILTER (WHERE updated_at BETWEEN %(now)s - interval '7 days' AND %(now)s - interval '3 days'),
            count(*) FILTER (WHERE updated_at < %(now)s - interval '7 days')
        FROM annotations_verdict WHERE status IN ('draft', 'in_review', 'changes_requested', 'approved')
        GROUP BY status ORDER BY array_position(ARRAY['draft', 'in_review', 'changes_requested', 'approved'], status::text)
        """,
        {"now": now},
    )
    about = "What is being worked on now, by how long nobody has touched it."
    return Table(
        "ageing", "Ageing", about, ("State", "Under a day", "1 to 3 days", "3 to 7 days", "Over a week"), rows, drawn=4
    )


def _time_in_state(now: datetime, since: datetime) -> Table:
    rows = _rows(
        """
        SELECT initcap(replace(to_status, '_', ' ')),
            round((percentile_cont(0.5) WITHIN GROUP (ORDER BY hours))::numeric, 1)::float,
            round((percentile_cont(0.9) WITHIN GROUP (ORDER BY hours))::numeric, 1)::float, count(*)
        FROM (
            SELECT to_status, at, extract(epoch FROM lead(at) OVER (PARTITION BY verdict_id ORDER BY id) - at) / 3600 AS hours
            FROM annotations_verdicttransition WHERE action <> 'propose'
        ) AS stays
        WHERE hours IS NOT NULL AND at BETWEEN %s AND %s
            AND to_status IN ('draft', 'in_review', 'changes_requested', 'approved', 'suspended')
        GROUP BY to_status
        ORDER BY array_position(ARRAY['draft', 'in_review', 'changes_requested', 'approved', 'suspended'], to_status::text)
        """,
        [since, now],
    )
    about = "Hours from entering a state to leaving it; half of all stays are shorter than the median."
    return Table(
        "time-in-state", "Time in each state", about, ("State", "Median hours", "90th percentile", "Stays"), rows, 2
    )


_PUBLISHED = """
    FROM publishing_factcheck f JOIN annotations_claim c ON c.id = f.claim_id
    WHERE f.state = 'published' AND f.published_at BETWEEN %s AND %s
"""


def _by_rating(now: datetime, since: datetime) -> Table:
    rows = _rows(
        f"SELECT f.rating_label, count(*) {_PUBLISHED} GROUP BY f.rating_label ORDER BY 2 DESC, 1 LIMIT {_TOP}",
        [since, now],
    )
    return Table(
        "ratings", "Verdicts by rating", "Published checks by their current rating.", ("Rating", "Checks"), rows
    )


def _by_source(now: datetime, since: datetime) -> Table:
    rows = _rows(
        f"""
        SELECT coalesce(s.name, 'No source'), count(DISTINCT f.id)
        FROM annotations_appearance a
        JOIN annotations_passage p ON p.id = a.passage_id JOIN articles_article r ON r.id = p.article_id
        LEFT JOIN articles_source s ON s.id = r.source_id
        JOIN publishing_factcheck f ON f.claim_id = a.claim_id
        WHERE a.removed_at IS NULL AND f.state = 'published' AND f.published_at BETWEEN %s AND %s
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}
        """,  # noqa: S608 - a constant
        [since, now],
    )
    about = "Published checks by the source of the articles where the claim stands."
    return Table("sources", "Verdicts by source", about, ("Source", "Checks"), rows)


def _by_claimant(now: datetime, since: datetime) -> Table:
    rows = _rows(
        f"""
        SELECT coalesce(p.name, 'No claimant'), count(*)
        FROM publishing_factcheck f JOIN annotations_claim c ON c.id = f.claim_id
        LEFT JOIN annotations_claimant p ON p.id = c.claimant_id
        WHERE f.state = 'published' AND f.published_at BETWEEN %s AND %s
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}
        """,  # noqa: S608 - a constant
        [since, now],
    )
    about = "How often somebody was checked says what the desk chose to check, not how often they err."
    return Table("claimants", "Verdicts by claimant", about, ("Claimant", "Checks"), rows)


def _by_topic(now: datetime, since: datetime) -> Table:
    rows = _rows(
        f"SELECT topic, count(*) FROM (SELECT unnest(c.topics) AS topic {_PUBLISHED}) AS named"  # noqa: S608 - constants
        f" GROUP BY topic ORDER BY 2 DESC, 1 LIMIT {_TOP}",
        [since, now],
    )
    return Table(
        "topics", "Verdicts by topic", "Published checks by topic; one may have several.", ("Topic", "Checks"), rows
    )


def _corrections(now: datetime, since: datetime) -> Table:
    rows = _rows(
        """
        SELECT to_char(date_trunc('month', published_at, 'UTC'), 'YYYY-MM'),
            round(100.0 * count(*) FILTER (WHERE kind = 'correction') / nullif(count(*) FILTER (WHERE kind = ''), 0), 1)::float,
            count(*) FILTER (WHERE kind = ''), count(*) FILTER (WHERE kind = 'correction'),
            count(*) FILTER (WHERE kind IN ('clarification', 'update', 'reply'))
        FROM publishing_factcheckversion WHERE published_at BETWEEN %s AND %s GROUP BY 1 ORDER BY 1
        """,
        [since, now],
    )
    columns = ("Month", "Corrections per 100 checks", "New checks", "Corrections", "Other changes")
    about = "Corrections of an error published in a month, per hundred checks first published in it."
    return Table("corrections", "Corrections rate", about, columns, rows)


def _rows(sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


_TABLES: Final[dict[str, Callable[[datetime, datetime], Table]]] = {
    "flow": _flow,
    "ageing": _ageing,
    "time-in-state": _time_in_state,
    "ratings": _by_rating,
    "sources": _by_source,
    "claimants": _by_claimant,
    "topics": _by_topic,
    "corrections": _corrections,
}
KEYS: Final = tuple(_TABLES)
