"""Withdraw a published check and bring it back: suspend, retract, restore, remove for legal reasons.

A suspension takes one person. The others take two people where two are eligible, else one, which is marked
(annotations/services/verdicts/transitions.py says who counts as two). An admin's override is one person with a reason: it
stays in the history and on the page, and counts as nobody's second.

A legal removal blanks every word of the check and of its claim where it stands; rows and digests stay. The database function
`remove_words` blanks columns that guards protect from everybody else. Backups, mails, readers' copies and the rest of the
article are out of its reach: docs/decisions/2026-11-22-legal-removal.md.
"""

import hashlib
from datetime import datetime
from functools import partial
from typing import Final, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, WrongState
from annotations.models import Claim, Verdict, VerdictTransition
from annotations.services.base import locked_verdict, touch_claim, writing
from annotations.services.discussion import add_comment
from annotations.services.verdicts.edits import reopen_for_edit
from annotations.services.verdicts.transitions import (
    MAX_WITHDRAWAL_REASON,
    Outcome,
    give_approval,
    notify_of_transition,
    people_who_may,
    transition_verdict,
    write_verdict,
)
from annotations.workflow import TWO_PERSON_ACTIONS, Status, actions_from
from publishing.exports.formats import DOSSIERS
from publishing.models import ExportRun, FactCheck
from publishing.services.fact_checks import change_state

State = FactCheck.State
# What each action makes of the fact-check: its state, and the feed's reason (publishing/events.py).
_CHANGES: Final = {
    "suspend": (State.SUSPENDED, "suspended"),
    "retract": (State.RETRACTED, "retracted"),
    "restore": (State.PUBLISHED, "restored"),
    "legal_removal": (State.REMOVED, "legal_removal"),
}
_REMOVED_NOTICE: Final = gettext_noop("Removed for legal reasons.")
"""All that readers and the feed are told: a reason may repeat what a court forbids."""
_FILE_REMOVED: Final = gettext_noop(
    "It held a check that was removed for legal reasons, so the file was deleted. Repeat the export."
)
_STORED_TEXTS: Final = """
    SELECT redact_payload(payload, stream, %(reason)s) FROM (
        SELECT payload_id AS payload, 'claim:' || claim_id AS stream FROM annotations_frozencontent
            WHERE claim_id = ANY (%(claims)s)
        UNION SELECT v.payload_id, 'claim:' || f.claim_id FROM publishing_factcheckversion v
            JOIN publishing_factcheck f ON f.id = v.fact_check_id WHERE f.claim_id = ANY (%(claims)s)
        UNION SELECT before_payload_id, stream FROM accounts_auditevent WHERE stream = ANY (%(streams)s)
        UNION SELECT after_payload_id, stream FROM accounts_auditevent WHERE stream = ANY (%(streams)s)
        ORDER BY 2, 1
    ) AS stored WHERE payload IS NOT NULL
"""


class _Decision(TypedDict):
    """One person's word on a withdrawal. `token_creator` is who made the API token it came with.

    `reason` is public. `internal_note` stays in the desk: it becomes a comment on the claim.
    """

    person: User
    verdict_id: UUID | str
    reason: str
    now: datetime
    expected: NotRequired[int | None]
    is_override: NotRequired[bool]
    token_creator: NotRequired[User | None]
    internal_note: NotRequired[str]


def suspend_verdict(
    *,
    person: User,
    verdict_id: UUID | str,
    reason: str,
    now: datetime,
    expected: int | None = None,
    internal_note: str = "",
) -> Verdict:
    """Take a check out of the feed at once, by one person. Its page says that it is under review."""
    check_permission(person, "verdict.suspend")
    reason = _stripped_reason(reason)
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        transition_verdict(verdict, "suspend", person=person, now=now, reason=reason)
        _change_fact_check(verdict, "suspend", reason=reason, now=now)
        _keep_note(verdict, internal_note, person=person, now=now)
    return verdict


def retract_verdict(**decision: Unpack[_Decision]) -> Outcome:
    """Retract a check. Its page keeps a notice, the feed a tombstone."""
    return _decide("retract", **decision)


def restore_verdict(**decision: Unpack[_Decision]) -> Outcome:
    """Publish a suspended or retracted check again."""
    return _decide("restore", **decision)


def remove_for_legal_reasons(**decision: Unpack[_Decision]) -> Outcome:
    """Withdraw a check and blank every word of it, which cannot be undone.

    Digests stay, so the audit trail still proves itself. Readers hear only that it was removed; the reason stays in the
    history.
    """
    return _decide("legal_removal", **decision)


def decision_on(fact_check: FactCheck) -> VerdictTransition | None:
    """Return the last decision of one or two people on the live version that readers must be able to see."""
    return fact_check.verdict.transitions.filter(action__in=TWO_PERSON_ACTIONS).order_by("-pk").first()


def removed_slug(slug: str) -> str:
    """Return the slug of a removed check: made of its old one, so that the old address answers 410 and shows no words."""
    return f"removed-{hashlib.sha256(slug.encode()).hexdigest()[:32]}"


def _decide(
    action: str,
    *,
    person: User,
    verdict_id: UUID | str,
    reason: str,
    now: datetime,
    expected: int | None = None,
    is_override: bool = False,
    token_creator: User | None = None,
    internal_note: str = "",
) -> Outcome:
    check_permission(person, f"verdict.{action}")
    if is_override:
        check_permission(person, "verdict.override")
    reason = _stripped_reason(reason)
    with writing(person):
        verdict = locked_verdict(verdict_id, expected=expected)
        _check_possible(verdict, action)
        _keep_note(verdict, internal_note, person=person, now=now)
        if is_override:
            _carry_out(
                verdict, action, person=person, reason=reason, now=now, is_single_approval=True, is_override=True
            )
            return Outcome(verdict)
        # Approvals of an earlier attempt must not count: each completed transition begins a new one.
        attempt = verdict.transitions.exclude(action="propose").count()
        given = give_approval(
            verdict, action, person=person, token_creator=token_creator, attempt=attempt, note=reason, now=now
        )
        needed = min(2, len(people_who_may(f"verdict.{action}")))
        if given < needed:
            return _wait_for_second(verdict, action, person=person, reason=reason, now=now)
        _carry_out(verdict, action, person=person, reason=reason, now=now, is_single_approval=given < 2)
    return Outcome(verdict)


def _keep_note(verdict: Verdict, note: str, *, person: User, now: datetime) -> None:
    """Keep what the desk should know and readers should not."""
    if note.strip():
        add_comment(person=person, claim_id=verdict.claim_id, verdict=verdict, body=note, now=now)


def _check_possible(verdict: Verdict, action: str) -> None:
    if verdict.frozen is None or action not in actions_from(verdict.status):
        raise WrongState(
            _("The verdict is {value}, so this step is not possible. Nothing was changed.").format(
                value=_(Status(verdict.status).label).lower()
            ),
            current_status=verdict.status,
        )
    if FactCheck.objects.filter(claim_id=verdict.claim_id, state=State.REMOVED).exists():
        raise WrongState(_("The check was removed for legal reasons; its text no longer exists. Nothing was changed."))


def _wait_for_second(verdict: Verdict, action: str, *, person: User, reason: str, now: datetime) -> Outcome:
    transition = VerdictTransition.objects.create(
        verdict=verdict,
        claim_id=verdict.claim_id,
        action="propose",
        from_status=verdict.status,
        to_status=verdict.status,
        actor=person,
        reason=f"{action}: {reason}",
        at=now,
        content_sha256=verdict.frozen.sha256 if verdict.frozen else "",
    )
    notify_of_transition(transition)
    write_verdict(verdict, now=now)
    touch_claim(verdict.claim, now=now)
    return Outcome(verdict, is_done=False, missing=[_("One more person has to confirm this.")])


def _carry_out(verdict: Verdict, action: str, *, person: User, reason: str, now: datetime, **flags: bool) -> None:
    is_removal = action == "legal_removal"
    if is_removal:
        reopen_for_edit(verdict.claim, person=person, now=now)  # else a next version in review could still be published
    transition_verdict(verdict, action, person=person, now=now, reason=reason, **flags)
    _change_fact_check(verdict, action, reason=reason, now=now)
    if is_removal:
        _remove_every_word(verdict, reason=reason, now=now)


def _change_fact_check(verdict: Verdict, action: str, *, reason: str, now: datetime) -> None:
    state, feed_reason = _CHANGES[action]
    fact_check = (
        FactCheck.objects.select_for_update(of=("self",))
        .select_related("verdict__frozen__payload")
        .get(claim_id=verdict.claim_id)
    )
    if state == State.REMOVED:
        _blank_columns(fact_check)
    notice = {"restore": "", "legal_removal": _REMOVED_NOTICE}.get(action, reason)
    change_state(fact_check, state=state, reason=feed_reason, notice=notice, now=now)
    Claim.objects.filter(pk=verdict.claim_id).update(updated_at=now)
    touch_claim(verdict.claim, now=now)


def _blank_columns(fact_check: FactCheck) -> None:
    fact_check.slug = removed_slug(fact_check.slug)
    columns = ["headline", "rating_label", "rating_class", "canonical_url"]
    for name in columns:
        setattr(fact_check, name, "")
    fact_check.save(update_fields=["slug", *columns])


def _remove_every_word(verdict: Verdict, *, reason: str, now: datetime) -> None:
    """Blank the stored words. Call last in the transaction: the steps before it write payloads of their own."""
    _drop_exports(verdict.claim_id, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT remove_words(%s, %s)", [verdict.claim_id, reason])
        claims = cursor.fetchone()[0]
        streams = [f"claim:{claim}" for claim in claims]
        cursor.execute(_STORED_TEXTS, {"claims": claims, "streams": streams, "reason": reason})
    verdict.refresh_from_db()


def _drop_exports(claim_id: UUID, *, now: datetime) -> None:
    """Delete every file that may hold the check: dossiers of the claim, and lists written since its first publication.

    A running export is cancelled. A queued one is locked until we are done, and then begins without the check.
    """
    since = FactCheck.objects.values_list("published_at", flat=True).get(claim_id=claim_id)
    # By key: two removals at once lock the same runs.
    waiting = ExportRun.objects.select_for_update().filter(state__in=["queued", "running"]).order_by("pk")
    running = [run.pk for run in waiting if run.state == "running"]
    ExportRun.objects.filter(pk__in=running).update(
        state="cancelled", lease_until=None, error=_FILE_REMOVED, finished_at=now
    )
    written = ExportRun.objects.filter(state="finished").exclude(path="")
    lists = written.exclude(kind__in=DOSSIERS).filter(finished_at__gte=since)
    for run in lists | written.filter(filter__claim=str(claim_id)):
        ExportRun.objects.filter(pk=run.pk).update(state="expired", error=_FILE_REMOVED)
        # After the commit: a rollback could not bring the file back. Robust: one failure must not stop the other files.
        transaction.on_commit(partial(_delete_file, run.pk, run.path), robust=True)


def _delete_file(run_id: UUID, path: str) -> None:
    """Delete an export's file. When this fails the hourly clean-up does it: it finds expired runs with a path."""
    default_storage.delete(path)
    ExportRun.objects.filter(pk=run_id).update(path="")


def _stripped_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(_("Say why: a reason is required. Nothing was changed."))
    if len(reason) > MAX_WITHDRAWAL_REASON:
        raise InvalidInput(
            _("The reason has {count:,} characters; at most {most:,} fit. Nothing was changed; shorten it.").format(
                count=len(reason), most=MAX_WITHDRAWAL_REASON
            )
        )
    return reason.strip()
