"""Open rechecks of published checks: past their date, with a dead link, reported by a reader."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from accounts.audit import acting
from annotations.errors import InvalidInput
from annotations.models import Evidence, RecheckTask, Verdict
from annotations.services.base import lock_claims
from annotations.services.changes.rechecks import notify_of_rechecks
from annotations.services.desk import desk_zone
from core.fetching import BadAnswer, FetchError, RobotsRefused
from publishing.models import ErrorReport, FactCheck

LINK_CHECK_EVERY = timedelta(days=7)
OK = "ok"
UNREACHABLE = "unreachable"
MAX_REPORT = 4_000
_GONE = {404, 410, 451}  # definite answers; any other failure may be temporary and is tried twice
Kind = RecheckTask.Kind


def open_expired_rechecks(*, now: datetime) -> int:
    """Open a task for each live verdict past its date on the desk's calendar, once per version. Returns how many."""
    # A day ends at the desk's midnight, not at Greenwich's.
    today = timezone.localdate(now, desk_zone())
    expired = Verdict.objects.live().filter(valid_until__lt=today).exclude(rechecks__kind=Kind.EXPIRED)
    opened = 0
    for verdict in expired:
        with acting(None):
            detail = gettext("Valid until {valid_until}.").format(valid_until=verdict.valid_until)
            _, is_new = _open_task(verdict.claim_id, Kind.EXPIRED, detail, now=now, verdict_id=verdict.pk)
        opened += is_new
    return opened


def links_to_check(*, now: datetime, limit: int = 200) -> list[UUID]:
    """Return the outside sources of standing claims that were not checked for a week, longest first."""
    old = Evidence.objects.standing().filter(claim__removed_at=None).exclude(url="")
    unseen = old.filter(link_checked_at=None) | old.filter(link_checked_at__lt=now - LINK_CHECK_EVERY)
    return list(unseen.order_by("link_checked_at", "pk").values_list("pk", flat=True)[:limit])


def check_link(*, evidence_id: UUID | str, now: datetime, fetch: Callable[[str], Any]) -> str:
    """Fetch an outside source once. "gone" at once, or unreachable twice in a row, opens a recheck.

    Returns the new status. The fetch ends before the transaction begins. A site that refuses programs is not dead.
    """
    evidence = Evidence.objects.select_related("claim").get(pk=evidence_id)
    status = _status_of_link(evidence.url, fetch)
    is_dead = status.startswith("gone") or (status == UNREACHABLE and evidence.link_status == UNREACHABLE)
    with acting(None):
        lock_claims([evidence.claim_id])
        Evidence.objects.filter(pk=evidence.pk).update(link_status=status, link_checked_at=now)
        if is_dead:
            live = Verdict.objects.live().filter(claim_id=evidence.claim_id).values_list("pk", flat=True).first()
            detail = gettext("[E{number}] {url} no longer answers.").format(number=evidence.number, url=evidence.url)
            _open_task(evidence.claim_id, Kind.DEAD_LINK, detail, now=now, verdict_id=live, evidence=evidence)
    return status


def _status_of_link(url: str, fetch: Callable[[str], Any]) -> str:
    try:
        fetch(url)
    # The site answers, so the link is not dead.
    except RobotsRefused:
        return "robots"
    except BadAnswer as error:
        status = error.extra["upstream_status"]
        return f"gone ({status})" if status in _GONE else f"refused ({status})" if status < 500 else UNREACHABLE
    except FetchError:
        return UNREACHABLE
    return OK


def report_error(*, fact_check: FactCheck, body: str, reply_to: str, now: datetime) -> ErrorReport:
    """Store a reader's report and open a recheck, or add it to the open one of the same check. Raises InvalidInput."""
    body = body.strip()
    if not body or len(body) > MAX_REPORT:
        raise InvalidInput(
            gettext("Write what is wrong, in at most {max_report:,} characters. Nothing was sent.").format(
                max_report=MAX_REPORT
            )
        )
    with acting(None):
        task, _ = _open_task(fact_check.claim_id, Kind.REPORTED, body[:500], now=now, verdict_id=fact_check.verdict_id)
        return ErrorReport.objects.create(
            fact_check=fact_check, body=body, reply_to=reply_to, task=task, created_at=now
        )


def _open_task(
    claim_id: UUID, kind: str, detail: str, *, now: datetime, verdict_id: UUID | None, evidence: Evidence | None = None
) -> tuple[RecheckTask, bool]:
    """Return the open task of this kind, and whether it is new. Call inside `acting`. Locks: the claim."""
    lock_claims([claim_id])
    task, is_new = RecheckTask.objects.get_or_create(
        claim_id=claim_id,
        kind=kind,
        placement=None,
        evidence=evidence,
        is_open=True,
        defaults={"verdict_id": verdict_id, "detail": detail, "created_at": now},
    )
    if is_new:
        notify_of_rechecks([task], event=str(task.pk), now=now)
    return task, is_new
