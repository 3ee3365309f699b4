"""Verdicts, their ratings and approvals, and the rating scales."""

from typing import Any

from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, TextField, When

from accounts.models import User
from annotations.models import Approval, Claim, Desk, FrozenContent, Rating, RatingClass, RatingScale, Verdict
from annotations.workflow import CORRECTION_KINDS, STATUSES
from api.resources.base import Resource
from api.resources.expressions import InFunction
from api.resources.fields import (
    Choice,
    Count,
    Day,
    Flag,
    Id,
    Json,
    Many,
    Moment,
    Number,
    One,
    Part,
    Path,
    Sha256,
    Text,
    Words,
)
from api.resources.people import PersonResource


def _typed_label(path: Path) -> Any:
    is_typed = Q(**{path("scale.is_free_text").name: True}) & ~Q(**{path("typed").name: ""})
    return Case(When(is_typed, then=path("typed")), default=path("label"), output_field=TextField())


def _number_of_scale(path: Path) -> Any:
    return Case(When(Q(**{path("scale.is_free_text").name: False}), then=path("value")))


class _RatingResource(Resource):
    model = Rating

    id = Id()
    label_ = Text(
        value=lambda rating: rating.typed if rating.scale.is_free_text and rating.typed else rating.label,
        expression=_typed_label,
    )
    class_ = Choice(RatingClass.values, source="rating_class")
    value = Number(
        null=True,
        value=lambda rating: None if rating.scale.is_free_text else rating.value,
        expression=_number_of_scale,
    )
    definition = Text()
    scale = Id(source="scale_id")


def _rating(verdict: Path) -> QuerySet[Any]:
    typed = ExpressionWrapper(verdict("rating_text"), output_field=TextField())
    return Rating.objects.filter(pk=verdict("rating_id")).annotate(typed=typed).order_by()


class _ApprovalResource(Resource):
    model = Approval

    person = One(PersonResource)
    action = Choice(("publish", "retract", "restore", "legal_removal"))
    content_sha256 = Sha256()
    note = Text()
    at = Moment()


class _CorrectionNoteResource(Resource):
    kind = Choice(CORRECTION_KINDS, source="correction_kind")
    note = Text(source="correction_note")


def _contributors(verdict: Path) -> QuerySet[Any]:
    is_one = InFunction(F("pk"), verdict("pk"), function="verdict_contributors")
    return User.objects.filter(is_one).order_by("name", "pk")


def _approvals(verdict: Path) -> QuerySet[Any]:
    return Approval.objects.filter(verdict=verdict("pk"), frozen=verdict("frozen_id")).order_by("at", "pk")


class VerdictResource(Resource):
    """One version of the desk's conclusion. `missing` is there in a 202: what is still waited for."""

    model = Verdict
    is_compiled = True
    version_column = "edit_number"

    id = Id()
    claim = Id(source="claim_id")
    version = Count()
    status = Choice(STATUSES)
    headline = Text()
    language = Text()
    byline = Words()
    rating = One(_RatingResource, null=True, rows=_rating)
    rating_text = Text()
    summary = Text()
    rationale = Text()
    correction = Part(_CorrectionNoteResource, unless="correction_kind")
    contributors = Many(PersonResource, rows=_contributors)
    content_sha256 = Sha256(
        null=True,
        lookup=lambda verdict: FrozenContent.objects.filter(pk=verdict("frozen_id")).order_by().values("sha256"),
    )
    approvals = Many(_ApprovalResource, rows=_approvals)
    topics = Words(lookup=lambda verdict: Claim.objects.filter(pk=verdict("claim_id")).order_by().values("topics"))
    waived = Json()
    not_before = Moment(null=True)
    valid_until = Day(null=True)
    created_at = Moment()
    updated_at = Moment()
    submitted_at = Moment(null=True)
    published_at = Moment(null=True)
    missing = Words(optional=True)


class _ScaleRatingResource(Resource):
    model = Rating

    id = Id()
    label_ = Text()
    class_ = Choice(RatingClass.values, source="rating_class")
    value = Number(null=True)
    definition = Text()
    colour = Text()
    icon = Text()


class RatingScaleResource(Resource):
    model = RatingScale
    is_compiled = True

    id = Id()
    key = Text()
    version = Count()
    name = Text()
    description = Text()
    is_free_text = Flag()
    is_default = Flag(
        value=lambda scale: Desk.objects.filter(default_scale=scale).exists(),
        expression=lambda path: Exists(Desk.objects.filter(default_scale=OuterRef(path("pk").name))),
    )
    ratings = Many(
        _ScaleRatingResource, key="scale", order=("position",), rows=lambda _: Rating.objects.filter(is_active=True)
    )
