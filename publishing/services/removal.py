"""Legal removal: every word of a check and of its claim is blanked where it stands; rows and digests stay.

The database function `remove_words` (migrations/sql/removal.sql) blanks what guards keep from everybody else. What is left
of the article itself, in backups, in mails and with readers, is outside of it: docs/decisions/ says so.
"""

import hashlib
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, transaction

from annotations.models import Verdict
from publishing.models import ExportRun, FactCheck

REMOVED_NOTICE: Final = "Removed for legal reasons."
"""All that readers and the feed are told: a reason may repeat what a court forbids."""
_FILE_REMOVED: Final = "It held a check that was removed for legal reasons, so the file was deleted. Repeat the export."
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


def removed_slug(slug: str) -> str:
    """What stands in the place of a removed check's slug: its old address is still known, its words are not."""
    return f"removed-{hashlib.sha256(slug.encode()).hexdigest()[:32]}"


def blank_face(fact_check: FactCheck) -> None:
    """Empty the columns of the face that hold words; the caller changes its state and announces it."""
    fact_check.slug = removed_slug(fact_check.slug)
    for name in ("headline", "rating_label", "rating_class", "canonical_url"):
        setattr(fact_check, name, "")
    fact_check.save(update_fields=["slug", "headline", "rating_label", "rating_class", "canonical_url"])


def remove_every_word(verdict: Verdict, *, reason: str, now: datetime) -> None:
    """Call last of all, in the transaction that removes the check: the steps before it write payloads of their own."""
    _drop_exports(verdict.claim_id, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT remove_words(%s, %s)", [verdict.claim_id, reason])
        claims = cursor.fetchone()[0]
        streams = [f"claim:{claim}" for claim in claims]
        cursor.execute(_STORED_TEXTS, {"claims": claims, "streams": streams, "reason": reason})
    verdict.refresh_from_db()


def _drop_exports(claim_id: UUID, *, now: datetime) -> None:
    """Every file that may hold the check: dossiers of the claim, and lists written since it was first published.

    One that is being written is cancelled; one that waits is locked until we are done and then begins without the check.
    """
    since = FactCheck.objects.values_list("published_at", flat=True).get(claim_id=claim_id)
    waiting = ExportRun.objects.select_for_update().filter(state__in=["queued", "running"]).order_by("pk")
    running = [run.pk for run in waiting if run.state == "running"]
    ExportRun.objects.filter(pk__in=running).update(
        state="cancelled", lease_until=None, error=_FILE_REMOVED, finished_at=now
    )
    written = ExportRun.objects.filter(state="finished").exclude(path="")
    lists = written.exclude(kind__in=["docx", "pdf"]).filter(finished_at__gte=since)
    for run in lists | written.filter(filter__claim=str(claim_id)):
        ExportRun.objects.filter(pk=run.pk).update(state="expired", error=_FILE_REMOVED)
        transaction.on_commit(partial(_delete_file, run.pk, run.path), robust=True)


def _delete_file(run_id: UUID, path: str) -> None:
    """What fails here is deleted by the nightly clean-up, which finds expired runs that still have a path."""
    default_storage.delete(path)
    ExportRun.objects.filter(pk=run_id).update(path="")
