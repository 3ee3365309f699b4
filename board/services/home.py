"""The Board: work that waits for a person, ages, or has just come in.

The number of queries does not grow with the desk.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.permissions import has_permission
from annotations.models import RecheckTask, Verdict
from annotations.services.verdicts.review_reads import open_for
from annotations.workflow import Status
from articles.models import ImportRun
from publishing.services.receipts import StaleReceipt, stale_receipts

SHOWN = 6
AGEING = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The first rows of a kind, and how many there are."""

    items: list[Verdict]
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    drafts: Shelf
    changes_requested: Shelf
    waiting_for_me: Shelf
    to_publish: Shelf
    my_submitted: Shelf
    ageing: list[Verdict]
    rechecks: list[RecheckTask]
    recheck_count: int
    imports: list[ImportRun]
    outdated: list[StaleReceipt]

    @property
    def has_work(self) -> bool:
        shelves = (self.drafts, self.changes_requested, self.waiting_for_me, self.to_publish, self.my_submitted)
        return any(shelf.count for shelf in shelves)

    @property
    def summary(self) -> str:
        """Return a sentence such as "1 draft and 3 rechecks wait for you."."""
        counted = (
            (self.waiting_for_me.count, "review"),
            (self.to_publish.count, "verdict to publish", "verdicts to publish"),
            (self.changes_requested.count, "change request"),
            (self.drafts.count, "draft"),
            (self.recheck_count, "recheck"),
        )
        named = [_count_of(*entry) for entry in counted if entry[0]]
        if not named:
            return "Nothing waits for you."
        listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
        is_one = len(named) == 1 and named[0].startswith("1 ")
        return f"{listed} {'waits' if is_one else 'wait'} for you."


def board_for(person: User, *, now: datetime) -> Board:
    """Load the Board in at most eleven queries.

    One reads every open verdict of the person, the others one list each.
    """
    open_verdicts: list[Any] = list(open_for(person).order_by("updated_at", "pk")[:500])
    mine = [verdict for verdict in open_verdicts if verdict.is_mine]
    others = [verdict for verdict in open_verdicts if not verdict.is_mine]
    may_approve, may_publish = has_permission(person, "verdict.approve"), has_permission(person, "verdict.publish")
    rechecks = RecheckTask.objects.open().select_related("claim", "placement", "verdict").order_by("created_at", "pk")
    return Board(
        drafts=_make_shelf(mine, Status.DRAFT),
        changes_requested=_make_shelf(mine, Status.CHANGES_REQUESTED),
        my_submitted=_make_shelf(mine, Status.IN_REVIEW),
        waiting_for_me=_make_shelf(others if may_approve else [], Status.IN_REVIEW),
        to_publish=_make_shelf(others if may_publish else [], Status.APPROVED),
        ageing=[verdict for verdict in open_verdicts if now - verdict.updated_at > AGEING][:SHOWN],
        rechecks=list(rechecks[:SHOWN]),
        recheck_count=rechecks.count(),
        outdated=[stale for stale in stale_receipts(now=now) if stale.is_overdue],
        imports=list(ImportRun.objects.select_related("created_by").order_by("-created_at", "-pk")[:5]),
    )


def _count_of(number: int, singular: str, plural: str = "") -> str:
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def _make_shelf(verdicts: list[Verdict], status: str) -> Shelf:
    found = [verdict for verdict in verdicts if verdict.status == status]
    return Shelf(found[:SHOWN], len(found))
