"""Prove the audit trail: recompute every chain in Python, so that an altered SQL function cannot vouch for itself.

A chain's hash is SHA-256 (hex) over these lines, joined by a newline: previous hash, stream, seq, time (UTC,
microseconds, Z), actor, via, database role, request id, action, table, object id, digest before, digest after, payload
ids (empty if there is none). Payloads that a legal removal blanked keep their digest in the event, so the chain stays
provable.

The chains are compared with the anchors (anchors.py), the rows of the desk with their last event (state.py). Events
after the last anchor can only be checked for consistency with each other.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit_proof.anchors import (
    NONE,
    Anchors,
    DamagedAnchors,
    Head,
    anchored_rows,
    read_anchors,
    write_anchor,
)
from accounts.audit_proof.state import further_notes, prove_state

__all__ = ["Break", "Verdict", "resumable_proof", "save_proof", "verify", "write_anchor"]

_EVENTS = """
    SELECT e.stream, e.seq, e.at, e.actor_id, e.via, e.db_role, e.request_id, e.action, e.object_table, e.object_id,
        e.before_sha256, e.after_sha256, e.before_payload_id, e.after_payload_id, e.previous_hash, e.hash,
        b.body, b.redacted_at, a.body, a.redacted_at, e.id
    FROM accounts_auditevent e
    LEFT JOIN accounts_payload b ON b.id = e.before_payload_id
    LEFT JOIN accounts_payload a ON a.id = e.after_payload_id
    {where}
    ORDER BY e.stream, e.seq
"""
_HEADS = """
    SELECT coalesce(s.stream, e.stream), coalesce(s.seq, 0), coalesce(s.hash, ''), coalesce(e.seq, 0), coalesce(e.hash, '')
    FROM accounts_auditstream s FULL JOIN (
        SELECT DISTINCT ON (stream) stream, seq, hash FROM accounts_auditevent ORDER BY stream, seq DESC
    ) e ON e.stream = s.stream
"""
# The list is held in memory, and a restored or replaced table differs in every row.
MOST_BREAKS = 1_000
_OVERLAP = timedelta(hours=1)
"""A resumed proof begins this long before the last one: no transaction stays open that long."""
_EVERY = 20_000  # events between two lines of progress
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Break:
    """The first broken link of a stream, or a row or anchor that differs: where, and what is wrong."""

    stream: str
    seq: int
    problem: str


@dataclass(slots=True)
class Verdict:
    """The result of a proof. `anchored_at` is the time of the last anchor, None without one.

    `since` is None if every event was read, else the time of the earlier proof that this one continues.
    """

    begun_at: datetime
    since: datetime | None = None
    events: int = 0
    streams: int = 0
    rows: int = 0
    unanchored: int = 0
    anchored_at: datetime | None = None
    breaks: list[Break] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        return not self.breaks

    def add(self, stream: str, seq: int, problem: str) -> None:
        if len(self.breaks) < MOST_BREAKS:
            self.breaks.append(Break(stream, seq, problem))


@dataclass(frozen=True, slots=True)
class _Proof:
    """The last intact proof: when, and up to which anchor."""

    at: datetime
    line: int
    sha256: str


def _link_hash(previous: str, row: tuple[Any, ...]) -> str:
    """Return the hash of an event row as `_EVENTS` selects it."""
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


def verify(anchors: Path | None = None, *, resume: _Proof | None = None, report: Report | None = None) -> Verdict:
    """Recompute every chain and compare every row with its last event, in one snapshot and constant memory.

    With `resume`, events that the earlier proof covered are not read again; rows and heads are all compared.
    """
    say = report or (lambda _text: None)
    verdict = Verdict(begun_at=timezone.now(), since=resume.at if resume else None)
    try:
        with read_anchors(anchors, proved_line=resume.line if resume else 0) as known, _one_moment():
            _compare_anchors(known, anchors, resume, verdict)
            _walk(known, verdict, say)
            _compare_heads(known, verdict)
            _compare_anchored_rows(known, verdict)
            _compare_rows(verdict, say)
    except DamagedAnchors as error:
        verdict.add("anchors", 0, str(error))
        # Without its anchors a chain can still be held against itself and against the rows.
        with read_anchors(None) as none, _one_moment():
            _walk(none, verdict, say)
            _compare_heads(none, verdict)
            _compare_rows(verdict, say)
    return verdict


def save_proof(anchors: Path, verdict: Verdict) -> None:
    """Remember an intact proof beside the anchors, for `resume`."""
    with read_anchors(anchors) as known:
        body = {"at": verdict.begun_at.isoformat(), "line": known.number, "sha256": known.sha256}
    path = _proof_path(anchors)
    path.parent.mkdir(parents=True, exist_ok=True)  # a desk that was never anchored has no folder yet
    path.write_text(json.dumps(body) + "\n", encoding="utf-8")


def resumable_proof(anchors: Path) -> _Proof | None:
    """Return the last intact proof, None if there is none that can be read."""
    try:
        body = json.loads(_proof_path(anchors).read_text(encoding="utf-8"))
        return _Proof(datetime.fromisoformat(body["at"]), int(body["line"]), str(body["sha256"]))
    # A missing or damaged memory costs time alone: the next proof reads everything.
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _proof_path(anchors: Path) -> Path:
    return anchors.with_suffix(".proof.json")


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read in one snapshot if we open the transaction: concurrent writes stay out."""
    is_ours = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_ours:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # A large trail takes longer than any page may.
        cursor.execute("SET LOCAL statement_timeout = 0")
        # to_jsonb writes times in the session's zone and floats with its digits; the triggers made the digests with these.
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute("SET LOCAL extra_float_digits = 1")
        yield


def _compare_anchors(known: Anchors, path: Path | None, resume: _Proof | None, verdict: Verdict) -> None:
    """Check that every anchor in the database is in the file, unchanged."""
    verdict.anchored_at = known.at
    if path is None:
        return
    if known.is_restarted:
        verdict.notes.append(f"The anchors before number {known.first} were lost; the file was begun anew.")
    if known.is_cut and not known.lines:
        verdict.add("anchors", 0, f"{path} holds half a line and nothing else")
    # A proof from before the first anchor has no digest, and line 0 is in no file.
    if resume and known.line(resume.line) != (resume.sha256 or None):
        verdict.add("anchors", resume.line, f"the anchor of the last proof is not in {path}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, at, sha256 FROM accounts_auditanchor ORDER BY number")
        for number, at, sha256 in cursor.fetchall():
            found = known.line(number)
            if found is None and not (known.is_restarted and number < known.first):
                verdict.add("anchors", number, f"the anchor of {at:%Y-%m-%d %H:%M} is not in {path}")
            elif found is not None and found != sha256:
                verdict.add("anchors", number, f"the anchor of {at:%Y-%m-%d %H:%M} was changed in {path}")


def _walk(known: Anchors, verdict: Verdict, say: Report) -> None:
    """Recompute the chains; report the first break of each stream."""
    stream, head, anchored, is_broken, last_id = "", NONE, NONE, False, 0
    for row in _rows(verdict.since):
        if row[0] != stream:
            stream, is_broken, last_id = row[0], False, 0
            verdict.streams += 1
            head, anchored = known.base(stream), known.head(stream)
            if row[1] <= head[0]:  # read before: begin here
                head = (row[1] - 1, row[14])
        verdict.events += 1
        if verdict.events % _EVERY == 0:
            say(f"{verdict.events:,} events read")
        verdict.unanchored += row[1] > anchored[0]
        problem = _problem(row, head)
        if row[1] == anchored[0] and row[15] != anchored[1]:
            problem = problem or "the event differs from the anchored one"
        # Keys are in no hash, and the last event of a row is found by them.
        if row[20] <= last_id:
            problem = problem or "its key is not after that of the event before it"
        if problem and not is_broken:
            verdict.add(stream, row[1], problem)
            is_broken = True
        head, last_id = (row[1], row[15]), row[20]


def _rows(since: datetime | None) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        if since is None:
            cursor.execute(_EVENTS.format(where=""))
        else:
            cursor.execute(_EVENTS.format(where="WHERE e.at >= %s"), [since - _OVERLAP])
        yield from cursor


def _problem(row: tuple[Any, ...], head: Head) -> str:
    if row[1] != head[0] + 1:
        return f"event {head[0] + 1} is missing"
    if row[14] != head[1]:
        return "it does not follow the event before it"
    if row[15] != _link_hash(head[1], row):
        return "the event was changed"
    for digest, body, redacted_at in ((row[10], row[16], row[17]), (row[11], row[18], row[19])):
        if digest and body is None and redacted_at is None:
            return "its content is missing without a legal removal"
        if body is not None and hashlib.sha256(body.encode()).hexdigest() != digest:
            return "its content was changed"
    return ""


def _compare_heads(known: Anchors, verdict: Verdict) -> None:
    """Check that a chain ends at its recorded head, and not before its anchored head."""
    told = {item.stream for item in verdict.breaks}
    with connection.chunked_cursor() as cursor:
        cursor.execute(_HEADS)
        for stream, seq, digest, last, last_hash in cursor:
            known.see(stream)
            anchored = known.head(stream)[0]
            if stream in told:
                continue
            if last < anchored:
                verdict.add(stream, last + 1, f"events {last + 1} to {anchored} were anchored and are gone")
            elif (seq, digest) != (last, last_hash):
                verdict.add(stream, last, "the chain's head does not match its last event")


def _compare_anchored_rows(known: Anchors, verdict: Verdict) -> None:
    for query in anchored_rows():
        with connection.chunked_cursor() as cursor:
            cursor.execute(query)
            for name, digest in cursor:
                anchored = known.head(name)
                if anchored != NONE:
                    known.see(name)
                    if anchored[1] != digest:
                        verdict.add(name, 0, "the row differs from the anchored one")
    for stream, seq in known.unseen():
        verdict.add(stream, 1, f"events 1 to {seq} were anchored and are gone")


def _compare_rows(verdict: Verdict, say: Report) -> None:
    for table, count, problems in prove_state():
        # A further proof asks for what is wrong alone, so it has no number of rows.
        say(f"{table}: {count:,} rows compared" if count else f"{table}: compared")
        verdict.rows += count
        for name, problem in problems:
            verdict.add(name, 0, problem)
    verdict.notes += further_notes()
