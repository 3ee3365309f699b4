"""Record the acts of a person. Called by the services, inside the transaction of the change."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from accounts.audit import via
from accounts.models import User
from annotations.models import Act, Appearance, Claim, Evidence
from annotations.services.acts.fields import fields_of
from core.database.sql import insert, prepared

type Row = Claim | Appearance | Evidence

KEPT = 20
# Words saved while they are typed are one act: the pause after which a new one begins.
TYPING = timedelta(minutes=2)
_SHOWN = 60
# What was undone cannot be redone after a new act: it may build on what is gone. Two windows of one person prune at once:
# what the other has locked is left to the next act, since waiting for one another would end as a deadlock.
_PRUNE = """
DELETE FROM annotations_act WHERE id IN (
    SELECT id FROM annotations_act WHERE person_id = %s AND id <> %s AND (undone_at IS NOT NULL OR id NOT IN (
        SELECT id FROM annotations_act WHERE person_id = %s ORDER BY id DESC LIMIT %s))
    FOR UPDATE SKIP LOCKED)
"""
_is_replaying: ContextVar[bool] = ContextVar("is_replaying", default=False)


@contextmanager
def replaying() -> Iterator[None]:
    """Record nothing inside: an undo is no act of its own."""
    token = _is_replaying.set(True)
    try:
        yield
    finally:
        _is_replaying.reset(token)


def record_added(row: Row, quote: str, *, person: User, now: datetime) -> None:
    """Record that `row` was added at the words `quote`."""
    if _is_recording():  # programs add thousands of rows, and composing an act's words takes longer than its INSERT
        _record(_act_on(row, "add", quote, person, now))


def record_removed(row: Row, *, person: User, now: datetime) -> None:
    _record(_act_on(row, "remove", _quote_of(row), person, now))


def record_moved(row: Appearance | Evidence, before: UUID | None, *, person: User, now: datetime) -> None:
    """Record that `row` points at another passage than `before`."""
    act = _act_on(row, "move", _quote_of(row), person, now)
    act.before, act.after = {"passage": str(before)}, {"passage": str(row.passage_id)}
    _record(act)


def record_edited(row: Row, before: dict[str, Any], *, person: User, now: datetime) -> None:
    """Record the fields that differ from `before`. Words typed on without a long pause extend the act before."""
    after = fields_of(row)
    changed = [name for name in after if before[name] != after[name]]
    if not changed or not _is_recording():
        return
    act = _act_on(row, "edit", _quote_of(row), person, now)
    act.before, act.after = ({name: values[name] for name in changed} for values in (before, after))
    last = Act.objects.filter(person=person).order_by("-pk").first()
    if last is not None and _is_typed_on(last, act):
        last.after, last.at = act.after, now
        last.save(update_fields=["after", "at"])
        return
    _record(act)


def record_roles(
    article_id: UUID, before: dict[str, str], after: dict[str, str], words: str, *, person: User, now: datetime
) -> None:
    """Record the roles of blocks, by their numbers."""
    act = Act(person=person, kind="roles", subject="article", object_id=article_id, words=words, at=now)
    act.before, act.after = before, after
    _record(act)


def last_act_on(object_id: UUID, *, person: User) -> UUID | None:
    """Return the id of the person's last act on a record, None where none is kept."""
    return Act.objects.filter(person=person, object_id=object_id).done().values_list("pk", flat=True).first()


def _is_typed_on(last: Act, act: Act) -> bool:
    # The same fields from where the last act left them: else an edit of a colleague lies between.
    is_same = (last.kind, last.object_id, set(last.after)) == (act.kind, act.object_id, set(act.after))
    return is_same and last.undone_at is None and act.at - last.at < TYPING and last.after == act.before


_DONE = {
    ("add", "claim"): gettext_noop("Claim marked"),
    ("add", "appearance"): gettext_noop("Also said here"),
    ("add", "evidence"): gettext_noop("Evidence linked"),
    ("remove", "claim"): gettext_noop("Claim removed"),
    ("remove", "appearance"): gettext_noop("Place removed"),
    ("remove", "evidence"): gettext_noop("Evidence unlinked"),
    ("edit", "claim"): gettext_noop("Claim edited"),
    ("edit", "appearance"): gettext_noop("Speech edited"),
    ("edit", "evidence"): gettext_noop("Evidence edited"),
    ("move", "appearance"): gettext_noop("Passage changed"),
    ("move", "evidence"): gettext_noop("Passage changed"),
}


def _act_on(row: Row, kind: str, quote: str, person: User, now: datetime) -> Act:
    subject = type(row).__name__.lower()
    shown = quote if len(quote) <= _SHOWN else quote[: _SHOWN - 1].rstrip() + "…"
    done = gettext(_DONE[kind, subject])
    return Act(
        person=person,
        kind=kind,
        subject=subject,
        object_id=row.pk,
        claim_id=row.pk if isinstance(row, Claim) else row.claim_id,
        words=gettext("{done}: “{words}”").format(done=done, words=shown) if shown else done,
        at=now,
    )


def _quote_of(row: Row) -> str:
    """Return the words by which the person knows it."""
    if isinstance(row, Claim):
        return row.statement
    if isinstance(row, Evidence) and row.passage is None:
        return row.quote or row.url
    return row.passage.exact if row.passage else ""


def _is_recording() -> bool:
    # A token's acts are its program's; the person at the screen would not know what they undo.
    return via.get() == "session" and not _is_replaying.get()


def _record(act: Act) -> None:
    if not _is_recording():
        return
    act.words = act.words[:120]
    # Without an answer to wait for, as marking is pipelined.
    insert(act)
    with prepared() as cursor:
        cursor.execute(_PRUNE, [act.person_id, act.pk, act.person_id, KEPT])
