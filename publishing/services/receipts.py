"""Receipts: a CMS reports which version of a check a page shows. Pages with an outdated version are listed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput
from annotations.models import Desk
from annotations.services.base import writing
from core.fetching.client import checked_url
from publishing.models import FactCheck, Receipt
from publishing.services.fact_checks import lock_fact_check, set_canonical_url

STATUSES: Final = ("scheduled", "live", "removed")


@dataclass(frozen=True, slots=True)
class StaleReceipt:
    """A page with an outdated version, since `since`. `is_overdue` after the hours of the desk's settings."""

    receipt: Receipt
    since: datetime
    is_overdue: bool

    @property
    def reason(self) -> str:
        fact_check = self.receipt.fact_check
        if fact_check.state != FactCheck.State.PUBLISHED:
            return str(FactCheck.State(fact_check.state).label)
        return gettext("Version {version} replaced it").format(version=fact_check.version)

    @property
    def shown(self) -> str:
        return gettext("Shows version {version}").format(version=self.receipt.version)

    @property
    def page(self) -> str:
        """Return the address as people write it, without scheme and www."""
        return self.receipt.cms_url.partition("://")[2].removeprefix("www.")


def record_receipt(
    *, person: User, fact_check_id: UUID | str, version: int, cms_url: str, status: str, now: datetime
) -> Receipt:
    """Store the receipt of a check and a page; it replaces an earlier one.

    A live page becomes the check's canonical address, unless the page that has it is reported live as well: two sites with one
    check would take it from each other. Raises InvalidInput.
    """
    check_permission(person, "receipt.write")
    url = _check_receipt(cms_url, status)
    with writing(person):
        fact_check = lock_fact_check(fact_check_id)
        if not fact_check.versions.filter(number=version).exists():
            raise InvalidInput(
                gettext("The fact-check has no version {version}. Nothing was stored.").format(version=version),
                errors=[
                    {
                        "pointer": "/version",
                        "code": "unknown-version",
                        "detail": gettext("No such version was published."),
                    }
                ],
            )
        receipt, _ = Receipt.objects.update_or_create(
            fact_check=fact_check,
            cms_url=url,
            defaults={"version": version, "status": status, "reported_by": person, "reported_at": now},
        )
        _update_canonical_url(receipt, fact_check, person, now)
    return receipt


def stale_receipts(*, now: datetime) -> list[StaleReceipt]:
    """Return the live pages of checks that were corrected, suspended, retracted or removed since, longest first."""
    hours = Desk.objects.values_list("receipt_alarm_hours", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(_STALE)
        since = dict(cursor.fetchall())
    # A receipt may be gone since the query before.
    receipts = Receipt.objects.select_related("fact_check", "reported_by").in_bulk(list(since))
    found = [
        StaleReceipt(receipts[pk], at, is_overdue=at + timedelta(hours=hours) <= now)
        for pk, at in since.items()
        if pk in receipts
    ]
    return sorted(found, key=lambda stale: (stale.since, stale.receipt.pk))


# A refile corrects typing errors only: the page still says the same.
_STALE: Final = """
SELECT r.id, coalesce(withdrawn.at, replaced.at)
FROM publishing_receipt r JOIN publishing_factcheck fc ON fc.id = r.fact_check_id
LEFT JOIN LATERAL (
    SELECT c.modified_at AS at FROM publishing_change c
    WHERE fc.state <> 'published' AND c.kind = 'fact_check' AND c.object_id = fc.id AND c.is_latest
) withdrawn ON true
LEFT JOIN LATERAL (
    SELECT min(fv.published_at) AS at FROM publishing_factcheckversion fv
    WHERE fv.fact_check_id = fc.id AND fv.number > r.version AND fv.kind NOT IN ('', 'refile')
) replaced ON true
WHERE r.status = 'live' AND coalesce(withdrawn.at, replaced.at) IS NOT NULL
"""


def _update_canonical_url(receipt: Receipt, fact_check: FactCheck, person: User, now: datetime) -> None:
    """Set the canonical address after a receipt."""
    canonical, url = fact_check.canonical_url, receipt.cms_url
    if receipt.status == "live" and canonical != url and not _is_live_at(fact_check, canonical):
        set_canonical_url(person=person, fact_check_id=fact_check.pk, url=url, now=now)
    elif receipt.status == "removed" and canonical == url:
        # Another of the newsroom's pages may still show it: the one that was reported first takes its place.
        live = fact_check.receipts.filter(status="live").order_by("reported_at", "pk").first()
        set_canonical_url(person=person, fact_check_id=fact_check.pk, url=live.cms_url if live else "", now=now)


def _is_live_at(fact_check: FactCheck, url: str) -> bool:
    return bool(url) and fact_check.receipts.filter(cms_url=url, status="live").exists()


def _check_receipt(cms_url: str, status: str) -> str:
    if status not in STATUSES:
        raise InvalidInput(
            gettext("The status is one of {statuses}. Nothing was stored.").format(statuses=", ".join(STATUSES)),
            errors=[
                {
                    "pointer": "/status",
                    "code": "unknown-status",
                    "detail": gettext("One of {statuses}.").format(statuses=", ".join(STATUSES)),
                }
            ],
        )
    url = cms_url.strip()
    checked_url(url, field="cms_url")
    return url
