"""Prove the desk's rows: every audited row equals its last event, and stored content matches its digests.

The SQL files that install the triggers say what is audited, never the database. The queries call only functions of
Postgres: ours could have been altered. `<app>/sql/proofs/*.sql` holds further proofs of an app: each query returns
(row, problem). An app's module `proofs` does what needs Python.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection
from psycopg import sql

_TRIGGER = re.compile(
    r"^CREATE OR REPLACE TRIGGER audit AFTER (?P<events>[A-Z ]+) ON (?P<table>\w+)\s+FOR EACH ROW"
    r"(?P<when>.*?)\s*EXECUTE FUNCTION audit_row\((?P<arguments>[^)]*)\)",
    re.MULTILINE | re.DOTALL,
)
# Its events of INSERTs are written by a trigger of its own, for all rows of the statement.
_ADDED = re.compile(r"^CREATE OR REPLACE TRIGGER audit_added AFTER INSERT ON (\w+)", re.MULTILINE)
_MOST = 100  # told of one table
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Watched:
    """A table with an `audit` trigger. `columns` are those that make an event; empty means all."""

    table: str
    key: str
    left_out: tuple[str, ...]
    secrets: tuple[str, ...]
    columns: tuple[str, ...]
    has_inserts: bool


def watched_tables() -> list[_Watched]:
    found = []
    for config in _our_apps():
        for path in sorted((Path(config.path) / "sql").glob("*.sql")):
            text = path.read_text()
            added = set(_ADDED.findall(text))
            found += [_watched(match, added) for match in _TRIGGER.finditer(text)]
    return found


def prove_state() -> Iterator[tuple[str, int, list[Problem]]]:
    """Yield each table or further proof with its number of rows and its problems."""
    for watched in watched_tables():
        yield watched.table, _count(watched.table), _ask(_comparison(watched))
    for config in _our_apps():
        for path in sorted((Path(config.path) / "sql" / "proofs").glob("*.sql")):
            for query in re.split(r";\n", path.read_text()):
                if "SELECT" in query:
                    yield f"{config.label} {path.stem}", 0, _ask(query)
        if find_spec(f"{config.name}.proofs"):
            yield from import_module(f"{config.name}.proofs").prove()


def further_notes() -> Iterator[str]:
    """Yield what the apps say besides: no break, but for a person to look at."""
    for config in _our_apps():
        if find_spec(f"{config.name}.proofs"):
            notes = getattr(import_module(f"{config.name}.proofs"), "notes", tuple)
            yield from notes()


def _our_apps() -> list[AppConfig]:
    return [config for config in apps.get_app_configs() if Path(config.path).parent == Path(settings.BASE_DIR)]


def _watched(match: re.Match[str], added: set[str]) -> _Watched:
    prefix, key, left_out, secrets = [*re.findall(r"'([^']*)'", match["arguments"]), ""][:4]
    del prefix
    return _Watched(
        table=match["table"],
        key=key,
        left_out=_split_names(left_out),
        secrets=_split_names(secrets),
        columns=tuple(re.findall(r"OLD\.(\w+)", match["when"])),
        has_inserts="INSERT" in match["events"] or match["table"] in added,
    )


def _split_names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


_DIGEST = sql.SQL("coalesce(encode(sha256(convert_to(to_jsonb(t) ->> {name}, 'UTF8')), 'hex'), '')")
_DIFFERENCES = sql.SQL("""
    SELECT {name} || ' ' || coalesce(r.id, e.object_id), CASE
        WHEN r.id IS NULL THEN 'the row is gone, and no event tells of it'
        WHEN e.object_id IS NULL THEN 'no event tells of this row'
        ELSE 'the row differs from the last event that tells of it' END
    FROM (SELECT coalesce(j ->> 'id'{key}, '') AS id, j FROM {table} t, LATERAL (SELECT {row} AS j) AS x) r
    FULL JOIN (
        SELECT DISTINCT ON (v.object_id) v.object_id, v.action, v.after_sha256, {body} AS body
        FROM accounts_auditevent v LEFT JOIN accounts_payload a ON a.id = v.after_payload_id
        WHERE v.object_table = {name} ORDER BY v.object_id, v.id DESC
    ) e ON e.object_id = r.id
    WHERE CASE WHEN r.id IS NULL THEN e.action NOT LIKE '%.delete'
        WHEN e.object_id IS NULL THEN {has_inserts} ELSE {differs} END
    LIMIT {most}
""")


def _comparison(watched: _Watched) -> sql.Composed:
    """Return the query for rows that differ from their last event, at most a hundred."""
    row = sql.SQL("(to_jsonb(t) - {}::text[])").format(list(watched.left_out))
    for name in watched.secrets:
        row += sql.SQL(" || jsonb_build_object({}, {})").format(name, _DIGEST.format(name=name))
    differs: sql.Composable = sql.SQL("encode(sha256(convert_to(r.j::text, 'UTF8')), 'hex') <> e.after_sha256")
    if watched.columns:
        was, now = _subset("e.body::jsonb", watched), _subset("r.j", watched)
        differs = sql.SQL("e.body IS NOT NULL AND ({}) <> ({})").format(now, was)
    return _DIFFERENCES.format(
        name=watched.table,
        table=sql.Identifier(watched.table),
        key=sql.SQL(", j ->> {}").format(watched.key) if watched.key else sql.SQL(""),
        row=row,
        body=sql.SQL("a.body" if watched.columns else "NULL"),
        has_inserts=watched.has_inserts,
        differs=differs,
        most=_MOST,
    )


def _subset(source: LiteralString, watched: _Watched) -> sql.Composed:
    values = [sql.SQL(source) + sql.SQL(" -> {}").format(name) for name in watched.columns]
    return sql.SQL("jsonb_build_array({})").format(sql.SQL(", ").join(values))


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        return int(cursor.fetchone()[0])


def _ask(query: str | sql.Composed) -> list[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchmany(_MOST))
