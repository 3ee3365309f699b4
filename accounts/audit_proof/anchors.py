"""The anchor file: the heads of the audit chains outside the database, to detect cuts and rewrites.

A line is JSON: `number`, `at`, `previous` (SHA-256 of the line before it), `heads` (stream: [seq, hash], those that
changed). Tables whose rows never change and have no events of their own (`anchored_digest` on the model) are in it as
streams of one row each. The database counts the anchors in accounts_auditanchor, so a file that lost lines is detected.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from core.database.locks import Lock, wait_for_lock

_BLOCK = 64 * 1024
_SCHEMA = """
    CREATE TABLE heads (stream TEXT PRIMARY KEY, seq INTEGER, hash TEXT, base_seq INTEGER DEFAULT 0, base_hash TEXT DEFAULT '',
        is_seen INTEGER DEFAULT 0) WITHOUT ROWID;
    CREATE TABLE lines (number INTEGER PRIMARY KEY, sha256 TEXT);
"""
_MERGE = """
    INSERT INTO heads (stream, seq, hash, base_seq, base_hash)
    VALUES (:stream, :seq, :hash, iif(:base, :seq, 0), iif(:base, :hash, ''))
    ON CONFLICT (stream) DO UPDATE SET seq = :seq, hash = :hash, base_seq = iif(:base, :seq, base_seq),
        base_hash = iif(:base, :hash, base_hash)
"""
Head = tuple[int, str]
NONE: Final[Head] = (0, "")


class DamagedAnchors(ValueError):
    """The anchor file differs from what was written. The message says where, for people."""


@dataclass(slots=True)
class Anchors:
    """The newest anchored head of every stream, in a file: a large desk has more than fit in memory.

    `base` heads are those up to a line that an earlier proof covered.
    """

    index: sqlite3.Connection
    lines: int = 0
    first: int = 1
    number: int = 0
    sha256: str = ""
    at: datetime | None = None
    is_cut: bool = False
    """The file ends in half a line."""
    is_restarted: bool = False

    def head(self, stream: str) -> Head:
        found = self.index.execute("SELECT seq, hash FROM heads WHERE stream = ?", [stream]).fetchone()
        return found or NONE

    def base(self, stream: str) -> Head:
        found = self.index.execute("SELECT base_seq, base_hash FROM heads WHERE stream = ?", [stream]).fetchone()
        return found or NONE

    def see(self, stream: str) -> None:
        self.index.execute("UPDATE heads SET is_seen = 1 WHERE stream = ?", [stream])

    def unseen(self) -> Iterator[tuple[str, int]]:
        yield from self.index.execute("SELECT stream, seq FROM heads WHERE NOT is_seen ORDER BY stream")

    def line(self, number: int) -> str | None:
        found = self.index.execute("SELECT sha256 FROM lines WHERE number = ?", [number]).fetchone()
        return found[0] if found else None


@contextmanager
def read_anchors(path: Path | None, *, proved_line: int = 0) -> Iterator[Anchors]:
    """Yield the anchors of the file; empty if it does not exist. Raises DamagedAnchors."""
    with closing(sqlite3.connect("")) as index:  # a file of SQLite's own that goes with the connection
        index.executescript(_SCHEMA)
        anchors = Anchors(index)
        if path is not None and path.exists():
            _read_lines(path, anchors, proved_line)
        yield anchors


def write_anchor(path: Path, *, now: datetime, is_restart: bool = False) -> int:
    """Append the heads that changed since the last anchor, as one line of JSON. Returns how many.

    `is_restart` begins a new file after the old one was lost; every proof reports that from then on. Raises
    DamagedAnchors if the last line differs from the one written last. Locks: ANCHORS, so a second writer reads the
    line of the first.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_lock(Lock.ANCHORS)
        cursor.execute("SELECT coalesce(max(number), 0) FROM accounts_auditanchor")
        expected = int(cursor.fetchone()[0])
        path.parent.mkdir(parents=True, exist_ok=True)
        with read_anchors(path) as known:
            if known.number < expected and not is_restart:
                raise DamagedAnchors(
                    f"{path} ends at anchor {known.number}, the database knows of {expected}. Bring the file back; where it is"
                    " lost, move what is left of it away and run `anchor_audit --restart`."
                )
            moved = {stream: head for stream, head in _current_heads() if known.head(stream) != head}
            number = max(known.number, expected) + 1
            line = _line(number, moved, now, previous=known.sha256, is_restart=known.lines == 0 and number > 1)
        _append(path, line)
        cursor.execute(
            "INSERT INTO accounts_auditanchor (number, at, sha256) VALUES (%s, %s, %s)",
            [number, now, hashlib.sha256(line).hexdigest()],
        )
        return len(moved)


def _current_heads() -> Iterator[tuple[str, Head]]:
    """Yield the head of every stream, then the rows of tables that are anchored themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream, seq, hash FROM accounts_auditstream ORDER BY stream")
        while rows := cursor.fetchmany(5000):
            yield from ((stream, (seq, digest)) for stream, seq, digest in rows)
        for query in anchored_rows():
            cursor.execute(query)
            while rows := cursor.fetchmany(5000):
                yield from ((name, (1, digest)) for name, digest in rows)


def anchored_rows() -> list[sql.Composed]:
    """Return a query per table that is anchored row by row, for (name in the anchors, digest)."""
    marked = [model for model in apps.get_models() if hasattr(model, "anchored_digest")]
    return [
        sql.SQL("SELECT {} || id, {} FROM {}").format(
            sql.Literal(f"{model._meta.db_table}:"),
            sql.Identifier(model.anchored_digest),
            sql.Identifier(model._meta.db_table),
        )
        for model in marked
    ]


def _read_lines(path: Path, anchors: Anchors, proved_line: int) -> None:
    # Line by line: the file grows for as long as the desk is used.
    with path.open("rb") as file:
        for place, raw in enumerate(file, 1):
            if not raw.endswith(b"\n"):
                anchors.is_cut = True
                return
            line = raw[:-1]
            try:
                _take(anchors, json.loads(line), line, proved_line)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                why = error if isinstance(error, DamagedAnchors) else "is no anchor"
                raise DamagedAnchors(f"line {place} of {path} {why}") from error


def _take(anchors: Anchors, anchor: dict[str, Any], line: bytes, proved_line: int) -> None:
    number, at = int(anchor["number"]), datetime.fromisoformat(anchor["at"])
    is_base = number <= proved_line
    heads = [
        {"stream": stream, "seq": int(seq), "hash": str(digest), "base": is_base}
        for stream, (seq, digest) in anchor["heads"].items()
    ]
    if anchors.lines == 0:
        anchors.first, anchors.is_restarted = number, bool(anchor.get("restart"))
        if number != 1 and not anchors.is_restarted:
            raise DamagedAnchors(f"is anchor {number}: those before it are gone")
    elif anchor["previous"] != anchors.sha256 or number != anchors.number + 1:
        raise DamagedAnchors("does not follow the line before it")
    anchors.lines += 1
    anchors.number, anchors.at, anchors.sha256 = number, at, hashlib.sha256(line).hexdigest()
    anchors.index.execute("INSERT INTO lines VALUES (?, ?)", [number, anchors.sha256])
    anchors.index.executemany(_MERGE, heads)


def _line(number: int, heads: dict[str, Head], now: datetime, *, previous: str, is_restart: bool) -> bytes:
    anchor: dict[str, Any] = {"number": number, "at": now.astimezone(UTC).isoformat(), "previous": previous}
    if is_restart:
        anchor["restart"] = True
    return json.dumps(anchor | {"heads": heads}, sort_keys=True).encode()


def _append(path: Path, line: bytes) -> None:
    with path.open("a+b") as file:
        # Half a line is left by a crash; the database does not count it yet, so it gives way.
        file.truncate(_whole_lines(file))
        file.write(line + b"\n")
        file.flush()
        # On disk before the database counts it: the other way round a crash would look like a lost anchor.
        os.fsync(file.fileno())


def _whole_lines(file: BinaryIO) -> int:
    """Return how many bytes of the file are complete lines, searching from its end."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
