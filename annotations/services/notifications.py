"""What a person should know: rows written with the event they tell of, shown in the desk, mailed once at most.

A row is unique per person and event, and a mail is marked as sent before it is handed over: whatever crashes, nobody has
two mails of one event.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.services.validation import known_zone
from annotations.models import Claim, Comment, Contribution, Notification, RecheckTask, VerdictTransition
from annotations.services.contributors import contributor_ids, eligible_approvers, people_who_may
from annotations.services.desk import desk_zone
from annotations.services.in_turn import in_turn

DIGEST_AT = time(7)
KEPT = timedelta(days=60)
Send = Callable[[User, list[Notification]], bool]

_WORDS = {
    "submit": "waits for review",
    "request_changes": "needs changes",
    "approve": "approved",
    "publish": "published",
    "suspend": "suspended",
    "retract": "retracted",
    "restore": "restored",
    "legal_removal": "removed for legal reasons",
    "propose": "waits for a second person",
}


def notify_of_move(transition: VerdictTransition) -> None:
    """Tell whom a step of a verdict concerns, but for the one who took it. In the step's own transaction."""
    words = _WORDS.get(transition.action)
    if words is None:
        return
    verdict = transition.verdict
    name = verdict.headline or verdict.claim.statement or "A claim"
    notify(
        _concerned(transition), event_key=f"transition:{transition.pk}", title=f"{words.capitalize()}: {name}",
        claim=verdict.claim, url=_verdict_url(transition), now=transition.at, by=transition.actor_id,
    )  # fmt: skip


def notify_of_comment(comment: Comment, *, now: datetime) -> None:
    """Tell whom it mentions, the authors of the verdict, and who took part in the conversation: each once."""
    told: dict[str, Any] = {
        "event_key": f"comment:{comment.pk}", "claim": comment.claim, "now": now, "by": comment.author_id,
        "url": f"/claims/{comment.claim_id}/#comment-{comment.pk}",
    }  # fmt: skip
    words = comment.body or "a suggestion"
    notify(comment.mentioned, title=f"{comment.author} mentioned you: {words}", **told)
    if comment.verdict_id is not None:
        people = contributor_ids(comment.verdict_id)
        people |= set(Comment.objects.filter(verdict_id=comment.verdict_id).values_list("author_id", flat=True))
        notify(people, title=f"{comment.author} commented: {words}", **told)


def notify_of_rechecks(tasks: Iterable[RecheckTask], *, event: str, now: datetime) -> None:
    """Tell who wrote what a claim says, and whom it is assigned to. `event` names what happened, such as a revision:
    several tasks of one claim and one event are told once."""
    for claim in {task.claim_id: task.claim for task in tasks}.values():
        people = set(Contribution.objects.filter(claim=claim).values_list("person_id", flat=True))
        if claim.assigned_to_id:
            people.add(claim.assigned_to_id)
        kinds = [task.get_kind_display() for task in tasks if task.claim_id == claim.pk]
        notify(
            people, event_key=f"recheck:{event}:{claim.pk}", claim=claim, url="/rechecks/", now=now, by=None,
            title=f"Recheck ({kinds[0].lower()}): {claim.statement or 'a claim without a statement'}",
        )  # fmt: skip


def mark_read(*, person: User, now: datetime, notification_id: UUID | str | None = None) -> int:
    """One, or all of the person's."""
    unread = Notification.objects.filter(person=person, read_at=None)
    return (unread.filter(pk=notification_id) if notification_id else unread).update(read_at=now)


def unread_count(person: User) -> int:
    return Notification.objects.filter(person=person, read_at=None).count()


def send_waiting(*, now: datetime, send: Send) -> int:
    """Mail what waits, by each person's own switch: at once one mail an event, else one a day. How many mails went.

    One whose mails fail keeps nobody else's back. Raises SomeFailed once all had their turn.
    """
    waiting = Notification.objects.filter(mailed_at=None, read_at=None, created_at__gt=now - timedelta(days=3))
    people = User.objects.filter(is_active=True, pk__in=waiting.values("person")).exclude(notify_by="none")
    return sum(in_turn(people, lambda person: _send_to(person, now, send), what="mailing what waits"))


def _send_to(person: User, now: datetime, send: Send) -> int:
    waiting = Notification.objects.filter(person=person, mailed_at=None, read_at=None).order_by("created_at", "pk")
    if person.notify_by == "at_once":
        return sum(_hand_over(person, [one], now, send) for one in waiting[:20])
    due = waiting.filter(created_at__lt=_last_digest_time(person, now))
    return _hand_over(person, list(due), now, send) if due else 0


def _hand_over(person: User, items: list[Notification], now: datetime, send: Send) -> int:
    """Marked first: of two workers one gets each row, and a crash loses a mail rather than sending two."""
    taken = [one for one in items if Notification.objects.filter(pk=one.pk, mailed_at=None).update(mailed_at=now)]
    if not taken:
        return 0
    if send(person, taken):
        return 1
    Notification.objects.filter(pk__in=[one.pk for one in taken]).update(mailed_at=None)
    return 0


def _last_digest_time(person: User, now: datetime) -> datetime:
    local = now.astimezone(known_zone(person.time_zone) or desk_zone())
    today = local.replace(hour=DIGEST_AT.hour, minute=0, second=0, microsecond=0)
    return today if local >= today else today - timedelta(days=1)


def _concerned(transition: VerdictTransition) -> set[UUID]:
    verdict, action = transition.verdict, transition.action
    if action == "submit":
        eligible = {person.pk for person in eligible_approvers(verdict)}
        asked = verdict.claim.reviewer_id
        return {asked} if asked is not None and asked in eligible else eligible
    authors = contributor_ids(verdict.pk)
    if action == "approve":
        return authors | {person.pk for person in people_who_may("verdict.publish")}
    if action == "propose":
        return {person.pk for person in people_who_may(f"verdict.{transition.reason.partition(':')[0]}")}
    return authors


def _verdict_url(transition: VerdictTransition) -> str:
    if transition.action in {"submit", "approve", "propose"}:
        return f"/review/{transition.verdict_id}/"
    return f"/claims/{transition.claim_id}/"


def notify(
    people: Iterable[UUID], *, event_key: str, title: str, claim: Claim, url: str, now: datetime, by: UUID | None
) -> None:
    """One row for each person but `by`, none where they were told of this event already."""
    Notification.objects.bulk_create(
        (
            Notification(person_id=pk, event_key=event_key, title=title[:200], claim=claim, url=url, created_at=now)
            for pk in set(people) - {by}
        ),
        ignore_conflicts=True,
    )
