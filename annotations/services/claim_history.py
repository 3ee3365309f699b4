"""A claim's history as people read it: who did what, when, and which words changed. Read from the audit trail alone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format

from accounts.models import AuditEvent, User
from annotations.models import Claim, Claimant, Passage, Rating
from annotations.worddiff import word_diff

PAGE = 150
Ops = list[tuple[str, str]]

_LABELS = {
    "statement": "Statement",
    "claimant_id": "Claimant",
    "topics": "Topics",
    "state": "State",
    "parked_reason": "Why parked",
    "selection_reason": "Why selected",
    "priority": "Priority",
    "assigned_to_id": "Assigned to",
    "due_at": "Due",
    "mode": "Speech",
    "said_at": "Said on",
    "said_where": "Where",
    "relayed_via": "Relayed via",
    "stance": "Stance",
    "source_class": "Kind of source",
    "note": "Note",
    "passage_id": "Words",
    "url": "Address",
    "quote": "Words",
    "archived_url": "Archived copy",
    "headline": "Headline",
    "rating_id": "Rating",
    "summary": "Summary",
    "rationale": "Rationale",
    "byline": "Byline",
    "language": "Language",
    "valid_until": "Valid until",
    "correction_kind": "Kind of correction",
    "correction_note": "Public note",
    "asked_at": "Asked",
    "channel": "How",
    "response": "Answer",
    "responded_at": "Answered",
    "waived_reason": "Not asked, because",
    "body": "Comment",
    "suggested_to": "Suggested",
    "detail": "What",
    "merged_into_id": "Merged into",
}
_NAMES = {
    "annotations_claim": ("claim", "Claim"),
    "annotations_appearance": ("marker", "Appearance"),
    "annotations_evidence": ("link", "Evidence"),
    "annotations_claimantcontact": ("mail", "Claimant's side"),
    "annotations_verdict": ("draft", "Verdict"),
    "annotations_comment": ("comment", "Comment"),
    "annotations_rechecktask": ("diff", "Recheck"),
}
_MOVES = {
    "correct": ("edit", "Correction started", ""),
    "submit": ("send", "Submitted for review", "info"),
    "request_changes": ("comment", "Changes requested", "caution"),
    "approve": ("success", "Approved", "positive"),
    "edit": ("edit", "Back to draft by an edit", "caution"),
    "publish": ("publish", "Published", "positive"),
    "supersede": ("history", "Superseded by the next version", ""),
    "suspend": ("pause", "Suspended", "caution"),
    "retract": ("close", "Retracted", "negative"),
    "restore": ("undo", "Restored", "positive"),
    "legal_removal": ("close", "Removed for legal reasons", "negative"),
    "propose": ("clock", "Asked for a second person", "caution"),
}
_VERBS = {"insert": "added", "update": "changed", "delete": "deleted"}
# Said by other entries (a transition, the approval's own row) or of no interest to a reader.
_SILENT_TABLES = {"annotations_factcheck", "annotations_approval"}


# What a new row says anyway, or by default.
_OBVIOUS = {"state", "priority", "language"}


@dataclass(frozen=True, slots=True)
class Change:
    label: str
    ops: Ops


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    at: datetime
    actor: str
    icon: str
    title: str
    tone: str = ""
    note: str = ""
    changes: list[Change] = field(default_factory=list)
    is_redacted: bool = False


def history_of(claim: Claim, *, before: int | None = None) -> tuple[list[Entry], int | None]:
    """Newest first, a page of them, and the number to go on `before` (None at the end). Six queries at most."""
    events = AuditEvent.objects.filter(stream=f"claim:{claim.pk}").select_related("before_payload", "after_payload")
    if before is not None:
        events = events.filter(seq__lt=before)
    found = list(events.order_by("-seq")[: PAGE + 1])
    page = found[:PAGE]
    read = [(event, _body(event.before_payload), _body(event.after_payload)) for event in page]
    names = _names_of(page, [body for _, *bodies in read for body in bodies if body])
    entries = [_entry(event, old, new, names) for event, old, new in read]
    return [entry for entry in entries if entry is not None], page[-1].seq if len(found) > PAGE else None


def _body(payload: Any) -> dict[str, Any] | None:
    return dict(json.loads(payload.body)) if payload is not None and payload.body is not None else None


def _entry(
    event: AuditEvent, old: dict[str, Any] | None, new: dict[str, Any] | None, names: dict[str, str]
) -> Entry | None:
    if event.object_table in _SILENT_TABLES:
        return None
    actor = names.get(str(event.actor_id), "") or "The system"
    if old is None and new is None:
        name = _NAMES.get(event.object_table, ("info", "Something"))[1]
        return Entry(event.seq, event.at, actor, "lock", f"{name}: removed for legal reasons", is_redacted=True)
    if event.object_table == "annotations_verdicttransition" and new is not None:
        if new["action"] == "create":
            return None
        icon, title, tone = _MOVES[new["action"]]
        marks = " (single approval)" if new["is_single_approval"] else ""
        marks += " (admin's override)" if new["is_override"] else ""
        return Entry(event.seq, event.at, actor, icon, title + marks, tone, new["reason"])
    return _of_row(event, old, new or {}, actor, names)


def _of_row(
    event: AuditEvent, old: dict[str, Any] | None, new: dict[str, Any], actor: str, names: dict[str, str]
) -> Entry | None:
    icon, name = _NAMES.get(event.object_table, ("info", event.object_table.removeprefix("annotations_")))
    if event.object_table == "annotations_evidence":
        name = f"Evidence {new.get('number', '')}"
    elif event.object_table == "annotations_verdict":
        name = f"Verdict, version {new.get('version', '')},"
    changes = list(_changes(old or {}, new, names))
    verb = _VERBS[event.action.rpartition(".")[2]]
    if old is not None and bool(old.get("removed_at")) != bool(new.get("removed_at")):
        verb = "removed" if new.get("removed_at") else "brought back"
    elif old is not None and new.get("resolved_at") and not old.get("resolved_at"):
        verb = new.get("resolution") or "resolved"
    elif not changes:
        return None
    return Entry(event.seq, event.at, actor, icon, f"{name} {verb}", changes=changes)


def _changes(old: dict[str, Any], new: dict[str, Any], names: dict[str, str]) -> Iterable[Change]:
    for key, label in _LABELS.items():
        before, after = _words(key, old.get(key), names), _words(key, new.get(key), names)
        if not old and after and key not in _OBVIOUS:
            yield Change(label, [("equal", after)])
        elif old and before != after:
            yield Change(label, [*word_diff(before, after)] if before and after else _whole(before, after))


def _whole(before: str, after: str) -> Ops:
    return [op for op in (("delete", before), ("insert", after)) if op[1]]


def _words(key: str, value: Any, names: dict[str, str]) -> str:
    if value is None:
        return ""
    if key.endswith("_at"):
        return date_format(datetime.fromisoformat(value), "j F Y, H:i").removesuffix(", 00:00")
    if key in {"source_class", "mode"}:
        return str(value).replace("_", " ")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return names.get(str(value), str(value))


def _names_of(events: list[AuditEvent], bodies: list[dict[str, Any]]) -> dict[str, str]:
    """What the ids in these rows stand for, by id."""

    def ids(*keys: str) -> set[UUID]:
        return {UUID(body[key]) for body in bodies for key in keys if body.get(key)}

    people = {event.actor_id for event in events if event.actor_id} | ids("assigned_to_id")
    names = {str(pk): name for pk, name in User.objects.filter(pk__in=people).values_list("pk", "name")}
    for model, key, column in (
        (Claimant, "claimant_id", "name"),
        (Rating, "rating_id", "label"),
        (Passage, "passage_id", "exact"),
        (Claim, "merged_into_id", "statement"),
    ):
        wanted = ids(key)
        found: Any = model.objects.filter(pk__in=wanted).values_list("pk", column) if wanted else []
        names |= {str(pk): words for pk, words in found}
    return names
