"""Checks by other desks that came in with an import. Their label is kept as it was given; none of ours is touched."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from annotations.canonical_json import plain
from annotations.formats.claimreview import write_claim_review
from annotations.models import ForeignCheck
from articles.parsing import ForeignCheck as Parsed

_UPDATED = ["publisher", "claim_text", "claimant_name", "label", "language", "published_at", "document"]


def keep_foreign_checks(*, checks: Iterable[Parsed], **_signal: Any) -> None:
    """Store what has an address, by address and claim: the same check again replaces what it said before.

    Called inside the import's transaction (`articles.signals.foreign_checks_found`). One page may review several claims.
    A check without an address cannot be found again or linked to, so it stays in the article's raw bytes alone.
    """
    rows = {(row.url, row.claim_sha256): row for row in map(_row, checks) if row.url}
    ForeignCheck.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["url", "claim_sha256"],
        update_fields=_UPDATED,
        batch_size=500,
    )


def _row(check: Parsed) -> ForeignCheck:
    """`document["claimreview"]` is the ClaimReview in its desk's own words: what an export of foreign checks gives back."""
    review = {"claimreview": _without_nul(write_claim_review(check.review))} if check.review else {}
    return ForeignCheck(
        url=check.url[:2000],
        claim_sha256=hashlib.sha256(check.claim.encode()).hexdigest(),
        publisher=check.publisher[:200],
        claim_text=check.claim,
        claimant_name=check.claimant[:200],
        label=check.rating_label[:200],
        language=check.language[:35],
        published_at=check.published_at,
        document=plain(asdict(replace(check, review=None)) | review),
    )


def _without_nul(value: Any) -> Any:
    """Postgres stores every character but this one."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_nul(item) for name, item in value.items()}
    return value
