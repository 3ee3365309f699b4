"""Background work of the audit trail."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.audit_proof.anchors import write_anchor


@shared_task(name="accounts.anchor_audit")
def anchor_audit() -> None:
    write_anchor(settings.AUDIT_ANCHORS, now=timezone.now())
