"""Write notifications, show them in the desk, and mail each once at most.

A row is unique per person and event, and is marked as mailed before the mail is handed over. So a crash loses a mail
rather than sending two.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from accounts.models import User
from accounts.services.validation import known_zone
from annotations.models import Claim, Notification
from annotations.services.desk import desk_zone
from core.in_turn import in_turn
from core.shorten import shorten_words

DIGEST_AT = time(7)  # in the desk's time zone
KEPT = timedelta(days=60)
MOST_SHOWN = 160  # characters of a statement or comment


Send = Callable[[User, list[Notification]], bool]


def notify(
    people: Iterable[UUID],
    *,
    event_key: str,
    template: str,
    details: Mapping[str, str],
    claim: Claim,
    url: str,
    now: datetime,
    by: UUID | None,
) -> None:
    """Create one notification per person except `by`, once per event.

    `template` is a text marked for translation: each reads it in their own language, not in that of whoever acted.
    """
    shown = {name: shorten_words(value, MOST_SHOWN) for name, value in details.items()}
    Notification.objects.bulk_create(
        (
            Notification(
                person_id=pk,
                event_key=event_key,
                template=template,
                details=shown,
                claim=claim,
                url=url,
                created_at=now,
            )
            for pk in set(people) - {by}
        ),
        # A task that runs again after a crash meets its own rows.
        ignore_conflicts=True,
    )


def mark_read(*, person: User, now: datetime, notification_id: UUID | str | None = None) -> int:
    """Mark one notification, or all of the person's, as read. Returns the count."""
    unread = Notification.objects.filter(person=person, read_at=None)
    return (unread.filter(pk=notification_id) if notification_id else unread).update(read_at=now)


def unread_count(person: User) -> int:
    return Notification.objects.filter(person=person, read_at=None).count()


def send_waiting(*, now: datetime, send: Send) -> int:
    """Mail unread notifications by each person's setting: at once or daily.

    Returns the number of mails. Raises SomeFailed at the end where some failed; those do not delay anybody else's.
    """
    # Not older ones: a mail server that is back after a week must not send the whole week.
    waiting = Notification.objects.filter(mailed_at=None, read_at=None, created_at__gt=now - timedelta(days=3))
    people = User.objects.filter(is_active=True, pk__in=waiting.values("person")).exclude(notify_by="none")
    return sum(in_turn(people, lambda person: _send_to(person, now, send), what="mailing what waits"))


def _send_to(person: User, now: datetime, send: Send) -> int:
    waiting = Notification.objects.filter(person=person, mailed_at=None, read_at=None).order_by("created_at", "pk")
    if person.notify_by == "at_once":
        # At most twenty a run: one person's backlog must not keep everybody else's mails waiting.
        return sum(_hand_over(person, [one], now, send) for one in waiting[:20])
    # What came after the hour waits for the next day's: once a day is what "digest" promises.
    due = waiting.filter(created_at__lt=_last_digest_time(person, now))
    return _hand_over(person, list(due), now, send) if due else 0


def _hand_over(person: User, items: list[Notification], now: datetime, send: Send) -> int:
    """Mark, then send.

    Of two workers only one marks each row, and a crash loses a mail rather than sending two.
    """
    # Compare-and-set row by row: two workers may run at once.
    taken = [one for one in items if Notification.objects.filter(pk=one.pk, mailed_at=None).update(mailed_at=now)]
    if not taken:
        return 0
    if send(person, taken):
        return 1
    # The mail server refused: the next run tries again.
    Notification.objects.filter(pk__in=[one.pk for one in taken]).update(mailed_at=None)
    return 0


def _last_digest_time(person: User, now: datetime) -> datetime:
    local = now.astimezone(known_zone(person.time_zone) or desk_zone())
    today = local.replace(hour=DIGEST_AT.hour, minute=0, second=0, microsecond=0)
    return today if local >= today else today - timedelta(days=1)
