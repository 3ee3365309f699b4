"""Request bodies of claims, claimants and evidence, and their translation for the services."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.models import User
from annotations.models import Appearance, Claim, Claimant, Evidence
from annotations.services.bulk_claims import MAX_CLAIMS, ClaimDraft
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import Speech
from annotations.services.evidence import OutsideSource
from api.inputs.base import (
    DayOrMoment,
    Field,
    Flag,
    Id,
    Items,
    Moment,
    Number,
    Strict,
    Text,
    Texts,
    Url,
    component,
)
from api.inputs.targets import TargetInput, target_of
from core.ids import parse_uuid

SPEECH_FIELDS = ("mode", "said_at", "said_where", "relayed_via")
_OUTSIDE = ("quote", "archived_url", "accessed_at", "is_verified")


class ClaimantBody(Strict):
    name = Text(max_length=200, allow_blank=False)
    role = Text(max_length=200, required=False)
    kind = serializers.ChoiceField(Claimant.Kind.choices, required=False)
    same_as = Items(child=Url(max_length=500), most=20, required=False)


class ClaimantPatch(ClaimantBody):
    name = Text(max_length=200, allow_blank=False, required=False)


class ClaimantReference(ClaimantBody):
    id = Id(required=False)
    name = Text(max_length=200, required=False)


@component(
    "ClaimantReference",
    {
        "description": "A claimant's id, a name, or a record that is found by its name or made.",
        "anyOf": [
            {"type": "string", "minLength": 1, "maxLength": 200},
            {"$ref": "#/components/schemas/ClaimantRecord"},
        ],
    },
)
@component(
    "ClaimantRecord",
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "name": {"type": "string", "maxLength": 200},
            "role": {"type": "string", "maxLength": 200},
            "kind": {"type": "string", "enum": Claimant.Kind.values},
            "same_as": {"type": "array", "maxItems": 20, "items": {"type": "string", "format": "uri"}},
        },
        "anyOf": [{"required": ["id"]}, {"required": ["name"]}],
    },
)
class _ClaimantField(Field):
    """An id, a name, or {"name", "same_as", "role", "kind"}."""

    def to_internal_value(self, data: Any) -> ClaimantInput:
        if isinstance(data, str):
            data = {"id": data} if _is_id(data) else {"name": data}
        values = ClaimantReference.checked(data)
        if not values.get("id") and not values.get("name", "").strip():
            raise ValidationError("A claimant is an id, a name, or an object with a name.", code="required")
        return ClaimantInput(**values)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"type": "string", "description": "The id or the e-mail address of an active person of the desk."})
class _PersonField(Text):
    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        known = {"email": text.lower()} if "@" in text else {"pk": parse_uuid(text)}
        person = User.objects.filter(is_active=True, **known).first()
        if person is None:
            raise ValidationError("Nobody of the desk has this id or e-mail address.", code="unknown-person")
        return person


@extend_schema_field({"$ref": "#/components/schemas/SpeechMode"})
class _ModeField(serializers.ChoiceField):
    """The kind of speech: direct, reported, or the article's own voice."""


@extend_schema_field({"$ref": "#/components/schemas/SourceClass"})
class _SourceClassField(serializers.ChoiceField):
    """The kind of source."""


class _SpeechBody(Strict):
    mode = _ModeField(Appearance.Mode.choices, required=False, allow_null=True)
    said_at = DayOrMoment(required=False, allow_null=True)
    said_where = Text(max_length=300, required=False)
    relayed_via = Text(max_length=300, required=False)


class ClaimCreate(_SpeechBody):
    target = TargetInput()
    statement = Text(max_length=2_000, required=False)
    claimant = _ClaimantField(required=False, allow_null=True)
    topics = Texts(longest=80, most=20, required=False)


class _EachOnItsOwn(Items):
    """An array whose items are validated one by one: an invalid item does not affect the others."""

    def run_child_validation(self, data: Any) -> list[dict[str, Any] | ValidationError]:
        return [self._checked(item) for item in data]

    def _checked(self, item: Any) -> dict[str, Any] | ValidationError:
        try:
            values: dict[str, Any] = self.child.run_validation(item)
        except ValidationError as error:
            return error
        return values


class ClaimsCreate(Strict):
    """Many claims in one call; the answer holds the outcome of each, in order."""

    claims = _EachOnItsOwn(child=ClaimCreate(), most=MAX_CLAIMS, allow_empty=False)


class ClaimPatch(_SpeechBody):
    """`mode`, `said_at`, `said_where` and `relayed_via` are those of the claim's first appearance."""

    statement = Text(max_length=2_000, required=False)
    claimant = _ClaimantField(required=False, allow_null=True)
    state = serializers.ChoiceField(Claim.State.choices, required=False)
    parked_reason = Text(max_length=2_000, required=False)
    selection_reason = Text(max_length=2_000, required=False)
    topics = Texts(longest=80, most=20, required=False)
    assigned_to = _PersonField(required=False, allow_null=True, allow_blank=False)
    reviewer = _PersonField(required=False, allow_null=True, allow_blank=False)
    priority = Number(min_value=1, max_value=3, required=False)
    due_at = Moment(required=False, allow_null=True)


class AppearanceCreate(_SpeechBody):
    target = TargetInput()


class AppearancePatch(_SpeechBody):
    """`target` moves where the words begin and end; they overlap the present ones."""

    target = TargetInput(required=False)


class _EvidenceDetails(Strict):
    stance = serializers.ChoiceField(Evidence.Stance.choices)
    note = Text(max_length=5_000, required=False)
    source_class = _SourceClassField(Evidence.SOURCE_CLASSES, required=False, allow_null=True)
    cited_as = Text(max_length=300, required=False)
    quote = Text(max_length=10_000, required=False)
    archived_url = Url(required=False)
    accessed_at = DayOrMoment(required=False, allow_null=True)
    is_verified = Flag(required=False)


class EvidenceCreate(_EvidenceDetails):
    """Either `target`, a passage of any article, or `url`, an outside source with its quote."""

    target = TargetInput(required=False)
    url = Url(required=False, allow_blank=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("target" in attrs) == ("url" in attrs):
            raise ValidationError("Give either target or url.", code="target-or-url")
        misplaced = [name for name in _OUTSIDE if name in attrs] if "target" in attrs else []
        if misplaced:
            raise ValidationError(
                dict.fromkeys(misplaced, "Only an outside source has it; a passage's words are the article's.")
            )
        return attrs


class EvidencePatch(_EvidenceDetails):
    """`target` moves where a passage begins and ends; an outside source has none."""

    target = TargetInput(required=False)
    stance = serializers.ChoiceField(Evidence.Stance.choices, required=False)
    url = Url(required=False, allow_blank=False)


def speech_of(values: dict[str, Any], current: Appearance | None = None) -> Speech:
    """Return the speech; fields that the body leaves out are taken from `current`."""
    said_at, has_time = (current.said_at, current.has_said_time) if current else (None, False)
    if "said_at" in values:
        said_at, has_time = values["said_at"] or (None, False)
    texts = {
        name: (values[name] or "") if name in values else getattr(current, name, "")
        for name in ("mode", "said_where", "relayed_via")
    }
    return Speech(said_at=said_at, has_said_time=has_time, **texts)


def draft_of(values: dict[str, Any]) -> ClaimDraft:
    return ClaimDraft(
        target=target_of(values["target"]),
        statement=values.get("statement", ""),
        claimant=values.get("claimant"),
        speech=speech_of(values),
        topics=values.get("topics"),
    )


def outside_of(values: dict[str, Any]) -> OutsideSource | None:
    if "url" not in values:
        return None
    return OutsideSource(
        url=values["url"], **evidence_changes({name: values[name] for name in _OUTSIDE if name in values})
    )


def evidence_changes(values: dict[str, Any]) -> dict[str, Any]:
    """Return the body's fields as the service takes them."""
    changes = dict(values)
    if "accessed_at" in changes:
        changes["accessed_at"] = changes["accessed_at"][0] if changes["accessed_at"] else None
    if "source_class" in changes:
        changes["source_class"] = changes["source_class"] or ""
    return changes


def _is_id(text: str) -> bool:
    # With its hyphens alone: 32 letters and digits in a row are taken for a name.
    return "-" in text and parse_uuid(text) is not None
