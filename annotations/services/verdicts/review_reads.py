"""Read what the review screens show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import has_permission
from annotations.due import light_of
from annotations.frozen import FrozenContent as Content
from annotations.models import Appearance, Evidence, LastLook, Placement, Verdict
from annotations.models.verdicts import VerdictQuerySet
from annotations.services.verdicts.freeze import frozen_content
from articles.models import ArticleRevision, TextBands
from core.database.composed import OTHER_ID, SOME_ID, Composed
from core.diff.words import Hunk, word_diff

AROUND = 600


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote in its block(s): `before`, `exact` and `after` are the article's words."""

    article_id: str
    title: str
    source: str
    revision: int
    start: int
    end: int
    before: str
    exact: str
    after: str
    lang: str = ""
    is_compared: bool = True


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    ops: list[Hunk]


def _with_authorship(verdicts: VerdictQuerySet, person_id: UUID) -> VerdictQuerySet:
    """Annotate `is_mine`: the person is a contributor and may not approve."""
    return verdicts.annotate(is_mine=_is_contributor(person_id))


def _is_contributor(person_id: UUID) -> RawSQL:
    """Return the database function that the trigger asks: page, API and trigger must never disagree on who may approve."""
    return RawSQL(
        '%s IN (SELECT verdict_contributors("annotations_verdict"."id"))', [person_id], output_field=BooleanField()
    )


def light_for(verdict: Verdict, now: datetime) -> str:
    """Return the traffic light of a verdict: by due date, else by waiting time."""
    due = verdict.claim.due_at
    if due is not None:
        return light_of(due, now)
    waited = now - (verdict.submitted_at or verdict.updated_at)
    return "red" if waited > timedelta(days=3) else "amber" if waited > timedelta(days=1) else "green"


def excerpts_of(content: Content) -> dict[str, Excerpt]:
    """Return every passage of the frozen content, by appearance or evidence id.

    One query.
    """
    items = [
        item
        for item in (*content["appearances"], *content["evidence"])
        if item["article"] and item["start"] is not None
    ]
    wanted = {(item["article"]["id"], item["revision"]) for item in items if item["article"]}
    revisions = {
        (str(revision.article_id), revision.number): revision
        for revision in ArticleRevision.objects.filter(
            # Each of these articles with each of these numbers: a few too many, which nobody asks for below.
            article_id__in=[pair[0] for pair in wanted],
            number__in=[pair[1] for pair in wanted],
        )
        .select_related("article")
        .annotate(is_compared=Exists(TextBands.objects.filter(article=OuterRef("article"))))
    }
    return {
        item["id"]: _build_excerpt(item, revisions[_revision_key(item)])
        for item in items
        if _revision_key(item) in revisions
    }


def _revision_key(item: Any) -> tuple[str, int]:
    return item["article"]["id"], item["revision"]


def _build_excerpt(item: Any, revision: Any) -> Excerpt:
    start, end = item["start"], item["end"]
    touched = [block for block in revision.blocks if block["start"] < end and start < block["end"]]
    first = max(min(block["start"] for block in touched), start - AROUND) if touched else start
    last = min(max(block["end"] for block in touched), end + AROUND) if touched else end
    return Excerpt(
        article_id=item["article"]["id"],
        title=item["article"]["title"],
        source=item["article"]["source"],
        revision=item["revision"],
        start=start,
        end=end,
        before=revision.text[first:start],
        exact=revision.text[start:end],
        after=revision.text[end:last],
        lang=revision.article.language,
        is_compared=revision.is_compared,
    )


@dataclass(frozen=True, slots=True)
class _ChangedUnderneath:
    """A quote whose article has changed since the submission; `new` is empty if the words are gone."""

    label: str
    article_id: str
    title: str
    old: str
    new: str
    ops: list[Hunk]


def changes_underneath(content: Content) -> list[_ChangedUnderneath]:
    """Return the frozen quotes that differ from their article's current text. Three queries."""
    frozen = {
        item["id"]: (label, item)
        for label, item in (
            *((_("Evidence {item}").format(item=item["n"]), item) for item in content["evidence"]),
            *((_("Where it was said"), item) for item in content["appearances"]),
        )
        if item["article"] and item["start"] is not None
    }
    claim_id = UUID(content["claim"]["id"])
    linked: list[Any] = [*_EVIDENCE.rows(claim_id), *_APPEARANCES.rows(claim_id)]
    places = {place.passage_id: place for place in _PLACES_NOW.rows(claim_id)}
    return [
        _compare_words(*frozen[str(item.pk)], places.get(item.passage_id))
        for item in linked
        if str(item.pk) in frozen and _differs(frozen[str(item.pk)][1], places.get(item.passage_id))
    ]


_EVIDENCE = Composed(lambda claim: Evidence.objects.filter(claim=claim).order_by("number"), SOME_ID)
_APPEARANCES = Composed(lambda claim: Appearance.objects.filter(claim=claim).order_by("created_at", "pk"), SOME_ID)
_PLACES_NOW = Composed(
    lambda claim: (
        Placement.objects.filter(revision=F("passage__article__current_revision"))
        .filter(
            Q(passage__in=Evidence.objects.filter(claim=claim).values("passage"))
            | Q(passage__in=Appearance.objects.filter(claim=claim).values("passage"))
        )
        .order_by("pk")
    ),
    SOME_ID,
)


def _differs(item: Any, place: Placement | None) -> bool:
    """Return whether the words differ. A passage that is not placed in the current text yet does not count."""
    return place is not None and (place.start is None or place.exact != item["exact"])


def _compare_words(label: str, item: Any, place: Placement | None) -> _ChangedUnderneath:
    new = place.exact if place is not None and place.start is not None else ""
    return _ChangedUnderneath(
        label, item["article"]["id"], item["article"]["title"], item["exact"], new, list(word_diff(item["exact"], new))
    )


def changes_since(person: User, verdict: Verdict, content: Content) -> list[FieldChange]:
    """Return the changes since the content the person saw last.

    [] on a first look and where nothing changed.
    """
    look = LastLook.objects.select_related("frozen__payload").filter(person=person, verdict=verdict).first()
    if look is None or look.frozen_id == verdict.frozen_id:
        return []
    before = frozen_content(look.frozen)
    return [] if before is None else field_changes(before, content)


def field_changes(before: Content, after: Content) -> list[FieldChange]:
    """Return word diffs between two frozen contents, in reading order."""
    old, new = dict(_list_fields(before)), dict(_list_fields(after))
    labels = [*new, *(label for label in old if label not in new)]
    return [
        FieldChange(label, word_diff(old.get(label, ""), new.get(label, "")))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def _list_fields(content: Content) -> Iterable[tuple[str, str]]:
    verdict, claim, rating = content["verdict"], content["claim"], content["rating"]
    yield _("Statement"), claim["statement"]
    yield _("Claimant"), claim["claimant"]["name"] if claim["claimant"] else ""
    yield _("Headline"), verdict["headline"]
    yield _("Rating"), rating["label"] if rating else ""
    yield _("Summary"), verdict["summary"]
    yield _("Rationale"), verdict["rationale"]
    for item in content["evidence"]:
        words = item["exact"] or item["quote"]
        yield _("Evidence {item}").format(item=item["n"]), f"{item['stance']}: “{words}” {item['note']}".strip()
    for number, place in enumerate(content["appearances"], 1):
        yield (
            _("Appearance {number}").format(number=number),
            f"“{place['exact']}” {place['mode']} {place['said_at'] or ''}".strip(),
        )


def remember_look(*, person: User, verdict: Verdict, now: datetime, is_first_only: bool = False) -> None:
    """Store that the person has seen the present frozen content.

    With `is_first_only` an earlier look stays, so that its diff stays visible.
    """
    if verdict.frozen_id is None:
        return
    write = LastLook.objects.get_or_create if is_first_only else LastLook.objects.update_or_create
    with transaction.atomic():
        write(person=person, verdict=verdict, defaults={"frozen_id": verdict.frozen_id, "at": now})


def verdict_for_page(verdict_id: UUID) -> Verdict | None:
    return _VERDICT.first(verdict_id)


_VERDICT = Composed(
    lambda verdict: (
        Verdict.objects.select_related(
            "claim__claimant",
            "claim__assigned_to",
            "claim__reviewer",
            "rating__scale",
            "frozen__payload",
            "submitted_by",
        )
        .filter(pk=verdict)
        .order_by("pk")
    ),
    SOME_ID,
)


def open_for(person_id: UUID) -> VerdictQuerySet:
    open_verdicts = Verdict.objects.filter(status__in=["draft", "in_review", "changes_requested", "approved"])
    return _with_authorship(open_verdicts.select_related("claim", "rating__scale", "created_by"), person_id)


def next_in_queue(person: User, verdict: Verdict) -> Verdict | None:
    """Return the first verdict of the review queue that the person may approve, this one left out."""
    if not has_permission(person, "verdict.approve"):
        return None
    return _OTHERS_IN_QUEUE.first(person.pk, verdict.pk)


_OTHERS_IN_QUEUE = Composed(
    lambda person, verdict: (
        Verdict.objects.filter(status="in_review")
        .exclude(pk=verdict)
        .exclude(_is_contributor(person))
        .select_related("claim")
        .order_by("claim__priority", F("claim__due_at").asc(nulls_last=True), "submitted_at", "pk")[:1]
    ),
    SOME_ID,
    OTHER_ID,
)
