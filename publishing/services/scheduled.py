"""What time itself brings: embargoes that end, verdicts past their date, links that die. Run by beat tasks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.utils import timezone

from accounts.audit import acting
from annotations.models import Evidence, RecheckTask, Verdict
from annotations.services.desk import desk_zone
from annotations.services.notifications import notify
from annotations.services.rechecks import notify_of_rechecks
from annotations.services.verdicts.transitions import contributor_ids
from annotations.workflow import LIVE, Status
from articles.fetching import BadAnswer, FetchError, RobotsRefused
from core.errors import DomainError
from core.in_turn import in_turn
from publishing.services.publish import publish_due

PASSING = timedelta(minutes=5)
"""How long a database that does not answer is nothing to tell people of: every beat tries again."""
LINK_CHECK_EVERY = timedelta(days=7)
_GONE = {404, 410, 451}
OK = "ok"
UNREACHABLE = "unreachable"


def due_verdicts(*, now: datetime) -> list[UUID]:
    """Approved verdicts whose embargo has ended, the oldest first."""
    due = Verdict.objects.filter(status=Status.APPROVED, not_before__lte=now)
    return list(due.order_by("not_before", "pk").values_list("pk", flat=True))


def publish_all_due(*, now: datetime) -> int:
    """Each in a transaction of its own. What cannot be published stays approved, is tried again, and those concerned are
    told why. How many were published; raises SomeFailed once all were tried."""

    def publish(verdict_id: UUID) -> bool:
        try:
            return publish_due(verdict_id=verdict_id, now=now)
        except Exception as error:
            _tell_why(verdict_id, error, now)
            raise

    return sum(in_turn(due_verdicts(now=now), publish, what="publishing what is due"))


def _tell_why(verdict_id: UUID, error: Exception, now: datetime) -> None:
    """Authors, approvers and who scheduled it, once for each time that it was scheduled for."""
    verdict = Verdict.objects.select_related("claim").get(pk=verdict_id)
    if verdict.not_before is None or (isinstance(error, OperationalError) and now - verdict.not_before < PASSING):
        return
    people = contributor_ids(verdict.pk)
    people |= set(verdict.approvals.filter(frozen=verdict.frozen_id).values_list("person_id", flat=True))
    if verdict.scheduled_by_id is not None:
        people.add(verdict.scheduled_by_id)
    reason = error.message if isinstance(error, DomainError) else "An unexpected error, which is in the desk's log."
    name = (verdict.headline or verdict.claim.statement or "A claim")[:80]
    with acting(None):
        notify(
            people, event_key=f"unpublished:{verdict.pk}:{verdict.not_before.isoformat()}", claim=verdict.claim,
            title=f"Due, but not published: {name}. {reason}", url=f"/review/{verdict.pk}/", now=now, by=None,
        )  # fmt: skip


def open_expired_rechecks(*, now: datetime) -> int:
    """A task for each live verdict past its date on the desk's calendar, once per version. How many were opened."""
    today = timezone.localdate(now, desk_zone())
    expired = Verdict.objects.filter(status__in=LIVE, valid_until__lt=today).exclude(
        rechecks__kind=RecheckTask.Kind.EXPIRED
    )
    return sum(
        _open_task(verdict.claim_id, RecheckTask.Kind.EXPIRED, f"Valid until {verdict.valid_until}.", now, verdict=verdict)
        for verdict in expired
    )  # fmt: skip


def links_to_check(*, now: datetime, limit: int = 200) -> list[UUID]:
    """Outside sources of standing claims that nobody looked at for a week, the longest unseen first."""
    old = Evidence.objects.standing().filter(claim__removed_at=None).exclude(url="")
    unseen = old.filter(link_checked_at=None) | old.filter(link_checked_at__lt=now - LINK_CHECK_EVERY)
    return list(unseen.order_by("link_checked_at", "pk").values_list("pk", flat=True)[:limit])


def check_link(*, evidence_id: UUID | str, now: datetime, fetch: Callable[[str], Any]) -> str:
    """Fetch an outside source once. "gone" at once, or unreachable twice in a row, opens a recheck. The new status.

    The network is asked before the transaction begins. A site that refuses programs is not taken for a dead one.
    """
    evidence = Evidence.objects.select_related("claim").get(pk=evidence_id)
    status = _ask(evidence.url, fetch)
    is_dead = status.startswith("gone") or (status == UNREACHABLE and evidence.link_status == UNREACHABLE)
    with acting(None):
        Evidence.objects.filter(pk=evidence.pk).update(link_status=status, link_checked_at=now)
        if is_dead:
            live = Verdict.objects.live().filter(claim_id=evidence.claim_id).first()
            detail = f"[E{evidence.number}] {evidence.url} no longer answers."
            _open_task(evidence.claim_id, RecheckTask.Kind.DEAD_LINK, detail, now, verdict=live, evidence=evidence)
    return status


def _ask(url: str, fetch: Callable[[str], Any]) -> str:
    try:
        fetch(url)
    except RobotsRefused:
        return "robots"
    except BadAnswer as error:
        status = error.extra["upstream_status"]
        return f"gone ({status})" if status in _GONE else f"refused ({status})" if status < 500 else UNREACHABLE
    except FetchError:
        return UNREACHABLE
    return OK


def _open_task(
    claim_id: UUID, kind: str, detail: str, now: datetime, *, verdict: Verdict | None, evidence: Evidence | None = None
) -> bool:
    with acting(None):
        task, is_new = RecheckTask.objects.get_or_create(
            claim_id=claim_id, kind=kind, placement=None, evidence=evidence, is_open=True,
            defaults={"verdict": verdict, "detail": detail, "created_at": now},
        )  # fmt: skip
        if is_new:
            notify_of_rechecks([task], event=str(task.pk), now=now)
    return is_new
