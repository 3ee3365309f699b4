"""Request bodies of verdicts and their transitions."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from annotations.models import Desk, Rating
from annotations.services.discussion import FIELDS as COMMENT_FIELDS
from annotations.services.discussion import MAX_COMMENT
from annotations.workflow import CORRECTION_KINDS
from api.inputs.base import (
    Field,
    Flag,
    Id,
    Moment,
    Reasons,
    Strict,
    Text,
    Texts,
)
from articles.text.languages import normalise_language


@extend_schema_field(
    {
        "type": "string",
        "description": "A rating's id, or its label: first looked for in the desk's default scale, then in the other"
        " scales in use. A label that several of those have is refused.",
    }
)
class _RatingField(Field):
    def to_internal_value(self, data: Any) -> Rating:
        if not isinstance(data, str):
            raise ValidationError("Give a rating's id or its label.", code="bad-rating")
        ratings = list(
            Rating.objects.select_related("scale")
            .filter(is_active=True, scale__is_active=True)
            .order_by("scale", "position")
        )
        return _by_id(ratings, data) or _by_label(ratings, data)

    def to_representation(self, value: Any) -> Any:
        return value


def _by_id(ratings: list[Rating], given: str) -> Rating | None:
    try:
        wanted = UUID(given)
    except ValueError:
        return None
    for rating in ratings:
        if rating.pk == wanted:
            return rating
    raise ValidationError("There is no rating with this id in a scale that is in use.", code="rating-unknown")


def _by_label(ratings: list[Rating], given: str) -> Rating:
    default = Desk.objects.values_list("default_scale", flat=True).get()
    named = [rating for rating in ratings if rating.label.casefold() == given.strip().casefold()]
    found = [rating for rating in named if rating.scale_id == default] or named
    if len(found) == 1:
        return found[0]
    if found:
        scales = "; ".join(f"{rating.pk} ({rating.scale})" for rating in found)
        raise ValidationError(
            f"Several scales have this label. Give the rating's id: {scales}.", code="rating-ambiguous"
        )
    known = ", ".join(rating.label for rating in ratings if default in (None, rating.scale_id))
    raise ValidationError(f"There is no rating with this label. The desk's scale has: {known}.", code="rating-unknown")


class _Language(Text):
    def to_internal_value(self, data: Any) -> str:
        tag = normalise_language(super().to_internal_value(data))
        if not tag:
            raise ValidationError("Give a language tag (BCP 47) such as en or pt-BR.", code="bad-language")
        return tag


class VerdictBody(Strict):
    """`topics` are the claim's; `rating_text` is the label that readers see where the rating's scale is free text."""

    headline = Text(max_length=300, required=False)
    rating = _RatingField(required=False, allow_null=True)
    rating_text = Text(max_length=120, required=False)
    summary = Text(max_length=4_000, required=False)
    rationale = Text(max_length=60_000, required=False)
    language = _Language(max_length=35, required=False, allow_blank=False)
    byline = Texts(longest=120, most=20, required=False)
    topics = Texts(longest=80, most=20, required=False)
    valid_until = serializers.DateField(required=False, allow_null=True)


class VerdictPatch(VerdictBody):
    correction_kind = serializers.ChoiceField(CORRECTION_KINDS, required=False)
    correction_note = Text(max_length=2_000, required=False)


class Submit(Strict):
    waived = Reasons(required=False)


class RequestChanges(Strict):
    comment = Text(max_length=10_000, allow_blank=False)


class Approve(Strict):
    """`content_sha256` is what the reviewer was shown: another content is refused with 412.

    `no_conflict` says that the person has no conflict of interest with the claimant. It is asked once per claimant; without an
    answer the approval is refused (409, `conflict-unanswered`).
    """

    content_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)
    note = Text(max_length=10_000, required=False)
    no_conflict = serializers.BooleanField(required=False)


class Publish(Strict):
    not_before = Moment(required=False, allow_null=True)


class Correct(Strict):
    kind = serializers.ChoiceField(CORRECTION_KINDS)
    note = Text(max_length=2_000, required=False)


class Reason(Strict):
    reason = Text(max_length=4_000, allow_blank=False)


class TwoPersonReason(Reason):
    """`override`: an administrator decides alone. It stays visible in public and in the history, and counts as nobody's
    second; without it a second person has to confirm where two may. Anybody else's is refused with 403."""

    override = Flag(required=False, source="is_override")


class Nothing(Strict):
    """An empty object, or no body at all."""


class CommentBody(Strict):
    """`verdict` and `evidence` say what it is about; a blocking one keeps the verdict from being submitted."""

    body = Text(max_length=MAX_COMMENT, allow_blank=False)
    verdict = Id(required=False)
    evidence = Id(required=False)
    in_reply_to = Id(required=False)
    field = serializers.ChoiceField([name for name in COMMENT_FIELDS if name], required=False)
    is_blocking = Flag(required=False)
