"""Request bodies of articles, sources and imports."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.inputs.base import (
    Field,
    Items,
    Moment,
    Number,
    Strict,
    Text,
    Url,
    component,
)
from articles.limits import MAX_BLOCK_ROLES, MAX_FIELD_CODE_POINTS
from articles.models import BLOCK_ROLES
from articles.services.runs import MAX_ITEMS_AT_ONCE


class SourceBody(Strict):
    name = Text(max_length=200, allow_blank=False)
    domain = Text(max_length=253, required=False, allow_null=True)
    language = Text(max_length=35, required=False)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False, allow_blank=True)
    interests = Text(max_length=10_000, required=False)


class SourcePatch(SourceBody):
    name = Text(max_length=200, allow_blank=False, required=False)


class SourceObject(Strict):
    name = Text(max_length=200, required=False)
    domain = Text(max_length=253, required=False)


@component(
    "SourceReference",
    {"anyOf": [{"type": "string", "maxLength": 200}, {"$ref": "#/components/schemas/SourceObject"}]},
)
@component(
    "SourceObject",
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "maxLength": 200},
            "domain": {"type": "string", "maxLength": 253},
        },
    },
)
class _SourceField(Field):
    """A name, or {"name", "domain"}."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            data = {"name": data}
        return SourceObject.checked(data)

    def to_representation(self, value: Any) -> Any:
        return value


class ImportArticle(Strict):
    """One article: `url` or `external_id` say which it is, `text` or `html` what it says. Times as in the source."""

    url = Text(max_length=2_000, required=False)
    external_id = Text(max_length=MAX_FIELD_CODE_POINTS, required=False)
    title = Text(required=False)
    text = Text(required=False)
    html = Text(required=False)
    source_ = _SourceField(required=False)
    byline = Text(max_length=MAX_FIELD_CODE_POINTS, required=False)
    published_at = Text(max_length=100, required=False)
    language = Text(max_length=35, required=False)


class ImportBody(Strict):
    """Either `url` or `articles`."""

    url = Url(required=False, allow_blank=False)
    articles = Items(child=ImportArticle(), required=False, allow_empty=False, most=MAX_ITEMS_AT_ONCE * 5)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise ValidationError("Give either url or articles, or send files as a form.", code="url-or-articles")
        return attrs


class BlockRoleChange(Strict):
    block = Number(help_text="The block's place in `revision.blocks`, from 0.")
    role = serializers.ChoiceField(BLOCK_ROLES)


@extend_schema_field({"type": "string", "description": "A source's name; a new name makes a new source."})
class _SourceNameField(Field):
    def to_internal_value(self, data: Any) -> str:
        name: str = Text(max_length=200).run_validation(data)
        return name

    def to_representation(self, value: Any) -> Any:
        return value


class ArticlePatch(Strict):
    """No import overwrites what was set here."""

    title = Text(max_length=1_000, required=False, allow_blank=False)
    source_ = _SourceNameField(required=False, allow_null=True)
    origin = _SourceNameField(required=False, allow_null=True)
    url = Url(required=False, allow_null=True)
    byline = Text(max_length=500, required=False)
    published_at = Moment(required=False, allow_null=True)
    language = Text(max_length=35, required=False)
    block_roles = Items(child=BlockRoleChange(), required=False, most=MAX_BLOCK_ROLES)
