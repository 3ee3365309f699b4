"""Proving the audit trail: every chain is recomputed here, in Python, so that no altered SQL function can vouch for itself.

A chain's hash is SHA-256 (hex) over these lines, joined by a newline: previous hash, stream, seq, time (UTC, microseconds,
Z), actor, via, database role, request id, action, table, object id, digest before, digest after, payload ids (empty where
there is none). Payloads that a legal removal blanked keep their digest in the event, so the chain stays provable.

An *anchor* is the heads of the chains written to a file outside of the database: what was anchored cannot be cut off or
rewritten unseen, whoever is superuser. What came after the last anchor can only be checked for inner consistency.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.db import connection, transaction

_EVENTS = """
    SELECT e.stream, e.seq, e.at, e.actor_id, e.via, e.db_role, e.request_id, e.action, e.object_table, e.object_id,
        e.before_sha256, e.after_sha256, e.before_payload_id, e.after_payload_id, e.previous_hash, e.hash,
        b.body, b.redacted_at, a.body, a.redacted_at
    FROM accounts_auditevent e
    LEFT JOIN accounts_payload b ON b.id = e.before_payload_id
    LEFT JOIN accounts_payload a ON a.id = e.after_payload_id
    ORDER BY e.stream, e.seq
"""
_BLOCK = 64 * 1024
ANCHORING: Final = 0x616E6368  # "anch"
"""Advisory lock of whoever writes anchors. A backup takes it to copy them and the database as of one moment."""
Heads = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Break:
    """The first broken link of a stream: at which number, and what is wrong."""

    stream: str
    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`anchored_at` is the time of the last anchor, None where there never was one."""

    events: int
    streams: int
    breaks: list[Break]
    anchored_at: datetime | None
    unanchored: int

    @property
    def is_intact(self) -> bool:
        return not self.breaks


def link_hash(previous: str, row: tuple[Any, ...]) -> str:
    """The hash of an event row as `_EVENTS` selects it."""
    at = row[2].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fields = [
        previous,
        row[0],
        row[1],
        at,
        row[3] or "",
        *row[4:12],
        *("" if part is None else part for part in row[12:14]),
    ]
    return hashlib.sha256("\n".join(str(part) for part in fields).encode()).hexdigest()


def verify(anchors: Path | None = None) -> Verdict:
    """Walk every chain. One pass, constant memory but for the heads."""
    anchored, anchored_at = read_anchors(anchors) if anchors else ({}, None)
    heads: Heads = {}
    broken: dict[str, Break] = {}
    events = unanchored = 0
    for row in _rows():
        events += 1
        stream, seq = row[0], row[1]
        unanchored += seq > anchored.get(stream, (0, ""))[0]
        problem = _problem(row, heads.get(stream, (0, "")))
        if stream in anchored and anchored[stream][0] == seq and anchored[stream][1] != row[15]:
            problem = problem or "the event differs from the anchored one"
        if problem and stream not in broken:
            broken[stream] = Break(stream, seq, problem)
        heads[stream] = (seq, row[15])
    for stream, found in [*_cut(heads, anchored), *_loose(heads)]:
        broken.setdefault(stream, found)
    return Verdict(events, len(heads), sorted(broken.values(), key=lambda item: item.stream), anchored_at, unanchored)


def write_anchor(path: Path, *, now: datetime) -> int:
    """Append the heads that moved since the last anchor, as one line of JSON. Returns how many.

    Locks: ANCHORING, so of two writers the second reads the first one's line.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ANCHORING])
        return _append_anchor(path, now=now)


def _append_anchor(path: Path, *, now: datetime) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    known, _ = read_anchors(path)
    moved = {stream: head for stream, head in _stored_heads().items() if known.get(stream) != head}
    line = json.dumps({"at": now.astimezone(UTC).isoformat(), "heads": moved}, sort_keys=True)
    with path.open("a+b") as file:
        file.truncate(_whole_lines(file))
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return len(moved)


def read_anchors(path: Path) -> tuple[Heads, datetime | None]:
    """Every stream's newest anchored head, and the time of the newest line.

    A last line without its end is one whose writing a crash cut off: nothing rests on it. Any other damage raises ValueError.
    """
    heads: Heads = {}
    at = None
    if path.exists():
        # Line by line: the file grows for as long as the desk is used.
        with path.open("rb") as file:
            for line in takewhile(lambda line: line.endswith(b"\n"), file):
                anchor = json.loads(line)
                at = datetime.fromisoformat(anchor["at"])
                heads |= {stream: (seq, digest) for stream, (seq, digest) in anchor["heads"].items()}
    return heads, at


def _whole_lines(file: BinaryIO) -> int:
    """How many bytes stand before the end of the last line, looked for from the file's end."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _rows() -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EVENTS)
        yield from cursor


def _problem(row: tuple[Any, ...], head: tuple[int, str]) -> str:
    if row[1] != head[0] + 1:
        return f"event {head[0] + 1} is missing"
    if row[14] != head[1]:
        return "it does not follow the event before it"
    if row[15] != link_hash(head[1], row):
        return "the event was changed"
    for digest, body, redacted_at in ((row[10], row[16], row[17]), (row[11], row[18], row[19])):
        if digest and body is None and redacted_at is None:
            return "its content is missing without a legal removal"
        if body is not None and hashlib.sha256(body.encode()).hexdigest() != digest:
            return "its content was changed"
    return ""


def _cut(heads: Heads, anchored: Heads) -> Iterable[tuple[str, Break]]:
    for stream, (seq, _digest) in anchored.items():
        last = heads.get(stream, (0, ""))[0]
        if last < seq:
            yield stream, Break(stream, last + 1, f"events {last + 1} to {seq} were anchored and are gone")


def _loose(heads: Heads) -> Iterable[tuple[str, Break]]:
    stored = _stored_heads()
    for stream in stored.keys() | heads.keys():
        if stored.get(stream) != heads.get(stream):
            yield stream, Break(stream, heads.get(stream, (0, ""))[0], "the chain's head does not match its last event")


def _stored_heads() -> Heads:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream, seq, hash FROM accounts_auditstream")
        return {stream: (seq, digest) for stream, seq, digest in cursor.fetchall()}
