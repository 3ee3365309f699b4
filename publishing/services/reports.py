""" "Report an error": what a reader writes lands in the recheck queue."""

from datetime import datetime

from accounts.audit import acting
from annotations.errors import InvalidInput
from annotations.models import RecheckTask
from annotations.services.rechecks import notify_of_rechecks
from publishing.models import ErrorReport, FactCheck

MAX_REPORT = 4_000


def report_error(*, fact_check: FactCheck, body: str, reply_to: str, now: datetime) -> ErrorReport:
    """Keep the report and open a task, or add it to the one that is open for the same check. Raises InvalidInput."""
    body = body.strip()
    if not body or len(body) > MAX_REPORT:
        raise InvalidInput(f"Write what is wrong, in at most {MAX_REPORT:,} characters. Nothing was sent.")
    with acting(None):
        task, is_new = RecheckTask.objects.get_or_create(
            claim_id=fact_check.claim_id,
            kind=RecheckTask.Kind.REPORTED,
            placement=None,
            evidence=None,
            is_open=True,
            defaults={"verdict_id": fact_check.verdict_id, "detail": body[:500], "created_at": now},
        )
        if is_new:
            notify_of_rechecks([task], event=str(task.pk), now=now)
        return ErrorReport.objects.create(
            fact_check=fact_check, body=body, reply_to=reply_to, task=task, created_at=now
        )
