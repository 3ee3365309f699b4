"""Read the history of a record from the audit trail: who changed which words."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from accounts.models import AuditEvent, User
from annotations.models import Appearance, Claim, Claimant, Evidence, Passage, Rating, RatingScale
from annotations.transition_words import TRANSITION_WORDS
from articles.models import Source
from board.history_words import (
    COLUMNS,
    OBVIOUS,
    OWN_COLUMNS,
    PRIORITIES,
    SILENT_ACTIONS,
    SILENT_TABLES,
    TABLES,
    VERBS,
)
from core.diff.words import word_diff
from core.pages.vocabulary import STANCES, STATUSES

PAGE = 150
# Words are saved while they are typed: saves of one record by one person with no longer pause are one entry.
_SITTING = timedelta(minutes=30)
# Of a new record with at least so many fields one is shown at once.
_FEW_FIELDS = 3
_LEADS = frozenset({"statement", "headline", "passage_id", "quote", "body", "exact", "name", "label"})
# A change of one of these is an entry of its own: somebody is told of it, also where another one follows at once.
_TURNING_POINTS = ("state", "status", "removed_at", "resolved_at", "merged_into_id", "assigned_to_id", "reviewer_id")
Ops = list[tuple[str, str]]
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Change:
    key: str
    label: str
    ops: Ops


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a history. `url` leads to the approved content, for an approval.

    `is_step` marks what the others lead up to: submission, approval, publication. Of several saves `begun` is the first one's
    time.
    """

    seq: int
    at: datetime
    actor: str
    icon: str
    title: str
    tone: str = ""
    note: str = ""
    changes: list[_Change] = field(default_factory=list)
    is_redacted: bool = False
    url: str = ""
    is_step: bool = False
    begun: datetime | None = None
    saves: int = 1
    is_new: bool = False

    @property
    def lead(self) -> _Change | None:
        """Return what names a new record; its other fields are folded. None where every change is shown."""
        if not self.is_new or len(self.changes) < _FEW_FIELDS:
            return None
        return next((change for change in self.changes if change.key in _LEADS), None)

    @property
    def rest(self) -> list[_Change]:
        return [change for change in self.changes if change is not self.lead]


@dataclass(slots=True)
class _Saved:
    """One change of one record, or all that one person saved of it in one sitting."""

    event: AuditEvent
    old: Body | None
    new: Body | None
    begun: datetime
    parts: list[tuple[Body | None, Body | None]] = field(default_factory=list)

    @property
    def is_plain_save(self) -> bool:
        if self.old is None or self.new is None or not self.event.action.endswith(".update"):
            return False
        return all(self.old.get(key) == self.new.get(key) for key in _TURNING_POINTS)

    def goes_on_from(self, earlier: "_Saved") -> bool:
        """Return whether this is the same person's next save of the same record."""
        keys = ("object_table", "object_id", "actor_id", "via")
        return (
            self.is_plain_save
            and earlier.is_plain_save
            and all(getattr(self.event, key) == getattr(earlier.event, key) for key in keys)
            and self.begun - earlier.event.at <= _SITTING
        )


def history_of(events: QuerySet[AuditEvent], *, before: int | None = None) -> tuple[list[_Entry], int | None]:
    """Return a page of entries, newest first, and the `before` of the next page.

    None at the end. All events must be of one stream. At most nine queries.
    """
    events = events.select_related("before_payload", "after_payload")
    if before is not None:
        events = events.filter(seq__lt=before)
    # One more than is shown: it tells whether there is a next page.
    found = list(events.order_by("-seq")[: PAGE + 1])
    page = found[:PAGE]
    read = [
        _Saved(event, _load_body(event.before_payload), _load_body(event.after_payload), event.at) for event in page
    ]
    names = _names_of(page, [body for one in read for body in (one.old, one.new) if body])
    entries = [_make_entry(one, names) for one in _unite_saves(read)]
    return _drop_repeated(entries), page[-1].seq if len(found) > PAGE else None


def days_of(entries: Iterable[_Entry]) -> list[tuple[date, list[_Entry]]]:
    """Return the entries by the reader's calendar day."""
    return [(day, list(shown)) for day, shown in groupby(entries, key=lambda one: timezone.localtime(one.at).date())]


def _unite_saves(read: Iterable[_Saved]) -> Iterator[_Saved]:
    """Unite the saves of one sitting. `read` comes newest first."""
    held: _Saved | None = None
    for one in read:
        if held is not None and held.goes_on_from(one):
            held.parts = [*(held.parts or [(held.old, held.new)]), (one.old, one.new)]
            held.old, held.begun = one.old, one.begun
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _drop_repeated(entries: list[_Entry | None]) -> list[_Entry]:
    """Drop repeated entries: a legal removal blanks many texts and is shown once."""
    shown: list[_Entry] = []
    for entry in entries:
        if entry is not None and not (entry.is_redacted and shown and shown[-1].title == entry.title):
            shown.append(entry)
    return shown


def _load_body(payload: Any) -> Body | None:
    return dict(json.loads(payload.body)) if payload is not None and payload.body is not None else None


def _make_entry(saved: _Saved, names: dict[str, str]) -> _Entry | None:
    event, old, new = saved.event, saved.old, saved.new
    table, actor = event.object_table, names.get(str(event.actor_id), "") or gettext("the system")
    if table in SILENT_TABLES:
        return None
    if event.via.startswith("token:"):
        actor = gettext("{person}, over the API").format(person=actor)
    if table == "accounts_payload":
        title, note = gettext("Stored words removed for legal reasons"), (new or {}).get("reason", "")
        return _Entry(event.seq, event.at, actor, "lock", title, "negative", note, is_redacted=True)
    if table == "annotations_approval":
        return _approval_entry(event, new, actor, names)
    if old is None and new is None:
        name = gettext(TABLES.get(table, ("info", gettext_noop("Something")))[1])
        return _Entry(
            event.seq,
            event.at,
            actor,
            "lock",
            gettext("{name}: removed for legal reasons").format(name=name),
            is_redacted=True,
        )
    if table == "annotations_verdicttransition":
        return _transition_entry(event, new or {}, actor) if old is None else None
    return _row_entry(saved, new or {}, actor, names)


def _approval_entry(event: AuditEvent, new: Body | None, actor: str, names: dict[str, str]) -> _Entry | None:
    """Return the entry of an approval, None where its action has an entry of its own.

    The creator of the token that confirmed a two-person action is named here alone, so that entry is shown.
    """
    row = new or {}
    action, creator = row.get("action", "publish"), row.get("token_creator_id") or event.actor_id
    is_lent = str(creator) != str(event.actor_id)
    if not event.action.endswith(".insert") or (action != "publish" and not is_lent):
        return None
    if is_lent:
        actor = gettext("{person}, with a token made by {creator}").format(
            person=actor, creator=names.get(str(creator), gettext("somebody else"))
        )
    if action != "publish":
        return _Entry(
            event.seq,
            event.at,
            actor,
            "key",
            gettext("Confirmed: {step}").format(step=gettext(TRANSITION_WORDS[action][1]).lower()),
            note=row["note"],
        )
    url = reverse("board:approval", args=[event.object_id])
    words = gettext("Approved")
    return _Entry(event.seq, event.at, actor, "success", words, "positive", row.get("note", ""), url=url, is_step=True)


def _transition_entry(event: AuditEvent, new: Body, actor: str) -> _Entry | None:
    if new["action"] in SILENT_ACTIONS:
        return None
    icon, title, tone = TRANSITION_WORDS[new["action"]]
    marks = [gettext("(single approval)")] if new["is_single_approval"] else []
    marks += [gettext("(admin's override)")] if new["is_override"] else []
    words = " ".join([gettext(title), *marks])
    return _Entry(event.seq, event.at, actor, icon, words, tone, new["reason"], is_step=True)


def _row_entry(saved: _Saved, new: Body, actor: str, names: dict[str, str]) -> _Entry | None:
    event, old, note = saved.event, saved.old, ""
    table, verb = event.object_table, gettext(VERBS[event.action.rpartition(".")[2]])
    changes = list(_list_changes(table, old or {}, new, names))
    if old is not None and new and bool(old.get("removed_at")) != bool(new.get("removed_at")):
        verb = gettext("removed") if new.get("removed_at") else gettext("brought back")
    elif old is not None and new.get("resolved_at") and not old.get("resolved_at"):
        verb = gettext(new.get("resolution") or gettext_noop("resolved"))
    elif table == "accounts_user_groups":
        verb = gettext("given") if new else gettext("taken")
    elif changed_back := _changed_back(saved, changes, names):
        note = gettext("Changed, and changed back: {fields}.").format(fields=", ".join(changed_back))
    elif not changes:
        return None
    icon = TABLES.get(table, ("info", ""))[0]
    return _Entry(
        event.seq,
        event.at,
        actor,
        icon,
        gettext("{record} {done}").format(record=_name_of(table, new or old or {}), done=verb),
        note=note,
        changes=changes,
        begun=saved.begun,
        saves=len(saved.parts) or 1,
        is_new=old is None,
    )


def _changed_back(saved: _Saved, changes: Iterable[_Change], names: dict[str, str]) -> list[str]:
    """Return the labels of fields that somebody changed in this sitting, and that are as they were before it."""
    shown = {change.key for change in changes}
    table = saved.event.object_table
    between = [change for old, new in saved.parts for change in _list_changes(table, old or {}, new or {}, names)]
    return list(dict.fromkeys(change.label for change in between if change.key not in shown))


def _name_of(table: str, row: Body) -> str:
    if table == "annotations_evidence":
        return gettext("Evidence {number}").format(number=row.get("number", ""))
    if table == "annotations_verdict":
        return gettext("Verdict, version {version},").format(version=row.get("version", ""))
    name = gettext(TABLES.get(table, ("", table))[1])
    own = {"annotations_rating": "label", "accounts_apitoken": "name", "articles_blockrole": ""}.get(table)
    return f"{name} “{row[own]}”" if own and row.get(own) else name


def _list_changes(table: str, old: Body, new: Body, names: dict[str, str]) -> Iterable[_Change]:
    for key, label in OWN_COLUMNS.get(table, COLUMNS).items():
        before, after = _words_of(key, old.get(key), names), _words_of(key, new.get(key), names)
        if not old and after and key not in OBVIOUS:
            yield _Change(key, gettext(label), [("equal", after)])
        elif old and before != after:
            ops: Ops = [*word_diff(before, after)] if before and after else _describe_whole(before, after)
            yield _Change(key, gettext(label), ops)


def _describe_whole(before: str, after: str) -> Ops:
    return [op for op in (("delete", before), ("insert", after)) if op[1]]


# Values by the words of the other screens; others by their own.
_LABELS: Final[dict[str, dict[Any, Any]]] = {
    "state": {key: look.label for key, look in STATUSES.items()},
    "stance": {key: look.label for key, look in STANCES.items()},
    "mode": dict(Appearance.Mode.choices),
    "priority": PRIORITIES,
    "verified": dict(Evidence.Verified.choices),
    "source_class": {},
    "correction_kind": {},
    "rating_class": {},
    "notify_by": {},
}


def _words_of(key: str, value: Any, names: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if key.endswith("_at"):
        # A day without a time is stored as midnight.
        return date_format(datetime.fromisoformat(value), "j F Y, H:i").removesuffix(", 00:00")
    if key in _LABELS:
        known = _LABELS[key].get(value)
        return str(value).replace("_", " ").capitalize() if known is None else gettext(str(known))
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {one}" for name, one in sorted(value.items()))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return names.get(f"group:{value}" if key == "group_id" else str(value), str(value))


_NAMED: tuple[tuple[Any, tuple[str, ...], str], ...] = (
    (Claimant, ("claimant_id",), "name"),
    (Rating, ("rating_id",), "label"),
    (RatingScale, ("default_scale_id",), "name"),
    (Passage, ("passage_id",), "exact"),
    (Claim, ("merged_into_id",), "statement"),
    (Source, ("source_id", "origin_id", "merged_into_id"), "name"),
)


def _names_of(events: list[AuditEvent], bodies: list[Body]) -> dict[str, str]:
    """Return the names of the ids in these rows, by id."""

    def ids(*keys: str) -> set[UUID]:
        return {UUID(body[key]) for body in bodies for key in keys if body.get(key)}

    people = {event.actor_id for event in events if event.actor_id} | ids(
        "assigned_to_id", "reviewer_id", "token_creator_id"
    )
    names = {str(pk): name for pk, name in User.objects.filter(pk__in=people).values_list("pk", "name")}
    for model, keys, column in _NAMED:
        wanted = ids(*keys)
        found: Any = model.objects.filter(pk__in=wanted).values_list("pk", column) if wanted else []
        names |= {str(pk): words for pk, words in found}
    groups = {body["group_id"] for body in bodies if body.get("group_id")}
    if groups:
        names |= {f"group:{pk}": name for pk, name in Group.objects.filter(pk__in=groups).values_list("pk", "name")}
    return names
