"""The desk's numbers: flow, ageing, ratings, sources, topics, corrections.

Every table is one query; the chart, the table behind it and its CSV show the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import dropwhile
from typing import Any, Final

from django.db import connection
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.database.kept import kept_or_made
from core.pages.vocabulary import STATUSES

PERIODS: Final = {30: gettext_lazy("30 days"), 90: gettext_lazy("90 days"), 365: gettext_lazy("One year")}
_TOP = 12
_LARGE_FROM, _KEPT_SECONDS = 5_000, 30  # events of a period


@dataclass(frozen=True, slots=True)
class _Table:
    """One chart with its numbers.

    `rows` are (label, value, value ...), one value for each of `columns[1:]`; a chart draws the first `drawn` values.
    `shape` is "time" (columns, time to the right), "line" (the same as a line), "bars" (one bar per row, longest first) or
    "stacked" (one bar per row, its values side by side). `unit` is what the axis counts; `finding` is the chart in one
    sentence.
    """

    key: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    unit: str
    drawn: int = 1
    shape: str = "bars"
    finding: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """Return the chart for the script: key, shape, unit, labels and series."""
        names, rows = self.columns[1 : 1 + self.drawn], self._drawn_rows
        return {
            "key": self.key,
            "shape": self.shape,
            "unit": self.unit,
            "labels": [_short_date(row[0]) if self._is_over_time else str(row[0]) for row in rows],
            "series": [
                {"name": name, "values": [row[position] for row in rows]}
                for position, name in enumerate(names, start=1)
            ],
        }

    @property
    def is_empty(self) -> bool:
        return not any(value for row in self.rows for value in row[1:])

    @property
    def has_chart(self) -> bool:
        """Return False for a single bar, full or empty, and where every bar would be zero: the sentence says it."""
        rows = self._drawn_rows
        return len(rows) * self.drawn > 1 and any(any(row[1 : 1 + self.drawn]) for row in rows)

    @property
    def _is_over_time(self) -> bool:
        return self.shape in {"time", "line"}

    @property
    def _drawn_rows(self) -> list[tuple[Any, ...]]:
        """Return the rows without those whose bars are all zero; a week without anything keeps its place in time."""
        if self._is_over_time:
            return self.rows
        return [row for row in self.rows if any(row[1 : 1 + self.drawn])]


def _short_date(value: str) -> str:
    """Return `23 Nov` for a day and `Nov 2026` for a month, as an axis has room for."""
    if len(value) == len("2026-11"):
        return date_format(date.fromisoformat(f"{value}-01"), "M Y")
    return date_format(date.fromisoformat(value), "j M")


def statistics_tables(*, now: datetime, days: int) -> list[_Table]:
    """Return the tables of the last `days` days, in the order of the screen. Kept for a minute at most."""
    # The minute is part of the key, so that readers within it share one answer.
    minute, since = now.replace(second=0, microsecond=0), now - timedelta(days=days)
    return kept_or_made(
        ("statistics", minute, days, get_language()),
        lambda: [make(now, since) for make in _TABLES.values()],
        seconds_of=lambda tables: _KEPT_SECONDS if may_be_old(tables) else 0,
    )


def may_be_old(tables: list[_Table]) -> bool:
    """Return whether these numbers may be `_KEPT_SECONDS` old: counting 100,000 claims took 0.1 s (2026-12-01)."""
    (flow,) = (table for table in tables if table.key == "flow")
    return sum(sum(row[1:]) for row in flow.rows) >= _LARGE_FROM


def headline_figures(tables: list[_Table]) -> list[tuple[str, str]]:
    """Return the numbers that are read first, as (value, words), from the rows of the tables."""
    rows = {table.key: table.rows for table in tables}
    checks = sum(row[4] for row in rows["flow"])
    corrections = sum(row[3] for row in rows["corrections"])
    waiting = sum(sum(row[1:]) for row in rows["ageing"])
    medians = sorted(row[1] for row in rows["time-to-publish"])
    found = [
        (str(checks), ngettext("new check", "new checks", checks)),
        (str(corrections), ngettext("correction of an error", "corrections of errors", corrections)),
        (str(waiting), ngettext("verdict in work now", "verdicts in work now", waiting)),
    ]
    if medians:
        found.insert(1, (_days_in_words(medians[len(medians) // 2]), _("from marked to published, typically")))
    return found


def statistics_table(key: str, *, now: datetime, days: int) -> _Table | None:
    make = _TABLES.get(key)
    return make(now, now - timedelta(days=days)) if make else None


def _count_flow(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        """
        WITH bounds AS (SELECT date_trunc('week', %s::timestamptz, 'UTC') AS first, %s::timestamptz AS last), events AS (
            SELECT created_at AS at, 'marked' AS kind FROM annotations_claim, bounds WHERE created_at >= first
            UNION ALL SELECT at, 'submitted' FROM annotations_verdicttransition, bounds WHERE action = 'submit' AND at >= first
            UNION ALL SELECT published_at, 'published' FROM publishing_factcheckversion, bounds WHERE published_at >= first
            UNION ALL SELECT published_at, 'new' FROM publishing_factcheckversion, bounds
                WHERE number = 1 AND published_at >= first
        ), counted AS (
            SELECT date_trunc('week', at, 'UTC') AS week, kind, count(*) AS n FROM events GROUP BY 1, 2
        )
        SELECT to_char(week, 'YYYY-MM-DD'), coalesce(sum(n) FILTER (WHERE kind = 'marked'), 0)::int,
            coalesce(sum(n) FILTER (WHERE kind = 'submitted'), 0)::int,
            coalesce(sum(n) FILTER (WHERE kind = 'published'), 0)::int,
            coalesce(sum(n) FILTER (WHERE kind = 'new'), 0)::int
        FROM bounds, generate_series(first, last, interval '7 days') AS week LEFT JOIN counted USING (week)
        GROUP BY week ORDER BY week
        """,
        [since, now],
    )
    rows = list(dropwhile(lambda row: not any(row[1:]), rows))  # a young desk's chart begins with its first week
    about = _(
        "Claims marked, verdicts submitted and versions published, by week (the Monday, UTC). A check's first version is a"
        " new check; a correction or an update is a further version of it."
    )
    columns = (
        _("Week of"),
        _("Claims marked"),
        _("Verdicts submitted"),
        _("Versions published"),
        _("New checks among them"),
    )
    marked, submitted, versions, checks = (sum(row[position] for row in rows) for position in (1, 2, 3, 4))
    finding = _("{claims}, {verdicts}, {versions} ({checks}) in this period.").format(
        claims=ngettext("{n} claim marked", "{n} claims marked", marked).format(n=marked),
        verdicts=ngettext("{n} verdict submitted", "{n} verdicts submitted", submitted).format(n=submitted),
        versions=ngettext("{n} version published", "{n} versions published", versions).format(n=versions),
        checks=ngettext("{n} new check", "{n} new checks", checks).format(n=checks),
    )
    title, unit = _("Flow per week"), _("per week")
    return _Table("flow", title, about, columns, rows, unit, drawn=3, shape="time", finding=finding)


def _measure_time_to_publish(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        """
        SELECT to_char(date_trunc('week', published, 'UTC'), 'YYYY-MM-DD'),
            round((percentile_cont(0.5) WITHIN GROUP (ORDER BY days))::numeric, 1)::float,
            round(max(days)::numeric, 1)::float, count(*)
        FROM (
            SELECT v.published_at AS published, extract(epoch FROM v.published_at - c.created_at) / 86400 AS days
            FROM publishing_factcheckversion v
            JOIN publishing_factcheck f ON f.id = v.fact_check_id JOIN annotations_claim c ON c.id = f.claim_id
            WHERE v.number = 1 AND v.published_at BETWEEN %s AND %s
        ) AS first_versions
        GROUP BY 1 ORDER BY 1
        """,
        [since, now],
    )
    about = _("Days from marking a claim to its first publication, by the week of publication.")
    columns = (_("Week of"), _("Median (days)"), _("Slowest (days)"), _("Checks"))
    medians, finding = sorted(row[1] for row in rows), ""
    if medians:
        # The median of the weeks' medians, from the rows at hand.
        typical = _days_in_words(medians[len(medians) // 2])
        finding = _("Typically {time} from marked to published.").format(time=typical)
    title, unit = _("From marked to published"), _("days")
    return _Table("time-to-publish", title, about, columns, rows, unit, shape="line", finding=finding)


def _measure_ageing(now: datetime, _since: datetime) -> _Table:
    rows = _fetch_rows(
        """
        SELECT status, count(*) FILTER (WHERE updated_at > %(now)s - interval '1 day'),
            count(*) FILTER (WHERE updated_at BETWEEN %(now)s - interval '3 days' AND %(now)s - interval '1 day'),
            count(*) FILTER (WHERE updated_at BETWEEN %(now)s - interval '7 days' AND %(now)s - interval '3 days'),
            count(*) FILTER (WHERE updated_at < %(now)s - interval '7 days')
        FROM annotations_verdict WHERE status IN ('draft', 'in_review', 'changes_requested', 'approved')
        GROUP BY status ORDER BY array_position(ARRAY['draft', 'in_review', 'changes_requested', 'approved'], status::text)
        """,
        {"now": now},
    )
    rows = _name_states(rows)
    about = _("Verdicts being worked on now, by the time since their last change.")
    columns = (_("State"), _("Under a day"), _("1 to 3 days"), _("3 to 7 days"), _("Over a week"))
    open_now, old = sum(sum(row[1:]) for row in rows), sum(row[4] for row in rows)
    finding = _("{open} open; {old} untouched for over a week.").format(open=open_now, old=old or _("none"))
    title, unit = _("Age of what waits"), _("verdicts")
    return _Table("ageing", title, about, columns, rows, unit, drawn=4, shape="stacked", finding=finding)


def _measure_time_in_state(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        """
        SELECT to_status, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY hours))::numeric, 1)::float,
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
    rows = _name_states(rows)
    about = _("Hours from entering a state to leaving it; half of all stays are shorter than the median.")
    columns = (_("State"), _("Median (hours)"), _("Nine of ten under (hours)"), _("Stays"))
    slowest, finding = max(rows, key=lambda row: row[1], default=None), ""
    if slowest:
        state, time = slowest[0], _days_in_words(slowest[1] / 24)
        finding = _("Longest in “{state}”: {time} at the median.").format(state=state, time=time)
    return _Table("time-in-state", _("Time in each state"), about, columns, rows, _("hours"), 2, finding=finding)


_PUBLISHED = """
    FROM publishing_factcheck f JOIN annotations_claim c ON c.id = f.claim_id
    WHERE f.state = 'published' AND f.published_at BETWEEN %s AND %s
"""


def _count_by_rating(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        f"SELECT f.rating_label, count(*) {_PUBLISHED} GROUP BY f.rating_label ORDER BY 2 DESC, 1 LIMIT {_TOP}",
        [since, now],
    )
    about = _("Published checks by their current rating.")
    return _count_checks("ratings", _("Ratings"), about, _("Rating"), rows)


def _count_by_source(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        f"""
        SELECT coalesce(s.name, %s), count(DISTINCT f.id)
        FROM annotations_appearance a
        JOIN annotations_passage p ON p.id = a.passage_id JOIN articles_article r ON r.id = p.article_id
        LEFT JOIN articles_source s ON s.id = r.source_id
        JOIN publishing_factcheck f ON f.claim_id = a.claim_id
        WHERE a.removed_at IS NULL AND f.state = 'published' AND f.published_at BETWEEN %s AND %s
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}
        """,
        [_("No source"), since, now],
    )
    about = _("Published checks by the source of the articles where the claim was said.")
    return _count_checks("sources", _("Sources"), about, _("Source"), rows)


def _count_by_claimant(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        f"""
        SELECT coalesce(p.name, %s), count(*)
        FROM publishing_factcheck f JOIN annotations_claim c ON c.id = f.claim_id
        LEFT JOIN annotations_claimant p ON p.id = c.claimant_id
        WHERE f.state = 'published' AND f.published_at BETWEEN %s AND %s
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}
        """,
        [_("No claimant"), since, now],
    )
    about = _("How often somebody was checked says what the desk chose to check, not how often they err.")
    return _count_checks("claimants", _("Claimants"), about, _("Claimant"), rows)


def _count_by_topic(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        f"SELECT topic, count(*) FROM (SELECT unnest(c.topics) AS topic {_PUBLISHED}) AS named"
        f" GROUP BY topic ORDER BY 2 DESC, 1 LIMIT {_TOP}",
        [since, now],
    )
    about = _("Published checks by topic; a check may have several.")
    return _count_checks("topics", _("Topics"), about, _("Topic"), rows)


def _count_corrections(now: datetime, since: datetime) -> _Table:
    rows = _fetch_rows(
        """
        SELECT to_char(date_trunc('month', published_at, 'UTC'), 'YYYY-MM'),
            round(100.0 * count(*) FILTER (WHERE kind = 'correction') / nullif(count(*) FILTER (WHERE kind = ''), 0), 1)::float,
            count(*) FILTER (WHERE kind = ''), count(*) FILTER (WHERE kind = 'correction'),
            count(*) FILTER (WHERE kind IN ('clarification', 'update', 'reply'))
        FROM publishing_factcheckversion WHERE published_at BETWEEN %s AND %s GROUP BY 1 ORDER BY 1
        """,
        [since, now],
    )
    columns = (
        _("Month"),
        _("Corrections per 100 checks"),
        _("New checks"),
        _("Corrections"),
        _("Other changes"),
    )
    about = _("Corrections of an error published in a month, per hundred checks first published in it.")
    corrections, checks = sum(row[3] for row in rows), sum(row[2] for row in rows)
    finding = _("{corrections}, {checks}.").format(
        corrections=ngettext("{n} correction of an error", "{n} corrections of errors", corrections).format(
            n=corrections
        ),
        checks=ngettext("{n} new check", "{n} new checks", checks).format(n=checks),
    )
    title, unit = _("Corrections"), _("per 100 checks")
    return _Table("corrections", title, about, columns, rows, unit, shape="line", finding=finding if checks else "")


def _count_checks(key: str, title: str, about: str, of: str, rows: list[tuple[Any, ...]]) -> _Table:
    """Return the table of a count of published checks, the most frequent first."""
    return _Table(key, title, about, (of, _("Checks")), rows, _("checks"), finding=_most_frequent(rows))


def _name_states(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the rows with each state in the words that its badge has."""
    return [(_(STATUSES[state].label), *values) for state, *values in rows]


def _days_in_words(days: float) -> str:
    if days < 1:
        hours = round(days * 24)
        return _("under an hour") if hours < 1 else ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    rounded = round(days, 1)
    return ngettext("{n} day", "{n} days", 1 if rounded == 1 else 2).format(n=f"{rounded:g}")


def _most_frequent(rows: list[tuple[Any, ...]]) -> str:
    if not rows:
        return ""
    total = sum(row[1] for row in rows)
    if len(rows) == 1:
        return ngettext("One check: {name}.", "All {count} checks: {name}.", total).format(name=rows[0][0], count=total)
    return _("Most frequent: {name}, {count} of {total}.").format(name=rows[0][0], count=rows[0][1], total=total)


def _fetch_rows(sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


_TABLES: Final[dict[str, Callable[[datetime, datetime], _Table]]] = {
    "flow": _count_flow,
    "time-to-publish": _measure_time_to_publish,
    "ageing": _measure_ageing,
    "time-in-state": _measure_time_in_state,
    "ratings": _count_by_rating,
    "sources": _count_by_source,
    "claimants": _count_by_claimant,
    "topics": _count_by_topic,
    "corrections": _count_corrections,
}
KEYS: Final = tuple(_TABLES)
