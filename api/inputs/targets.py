"""W3C targets: an article with its selectors."""

import re
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError

from annotations.services.targets import Target
from api.inputs.base import (
    Field,
    Number,
    Strict,
    Text,
    component,
)

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# \Z and not $, which lets a line break follow.
_ARTICLE = re.compile(rf"(?:(?:https?://[^/]+)?/api/v1/articles/)?({_UUID})\Z")


class QuoteSelector(Strict):
    type = Text()
    exact = Text(allow_blank=False)
    prefix = Text(required=False, max_length=1_000)
    suffix = Text(required=False, max_length=1_000)


class PositionSelector(Strict):
    type = Text()
    start = Number()
    end = Number()


_SELECTORS: dict[str, type[Strict]] = {"TextQuoteSelector": QuoteSelector, "TextPositionSelector": PositionSelector}
_SELECTOR = {"$ref": "#/components/schemas/Selector"}
_OFFSET = {"type": "integer", "minimum": 0, "maximum": 2_147_483_647}
_AROUND = {"type": "string", "maxLength": 1000}


@extend_schema_field({"type": "string", "examples": ["0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"]})
class _ArticleReference(Field):
    """An article's id, or its address in this API."""

    def to_internal_value(self, data: Any) -> str:
        found = _ARTICLE.match(data) if isinstance(data, str) else None
        if found is None:
            raise ValidationError(
                f"Give an article's id or {settings.SITE_URL}/api/v1/articles/<id>.", code="bad-source"
            )
        return found[1].lower()  # one spelling: articles are locked in the order of their ids

    def to_representation(self, value: Any) -> Any:
        return value


@component(
    "Selectors",
    {
        "description": "One or both selectors, each once.",
        "oneOf": [{"type": "array", "minItems": 1, "maxItems": 2, "items": _SELECTOR}, _SELECTOR],
    },
)
@component(
    "Selector",
    {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("TextQuoteSelector", "TextPositionSelector")]},
)
@component(
    "TextQuoteSelector",
    {
        "type": "object",
        "required": ["type", "exact"],
        "additionalProperties": False,
        "properties": {
            "type": {"const": "TextQuoteSelector"},
            "exact": {"type": "string", "minLength": 1},
            "prefix": _AROUND,
            "suffix": _AROUND,
        },
    },
)
@component(
    "TextPositionSelector",
    {
        "type": "object",
        "required": ["type", "start", "end"],
        "additionalProperties": False,
        "properties": {"type": {"const": "TextPositionSelector"}, "start": _OFFSET, "end": _OFFSET},
    },
)
class _Selectors(Field):
    """One or both selectors, each once; a single one may stand without its array."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given = data if isinstance(data, list) else [data]
        if not given:
            raise ValidationError("Give a TextQuoteSelector, a TextPositionSelector or both.", code="required")
        values: dict[str, Any] = {}
        seen: set[str] = set()
        for number, item in enumerate(given):
            kind = item.get("type") if isinstance(item, dict) else None
            if not isinstance(kind, str) or kind not in _SELECTORS or kind in seen:
                detail = ErrorDetail(f"A selector is a {' or a '.join(_SELECTORS)}, each once.", code="bad-selector")
                raise ValidationError({str(number): [detail]})
            seen.add(kind)
            try:
                values |= _SELECTORS[kind].checked(item)
            except ValidationError as error:
                raise ValidationError({str(number): error.detail}) from error
        values.pop("type", None)
        return values

    def to_representation(self, value: Any) -> Any:
        return value


@component(
    "State",
    {
        "description": "A W3C State, for your own records; not evaluated.",
        "anyOf": [{"$ref": "#/components/schemas/JsonObject"}, {"type": "string"}],
    },
)
class _State(Field):
    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class TargetInput(Strict):
    """`revision` is the number of the revision that the offsets were read from; without it, the current one."""

    source_ = _ArticleReference()
    selector = _Selectors()
    revision = Number(required=False, min_value=1)
    state = _State(required=False)
    type = Text(required=False)


def target_of(values: dict[str, Any]) -> Target:
    return Target(article_id=values["source"], revision=values.get("revision"), **values["selector"])
