"""Teach drf-spectacular to make components of resources, and of request fields with several types."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension

from api.inputs.base import Strict, Text, Url
from api.resources.base import Resource
from api.resources.fields import Schema


class _ResourceSchema(OpenApiSerializerExtension):
    target_class = Resource
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        found: Resource = self.target
        return found.component_name()

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        resource: Resource = self.target
        for nested in _nested_in(type(resource)):
            auto_schema.resolve_serializer(nested, direction)
        return resource.json_schema()


class _StrictSchema(OpenApiSerializerExtension):
    """A request's object holds the declared fields and no others."""

    target_class = Strict
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        found: Schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**found, "additionalProperties": False}


class _TextSchema(OpenApiSerializerFieldExtension):
    """A text that may not be empty says so."""

    target_class = Text
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        found: Schema = auto_schema._map_serializer_field(self.target, direction, bypass_extensions=True)
        # drf-spectacular adds "null" to the answer of an extension too, and a repeated type is no valid schema.
        if self.target.allow_null:
            found = {**found, "type": "string"}
        if isinstance(self.target, Url):
            return {**found, "pattern": r"^https?://\S+$" if not self.target.allow_blank else r"^(https?://\S+)?$"}
        return found if self.target.allow_blank else {**found, "minLength": 1}


def _nested_in(resource: type[Resource]) -> list[type[Resource]]:
    """Return the resources that this one's schema refers to."""
    return resource.referred()


def components_of(resource: type[Resource]) -> dict[str, Schema]:
    """Return the schemas of a resource and all that it refers to, by name, for parts without a view."""
    found = {resource.component_name(): resource.json_schema()}
    for nested in _nested_in(resource):
        found |= components_of(nested)
    return found
