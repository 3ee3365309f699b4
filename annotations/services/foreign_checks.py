"""Checks by other desks that came in with an import. Their label is kept as it was given; none of ours is touched."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from annotations.canonical_json import plain
from annotations.models import ForeignCheck
from articles.parsing import ForeignCheck as Parsed


def keep_foreign_checks(*, checks: Iterable[Parsed], **_signal: Any) -> None:
    """Store what has an address, by that address: the same check again replaces what it said before.

    Called inside the import's transaction (`articles.signals.foreign_checks_found`). A check without an address cannot be
    found again or linked to, so it stays in the article's raw bytes alone.
    """
    rows = {check.url: _row(check) for check in checks if check.url}
    ForeignCheck.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["url"],
        update_fields=["publisher", "claim_text", "claimant_name", "label", "language", "published_at", "document"],
    )


def _row(check: Parsed) -> ForeignCheck:
    return ForeignCheck(
        url=check.url[:2000],
        publisher=check.publisher[:200],
        claim_text=check.claim,
        claimant_name=check.claimant[:200],
        label=check.rating_label[:200],
        language=check.language[:35],
        published_at=check.published_at,
        document=plain(asdict(check)),
    )
