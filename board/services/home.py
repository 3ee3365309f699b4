"""The Board: work that waits for a person, ages, or has just come in.

The number of queries does not grow with the desk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import has_permission
from annotations.models import RecheckTask, Verdict
from annotations.services.verdicts.review_reads import open_for
from annotations.workflow import Status
from articles.models import ImportRun
from core.database.composed import SOME_ID, Composed
from publishing.services.receipts import StaleReceipt, stale_receipts

SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The first rows of a kind, and how many there are."""

    items: list[Verdict]
    count: int


@dataclass(frozen=True, slots=True)
class _Board:
    drafts: _Shelf
    changes_requested: _Shelf
    waiting_for_me: _Shelf
    to_publish: _Shelf
    my_submitted: _Shelf
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
        """Return the shelves in words, such as "1 draft of yours, 3 rechecks"; empty where all are."""
        reviews, verdicts, rechecks = self.waiting_for_me.count, self.to_publish.count, self.recheck_count
        requests, drafts = self.changes_requested.count, self.drafts.count
        named = (
            (reviews, ngettext("{n} review", "{n} reviews", reviews)),
            (verdicts, ngettext("{n} verdict to publish", "{n} verdicts to publish", verdicts)),
            (requests, ngettext("{n} change requested of you", "{n} changes requested of you", requests)),
            (drafts, ngettext("{n} draft of yours", "{n} drafts of yours", drafts)),
            (rechecks, ngettext("{n} recheck", "{n} rechecks", rechecks)),
        )
        return ", ".join(words.format(n=n) for n, words in named if n)


def board_for(person: User, *, now: datetime) -> _Board:
    """Load the Board in at most eleven queries.

    One reads every open verdict of the person, the others one list each.
    """
    open_verdicts: list[Any] = _OPEN.rows(person.pk)
    mine = [verdict for verdict in open_verdicts if verdict.is_mine]
    others = [verdict for verdict in open_verdicts if not verdict.is_mine]
    may_approve, may_publish = has_permission(person, "verdict.approve"), has_permission(person, "verdict.publish")
    rechecks = RecheckTask.objects.open().select_related("claim", "placement", "verdict").published_first()
    return _Board(
        drafts=_make_shelf(mine, Status.DRAFT),
        changes_requested=_make_shelf(mine, Status.CHANGES_REQUESTED),
        my_submitted=_make_shelf(mine, Status.IN_REVIEW),
        waiting_for_me=_make_shelf(others if may_approve else [], Status.IN_REVIEW),
        to_publish=_make_shelf(others if may_publish else [], Status.APPROVED),
        # Five times as many: one change makes a task for each claim that uses the words.
        rechecks=_first_of_each_change(rechecks[: SHOWN * 5]),
        recheck_count=_count_changes(),
        outdated=[stale for stale in stale_receipts(now=now) if stale.is_overdue],
        imports=list(ImportRun.objects.select_related("created_by").order_by("-created_at", "-pk")[:5]),
    )


# Bounded: the numbers of somebody with more than 500 open verdicts end there.
_OPEN: Composed[Any] = Composed(
    lambda person: (
        open_for(person)
        .select_related("claim__claimant")
        .order_by("claim__priority", F("claim__due_at").asc(nulls_last=True), "updated_at", "pk")[:500]
    ),
    SOME_ID,
)


def _first_of_each_change(tasks: Iterable[RecheckTask]) -> list[RecheckTask]:
    """Return the first tasks, one per changed passage: one answer closes those of every claim that uses it."""
    found: dict[UUID, RecheckTask] = {}
    for task in tasks:
        found.setdefault(task.placement_id or task.pk, task)
    return list(found.values())[:SHOWN]


def _count_changes() -> int:
    changed = RecheckTask.objects.open().order_by().aggregate(n=Count(Coalesce("placement", "pk"), distinct=True))
    return int(changed["n"])


def _make_shelf(verdicts: list[Verdict], status: str) -> _Shelf:
    found = [verdict for verdict in verdicts if verdict.status == status]
    return _Shelf(found[:SHOWN], len(found))
