"""My work: what waits for one person, and how much.

`_waiting_rows` holds the rules for both the page and the number in the navigation. That number is on every page, so
its query is composed once; the person and the time are substituted in each request.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotations.models import Claim, Comment, Contribution, Notification, RecheckTask, ReviewLock, Verdict
from annotations.services.changes.repeats import open_repeats, with_words
from annotations.services.plan import select_pinned_claim
from annotations.workflow import Status
from core.database.composed import SOME_ID, SOME_TIME, Composed, inline_constants, substitute
from core.database.sql import prepared

SHOWN = 50
TITLES = {
    "changes_requested": _("Changes requested of you"),
    "reviews": _("Your reviews"),
    "assigned": _("Assigned to you"),
    "mentions": _("You were mentioned"),
    "elsewhere": _("Your claims, said elsewhere"),
    "rechecks": _("Rechecks of what you work on"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """The first `SHOWN` rows of a kind, by due date, and whether there are more."""

    key: str
    items: list[Any]
    has_more: bool

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def shown(self) -> str:
        return f"{len(self.items)}+" if self.has_more else str(len(self.items))


@dataclass(frozen=True, slots=True)
class Waiting:
    """The numbers of the top bar, the claim pinned there with its evidence counts, and whether readers have pages."""

    my_work: int = 0
    unread: int = 0
    pinned_claim: dict[str, Any] | None = None
    has_public_pages: bool = True


def work_of(person: User, *, now: datetime) -> list[Section]:
    """Return verdicts, claims, comments and rechecks by section. One query each."""
    sections = []
    for key, found in _compose_sections().items():
        items = found.rows(person.pk, now)
        sections.append(Section(key, items[:SHOWN], len(items) > SHOWN))
    return sections


def waiting_for(person: User, *, now: datetime) -> Waiting:
    """Return the numbers, the pinned claim and the desk's setting, by one query."""
    sql, params = _compose_query()
    with prepared() as cursor:
        cursor.execute(sql, [substitute(value, {SOME_ID: person.pk, SOME_TIME: now}) for value in params])
        my_work, unread, pinned, has_public_pages = cursor.fetchone()
    # A cursor of Django's leaves JSON as text.
    return Waiting(my_work, unread, json.loads(pinned) if pinned else None, has_public_pages)


@cache
def _compose_sections() -> dict[str, Composed[Any]]:
    def composed(key: str) -> Composed[Any]:
        return Composed(
            lambda person, now: _select_for_page(key, _waiting_rows(person, now)[key])[: SHOWN + 1], SOME_ID, SOME_TIME
        )

    return {key: composed(key) for key in _waiting_rows(SOME_ID, SOME_TIME)}


def _waiting_rows(person: UUID, now: datetime) -> dict[str, QuerySet[Any]]:
    standing = Claim.objects.standing()
    written = Contribution.objects.filter(claim=OuterRef("claim"), person=person)
    returned = Verdict.objects.filter(status=Status.CHANGES_REQUESTED).filter(
        Exists(written.filter(verdict=OuterRef("pk")))
    )
    held = ReviewLock.objects.filter(verdict=OuterRef("pk"), person=person, expires_at__gt=now)
    with_others = Verdict.objects.filter(claim=OuterRef("pk"), status__in=["in_review", "approved"])
    begun = Verdict.objects.filter(claim=OuterRef("pk"), status__in=["draft", "changes_requested"])
    rechecks = (
        RecheckTask.objects.open().filter(claim__removed_at=None).filter(Q(claim__assigned_to=person) | Exists(written))
    )
    answered = Comment.objects.filter(claim=OuterRef("claim"), author=person, created_at__gt=OuterRef("created_at"))
    return {
        "changes_requested": returned,
        "reviews": Verdict.objects.filter(status=Status.IN_REVIEW).filter(Q(claim__reviewer=person) | Exists(held)),
        # What waits for a reviewer or publisher is not waiting for its author.
        "assigned": standing.filter(assigned_to=person)
        .filter(Q(state__in=["marked", "selected"]) | Exists(begun))
        .exclude(Exists(with_others) | Exists(returned.filter(claim=OuterRef("pk")))),
        "mentions": Comment.objects.filter(
            mentioned__contains=[person], resolved_at=None, in_reply_to__resolved_at=None
        ).exclude(Exists(answered)),
        "elsewhere": open_repeats().filter(Q(claim__assigned_to=person) | Exists(written)),
        # One answer closes the tasks of every claim that uses the words, so the first of them stands for all.
        "rechecks": rechecks.exclude(Exists(rechecks.filter(placement=OuterRef("placement"), pk__lt=OuterRef("pk")))),
    }


def _select_for_page(key: str, found: QuerySet[Any]) -> QuerySet[Any]:
    due = F("due_at" if key == "assigned" else "claim__due_at").asc(nulls_last=True)
    if key == "assigned":
        begun = Verdict.objects.open().filter(claim=OuterRef("pk"))
        claims: Any = found.annotate(has_draft=Exists(begun)).select_related("claimant")
        ordered: QuerySet[Any] = claims.with_quote().order_by("priority", due, "created_at", "pk")
        return ordered
    found = found.select_related("claim__claimant")
    if key in {"changes_requested", "reviews"}:
        return found.select_related("rating__scale", "submitted_by").order_by(
            "claim__priority", due, "updated_at", "pk"
        )
    if key == "elsewhere":
        return with_words(found).select_related("article__source").order_by("created_at", "pk")
    more = found.select_related("author") if key == "mentions" else found
    return more.order_by("created_at", "pk")


@cache
def _compose_query() -> tuple[str, tuple[Any, ...]]:
    unread = Notification.objects.filter(person=SOME_ID, read_at=None)
    work = [_select_rows(found) for found in _waiting_rows(SOME_ID, SOME_TIME).values()]
    pinned, pinned_params = select_pinned_claim(SOME_ID).query.sql_with_params()
    counts = [f"(SELECT count(*) FROM ({sql}) AS found)" for sql, _ in (*work, _select_rows(unread))]
    params = tuple(value for _, given in (*work, _select_rows(unread)) for value in given)
    query = (
        f"SELECT {' + '.join(counts[:-1])}, {counts[-1]}, ({pinned}), (SELECT has_public_pages FROM annotations_desk)"
    )
    return inline_constants(query, (*params, *pinned_params), {SOME_ID, SOME_TIME})


def _select_rows(found: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    sql, params = found.order_by().values("pk").query.sql_with_params()
    return sql, tuple(params)
