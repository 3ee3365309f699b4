"""Start of every service: name the actor, lock the claim, compare edit numbers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.audit import acting
from accounts.models import User
from annotations.errors import NotFound, Stale, refusals
from annotations.models import Appearance, Claim, Evidence, Passage, Verdict
from core.notices import tell_of_change


@contextmanager
def writing(person: User | None, *, is_pipelined: bool = False) -> Iterator[None]:
    """Open a transaction with `person` as the actor.

    Constraint violations come out as DomainErrors. `is_pipelined` as for `acting`: for writes that need no answer from one
    another.
    """
    # `refusals` is outermost: a deferred constraint fails only when the transaction commits.
    with refusals(), acting(person, is_pipelined=is_pipelined):
        yield


def locked_claim(claim_id: UUID | str, *, expected: int | None = None) -> Claim:
    """Lock the standing claim until the transaction ends.

    `expected` is the edit number that the caller read. A merged claim answers as the one it was merged into. Raises
    NotFound, Stale.
    """
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is not None and claim.merged_into_id:
        # An old page or bookmark may still name the merged claim; its work goes to the surviving one.
        return locked_claim(claim.merged_into_id, expected=expected)
    if claim is None or claim.removed_at:
        raise NotFound(_("This claim does not exist or was removed."))
    check_expected(claim.edit_number, expected)
    return claim


def lock_claims(ids: Iterable[UUID] | QuerySet[Any]) -> None:
    """Lock claims in one order, standing or not. Background work calls it before it writes under them.

    The event of such a row locks the claim's stream, and its foreign key the claim when the transaction ends: an editor, who
    locks the claim first, would deadlock with it. NO KEY: others can still insert rows that refer to the claims.
    """
    # A list: the query is not sent before.
    list(Claim.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


def locked_appearance(
    appearance_id: UUID | str, *, missing: str = gettext_noop("This appearance does not exist or was removed.")
) -> tuple[Claim, Appearance]:
    """Lock the claim of a standing appearance, then read the appearance. Raises NotFound with the message `missing`."""
    return _locked_with_claim(Appearance.objects.standing().filter(pk=appearance_id), missing)


def locked_evidence(
    evidence_id: UUID | str, *, missing: str = gettext_noop("This evidence does not exist or was removed.")
) -> tuple[Claim, Evidence]:
    """Lock the claim of standing evidence, then read the evidence. Raises NotFound with the message `missing`."""
    return _locked_with_claim(Evidence.objects.standing().filter(pk=evidence_id), missing)


def _locked_with_claim[Row: (Appearance, Evidence)](standing: QuerySet[Row], missing: str) -> tuple[Claim, Row]:
    claim_id = standing.values_list("claim_id", flat=True).first()
    claim = locked_claim(claim_id) if claim_id else None
    # Read after the wait for the lock: otherwise an old copy would be compared, recorded and written back.
    row = standing.first()
    if claim is None or row is None:
        raise NotFound(_(missing))
    return claim, row


def locked_verdict(verdict_id: UUID | str, *, expected: int | None = None) -> Verdict:
    """Lock the verdict and its claim, the claim first. Raises NotFound, Stale."""
    claim_id = Verdict.objects.filter(pk=verdict_id).values_list("claim_id", flat=True).first()
    if claim_id is None:
        raise NotFound(_("This verdict does not exist."))
    # Claim first, as everywhere: evidence and verdict services would deadlock with another order.
    Claim.objects.select_for_update().get(pk=claim_id)
    verdict = (
        # Of itself: Postgres cannot lock the nullable side of a join.
        Verdict.objects.select_for_update(of=("self",))
        .select_related("claim", "rating__scale", "frozen")
        .get(pk=verdict_id)
    )
    check_expected(verdict.edit_number, expected)
    return verdict


def check_expected(actual: int, expected: int | None) -> None:
    if expected is not None and expected != actual:
        raise Stale(
            _(
                "Somebody else changed this since you read it. Nothing of theirs was overwritten; your words are still in"
                " your form. Compare both, then save again."
            ),
            current=actual,
        )


def touch_claim(claim: Claim, *, now: datetime) -> None:
    """Give the claim a new edit number after a change of it or under it. Side effect: open pages are told."""
    # F(): the new number comes from the row, not from a copy that may be old.
    Claim.objects.filter(pk=claim.pk).update(edit_number=F("edit_number") + 1, updated_at=now)
    claim.edit_number += 1
    claim.updated_at = now
    tell_of_change(claim=claim.pk)


def tell_of_articles(claim: Claim) -> None:
    """Tell the pages of all articles that the claim's marks stand in: they do not know the claim yet."""
    marks = Q(appearances__claim=claim) | Q(evidence__claim=claim)
    for article_id in (
        Passage.objects.filter(marks).values_list("article_id", flat=True).order_by("article_id").distinct()
    ):
        tell_of_change(article=article_id)
