"""Create, change, remove and restore claims and their appearances."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound, WrongState
from annotations.models import Appearance, Claim
from annotations.services.acts.fields import fields_of
from annotations.services.acts.record import record_added, record_edited, record_removed
from annotations.services.base import locked_appearance, locked_claim, tell_of_articles, touch_claim, writing
from annotations.services.changes.rechecks import open_rechecks_of_restored
from annotations.services.claimants import ClaimantInput, ask_for_claimant, find_or_make_claimant
from annotations.services.plan import notify_of_plan, plan_of, set_assigned_to, set_priority, set_reviewer
from annotations.services.targets import Target, lock_text, point_at
from annotations.services.verdicts.edits import reopen_for_edit
from annotations.statements import fold_statement
from core.database.sql import insert
from core.notices import tell_of_change

MAX_STATEMENT = 2_000
MAX_REASON = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How, when and where the words were said; every part may be added later."""

    mode: str = ""
    said_at: datetime | None = None
    has_said_time: bool = False
    said_where: str = ""
    relayed_via: str = ""


def create_claim(
    *,
    person: User,
    target: Target,
    now: datetime,
    statement: str = "",
    claimant: ClaimantInput | None = None,
    speech: Speech | None = None,
    topics: list[str] | None = None,
) -> Claim:
    """Mark the words at `target` as a claim. Raises what `point_at` raises."""
    check_permission(person, "claim.write")
    # No insert here needs the answer of another, so all travel to Postgres in one round trip (2026-11-22).
    with writing(person, is_pipelined=True):
        find_claimant = ask_for_claimant(claimant, person=person) if claimant else None
        passage = point_at(target, person=person)
        claim = build_claim(person=person, now=now, statement=statement, topics=topics)
        claim.claimant = find_claimant() if find_claimant else None
        insert(claim)
        insert(Appearance(claim=claim, passage=passage, created_by=person, created_at=now, **speech_fields(speech)))
        record_added(claim, passage.exact, person=person, now=now)
    return claim


def build_claim(*, person: User, now: datetime, statement: str, topics: list[str] | None) -> Claim:
    """Build the row of a new claim without saving it. Raises InvalidInput."""
    cleaned = _clean_statement(statement)
    return Claim(
        statement=cleaned,
        statement_key=fold_statement(cleaned),
        topics=_clean_topics(topics or []),
        created_by=person,
        created_at=now,
        updated_at=now,
    )


def update_claim(
    *, person: User, claim_id: UUID | str, now: datetime, expected: int | None = None, **changes: Any
) -> Claim:
    """Change statement, claimant, state, reasons, topics or plan (services/plan.py).

    `claimant` is a ClaimantInput or None. Side effect: a changed statement, claimant or topic takes a verdict under review
    back to draft. Raises Stale, InvalidInput.
    """
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id, expected=expected)
        # The plan is no content of the verdict, so it is compared apart: assigning somebody must not drop an approval.
        before, planned = (claim.statement, claim.claimant_id, list(claim.topics)), plan_of(claim)
        fields = fields_of(claim)
        for name, value in changes.items():
            _SETTERS[name](claim, value, person) if name in _SETTERS else _refuse_field(name)
        _check_state(claim)
        if (claim.statement, claim.claimant_id, list(claim.topics)) != before:
            reopen_for_edit(claim, person=person, now=now)
        claim.save(update_fields=[*changes, *(["statement_key"] if "statement" in changes else [])])
        touch_claim(claim, now=now)
        record_edited(claim, fields, person=person, now=now)
        notify_of_plan(claim, planned, person=person, now=now)
    return claim


def remove_claim(*, person: User, claim_id: UUID | str, now: datetime, expected: int | None = None) -> None:
    """Remove a claim; its row is kept. Raises WrongState once a verdict was submitted, and for one that was merged."""
    check_permission(person, "claim.write")
    with writing(person):
        claim = locked_claim(claim_id, expected=expected)
        # Any other work goes on at the claim that took it in; this would remove what somebody else wanted kept.
        if str(claim.pk) != str(claim_id):
            raise WrongState(gettext("This claim was merged into another one, which stays. Nothing was removed."))
        # A submitted verdict was read by colleagues; removing it would take that out of their sight.
        if claim.verdicts.exclude(submitted_at=None).exists():
            raise WrongState(gettext("This claim has a verdict that was submitted, so it stays. Park it instead."))
        Claim.objects.filter(pk=claim.pk).update(removed_at=now)
        touch_claim(claim, now=now)
        record_removed(claim, person=person, now=now)


def restore_claim(*, person: User, claim_id: UUID | str, now: datetime) -> Claim:
    """Undo `remove_claim`."""
    check_permission(person, "claim.write")
    with writing(person):
        # Not by `locked_claim`, which answers only for claims that stand.
        claim = Claim.objects.select_for_update().filter(pk=claim_id, merged_into=None).first()
        if claim is None:
            raise NotFound(gettext("This claim does not exist."))
        # Its words are gone for good, so a restored claim would stand there empty.
        if claim.verdicts.filter(transitions__action="legal_removal").exists():
            raise WrongState(
                gettext("The check was removed for legal reasons; its text no longer exists. Nothing was changed.")
            )
        claim.removed_at = None
        claim.save(update_fields=["removed_at"])
        touch_claim(claim, now=now)
        tell_of_articles(claim)
        marks = (claim.appearances.standing(), claim.evidence.standing().exclude(passage=None))
        passages = {pk for own in marks for pk in own.values_list("passage", flat=True)}
        open_rechecks_of_restored(claim, passages, now=now)
    return claim


def add_appearance(
    *, person: User, claim_id: UUID | str, target: Target, now: datetime, speech: Speech | None = None
) -> Appearance:
    """Add a place where the claim was said. Raises what `point_at` raises.

    Without `speech` it takes over how and when the first one was said: mostly another report of the same words.
    """
    check_permission(person, "claim.write")
    with writing(person):
        lock_text(target.article_id)
        claim = locked_claim(claim_id)
        speech = speech or _speech_of_first(claim)
        passage = point_at(target, person=person)
        appearance = Appearance.objects.create(
            claim=claim, passage=passage, created_by=person, created_at=now, **speech_fields(speech)
        )
        reopen_for_edit(claim, person=person, now=now)
        touch_claim(claim, now=now)
        record_added(appearance, passage.exact, person=person, now=now)
    return appearance


def _speech_of_first(claim: Claim) -> Speech | None:
    """Return date, place and kind of speech of the first appearance; who relayed it is the other article's own matter."""
    first = claim.appearances.standing().order_by("created_at", "pk").first()
    if first is None:
        return None
    return Speech(**{name: getattr(first, name) for name in ("mode", "said_at", "has_said_time", "said_where")})


def update_appearance(*, person: User, appearance_id: UUID | str, speech: Speech, now: datetime) -> Appearance:
    check_permission(person, "claim.write")
    with writing(person):
        claim, appearance = locked_appearance(appearance_id)
        values, before = speech_fields(speech), fields_of(appearance)
        for name, value in values.items():
            setattr(appearance, name, value)
        reopen_for_edit(claim, person=person, now=now)
        appearance.save(update_fields=list(values))
        touch_claim(claim, now=now)
        record_edited(appearance, before, person=person, now=now)
    return appearance


def remove_appearance(*, person: User, appearance_id: UUID | str, now: datetime) -> None:
    """Remove an appearance. Raises WrongState for the last one of its claim."""
    check_permission(person, "claim.write")
    with writing(person):
        claim, appearance = locked_appearance(appearance_id)
        # A claim without a place could not be opened from any article.
        if not claim.appearances.standing().exclude(pk=appearance.pk).exists():
            raise WrongState(gettext("This is the claim's last appearance. Remove the claim instead."))
        reopen_for_edit(claim, person=person, now=now)
        Appearance.objects.filter(pk=appearance.pk).update(removed_at=now)
        touch_claim(claim, now=now)
        record_removed(appearance, person=person, now=now)


def restore_appearance(*, person: User, appearance_id: UUID | str, now: datetime) -> Appearance:
    """Undo `remove_appearance`."""
    check_permission(person, "claim.write")
    with writing(person):
        appearance = Appearance.objects.filter(pk=appearance_id).first()
        if appearance is None:
            raise NotFound(gettext("This appearance does not exist."))
        claim = locked_claim(appearance.claim_id)
        reopen_for_edit(claim, person=person, now=now)
        appearance.removed_at = None
        appearance.save(update_fields=["removed_at"])
        touch_claim(claim, now=now)
        tell_of_change(article=appearance.passage.article_id)
        open_rechecks_of_restored(claim, [appearance.passage_id], now=now)
    return appearance


def speech_fields(speech: Speech | None) -> dict[str, Any]:
    speech = speech or Speech()
    if speech.mode not in {"", *Appearance.Mode.values}:
        raise InvalidInput(gettext("Speech is direct, reported or own_voice. Nothing was saved."))
    return {
        "mode": speech.mode,
        "said_at": speech.said_at,
        "has_said_time": speech.has_said_time,
        "said_where": speech.said_where.strip(),
        "relayed_via": speech.relayed_via.strip(),
    }


def _clean_statement(value: str) -> str:
    # One line: a statement is a sentence, and pasted text often carries line breaks.
    value = " ".join(value.split())
    if len(value) > MAX_STATEMENT:
        raise InvalidInput(
            gettext("A statement has at most {most:,} characters; this one has {count:,}. Nothing was saved.").format(
                most=MAX_STATEMENT, count=len(value)
            )
        )
    return value


def _clean_topics(values: list[str]) -> list[str]:
    topics = list(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()))
    if len(topics) > 20 or any(len(topic) > 80 for topic in topics):
        raise InvalidInput(gettext("At most 20 topics of at most 80 characters. Nothing was saved."))
    return topics


def _check_state(claim: Claim) -> None:
    if claim.state not in Claim.State.values:
        raise InvalidInput(gettext("A claim is marked, selected, parked or checked. Nothing was saved."))
    if claim.state == Claim.State.PARKED and not claim.parked_reason.strip():
        raise InvalidInput(gettext("Say why the claim is parked. Nothing was saved."))
    longest = max(len(claim.parked_reason), len(claim.selection_reason))
    if longest > MAX_REASON:
        raise InvalidInput(
            gettext("A reason has at most {most:,} characters; this one has {count:,}. Nothing was saved.").format(
                most=MAX_REASON, count=longest
            )
        )


def _refuse_field(name: str) -> None:
    raise InvalidInput(gettext("A claim has no field {name} that can be changed.").format(name=name))


def _set_claimant(claim: Claim, value: ClaimantInput | None, person: User) -> None:
    claim.claimant = find_or_make_claimant(value, person=person) if value else None


def _set_statement(claim: Claim, value: str, _person: User) -> None:
    claim.statement = _clean_statement(value)
    claim.statement_key = fold_statement(claim.statement)


def _set_plain(name: str) -> Any:
    return lambda claim, value, _person: setattr(claim, name, value)


_SETTERS: dict[str, Any] = {
    "statement": _set_statement,
    "topics": lambda claim, value, _person: setattr(claim, "topics", _clean_topics(value)),
    "claimant": _set_claimant,
    "assigned_to": set_assigned_to,
    "reviewer": set_reviewer,
    "priority": set_priority,
    **{name: _set_plain(name) for name in ("state", "parked_reason", "selection_reason", "due_at")},
}
