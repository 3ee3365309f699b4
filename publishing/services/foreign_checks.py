"""Keep other desks' checks that come with an import. Their label stays as given; ours are not touched."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from articles.canonical_url import canonical_or_given
from articles.parsing import ForeignCheck as Parsed
from core.canonical_json import plain
from core.database.locks import Lock, wait_for_lock
from publishing.foreign_pairing import Wording, reworded
from publishing.formats.claimreview import write_claim_review
from publishing.models import ForeignCheck, ForeignCheckWording

_SAID = ["claim_sha256", "publisher", "claim_text", "claimant_name", "label", "language", "published_at", "document"]


def keep_foreign_checks(
    *, checks: Iterable[Parsed], whole_pages: Collection[str], run_id: UUID, now: datetime, **_signal: Any
) -> None:
    """Store each check once: by address and claim, without an address by publisher, claim and date.

    Called inside the import's transaction (`articles.signals.foreign_checks_found`). One page may review several claims.
    A check that its desk reworded (`publishing.foreign_pairing`) or rated anew stays the same row, and what it said
    before becomes one of its `earlier` rows. What is no longer on a page stays: that is for people to judge.
    """
    _one_import_at_a_time()
    found: dict[str, dict[str, ForeignCheck]] = defaultdict(dict)
    for check in checks:
        row = _build_row(check)
        found[row.url][row.claim_sha256] = row
    known = _find_known(found)
    new: list[ForeignCheck] = []
    pairs: list[tuple[ForeignCheck, ForeignCheck]] = []
    for url, rows in found.items():
        same = _pair_known(known[url], rows, run_id, is_whole_page=url in whole_pages)
        pairs += same
        taken = {after.pk for _, after in same}
        new += [row for row in rows.values() if row.pk not in taken]
    _change(pairs, now)
    for row in new:
        row.seen_by, row.created_at = run_id, now
    ForeignCheck.objects.bulk_create(new, batch_size=500)
    ForeignCheck.objects.filter(pk__in=[before.pk for before, _ in pairs]).update(seen_by=run_id)


def _one_import_at_a_time() -> None:
    """Lock: two imports of the same page must not both store it as new."""
    wait_for_lock(Lock.FOREIGN_CHECKS)


def _find_known(found: dict[str, dict[str, ForeignCheck]]) -> dict[str, list[ForeignCheck]]:
    """Return the stored checks at these addresses, in the order they were stored, or of the same identity."""
    known: dict[str, list[ForeignCheck]] = defaultdict(list)
    stored = ForeignCheck.objects.order_by("created_at", "pk")
    rows = list(stored.filter(url__in=[url for url in found if url]))
    rows += stored.filter(url="", claim_sha256__in=found.get("", {}))
    for row in rows:
        known[row.url].append(row)
    return known


def _pair_known(
    known: list[ForeignCheck], rows: dict[str, ForeignCheck], run_id: UUID, *, is_whole_page: bool
) -> list[tuple[ForeignCheck, ForeignCheck]]:
    """Return (stored, incoming) pairs of the known checks."""
    same = [(before, rows[before.claim_sha256]) for before in known if before.claim_sha256 in rows]
    taken = {before.claim_sha256 for before, _ in same}
    # What this run brought itself is another check of the page, never an earlier wording.
    old = [row for row in known if row.claim_sha256 not in rows and row.seen_by != run_id and row.url]
    new = [row for digest, row in rows.items() if digest not in taken]
    pairs = reworded([*map(_wording, old)], [*map(_wording, new)], is_whole_page=is_whole_page)
    return same + [(old[before], new[after]) for after, before in pairs.items()]


def _wording(row: ForeignCheck) -> Wording:
    claim = row.document.get("claimreview", {}).get("itemReviewed")
    claim_id = claim.get("@id", "") if isinstance(claim, dict) else ""
    return Wording(row.claim_text, str(claim_id), row.claimant_name)


def _change(pairs: Iterable[tuple[ForeignCheck, ForeignCheck]], now: datetime) -> None:
    changed = [(before, after) for before, after in pairs if _own_words(before) != _own_words(after)]
    ForeignCheckWording.objects.bulk_create(
        ForeignCheckWording(
            foreign_check=before,
            claim_text=before.claim_text,
            label=before.label,
            document=before.document,
            replaced_at=now,
        )
        for before, _ in changed
    )
    for before, after in changed:
        for name in _SAID:
            setattr(before, name, getattr(after, name))
    ForeignCheck.objects.bulk_update([before for before, _ in changed], _SAID, batch_size=500)


def _own_words(row: ForeignCheck) -> list[Any]:
    """Return the values that tell two states of a check apart: its own words, not our bookkeeping."""
    return [getattr(row, name) for name in _SAID[1:-1]] + [row.document.get("claimreview")]


def _build_row(check: Parsed) -> ForeignCheck:
    """Build the row. `document["claimreview"]` is the ClaimReview in its desk's own words, for the export."""
    review = {"claimreview": _without_nul(write_claim_review(check.review))} if check.review else {}
    return ForeignCheck(
        # Cut to the columns: other desks write these, and one long name must not refuse the rest.
        url=canonical_or_given(check.url)[:2000] if check.url else "",
        claim_sha256=_identity(check),
        publisher=check.publisher[:200],
        claim_text=check.claim,
        claimant_name=check.claimant[:200],
        label=check.rating_label[:200],
        language=check.language[:35],
        published_at=check.published_at,
        document=plain(asdict(replace(check, review=None)) | review),
    )


def _identity(check: Parsed) -> str:
    words = [check.claim]
    if not check.url:
        words += [check.publisher, check.published_at.date().isoformat() if check.published_at else ""]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _without_nul(value: Any) -> Any:
    """Remove NUL, the only character that Postgres cannot store."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_nul(item) for name, item in value.items()}
    return value
