"""A resource: a DRF serializer for reading that also compiles to SQL and knows its JSON Schema."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache, cached_property
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.fields import SkipField

from api.resources.expressions import RowJson
from api.resources.fields import Nested, ReadField, Schema, Url
from core.values import known

Base = serializers.Serializer[Any]


class Resource(Base):
    """A JSON object of the API.

    `model` is the table it is read from, if any. `is_compiled`: Postgres builds the JSON (hot, or with arrays of rows);
    else Python does, and `joined` names the relations it needs. `stored` is the column that holds the finished
    document. `version_column` is the edit number that If-Match is compared with. `component` is the name in the schema
    if it differs from the class name.
    """

    model: ClassVar[type[Model] | None] = None
    is_compiled: ClassVar[bool] = False
    joined: ClassVar[tuple[str, ...]] = ()
    version_column: ClassVar[str] = ""
    stored: ClassVar[Any] = None
    component: ClassVar[str] = ""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields by JSON name: a name reserved by Python is declared with a trailing underscore."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the members' values. The framework's own asks each field what else it may be: twice the time."""
        found = {}
        for name, field in self._own_members:
            # Raised by an optional member, which the view adds itself.
            with suppress(SkipField):
                value = field.get_attribute(instance)
                found[name] = None if value is None else field.to_representation(value)
        return found

    @cached_property
    def _own_members(self) -> list[tuple[str, Any]]:
        return list(self.fields.items())

    @classmethod
    def component_name(cls) -> str:
        return cls.component or cls.__name__.lstrip("_").removesuffix("Resource")

    @classmethod
    @cache
    def shared(cls) -> "Resource":
        """Return one instance for all requests: reading changes nothing in it."""
        return cls()

    @classmethod
    def members(cls) -> dict[str, ReadField]:
        declared: Mapping[str, Any] = cls.shared().fields
        return dict(declared)

    @classmethod
    def all_rows(cls) -> QuerySet[Any]:
        return QuerySet(known(cls.model))

    @classmethod
    def document(cls, prefix: str = "") -> RowJson:
        """Return the expression of the object, whose columns are reached from the queryset by `prefix`."""
        stored = {name: field for name, field in cls.members().items() if not field.is_optional}
        return RowJson(**{name: field.compile(prefix) for name, field in stored.items()})

    @classmethod
    def referred(cls) -> "list[type[Resource]]":
        """Return the resources that the schema refers to."""
        return [field.resource for field in cls.members().values() if isinstance(field, Nested)]

    @classmethod
    def json_schema(cls) -> Schema:
        """Return the object's schema. Open: members may be added."""
        members = cls.members()
        about = {"description": " ".join(cls.__doc__.split())} if cls.__doc__ else {}
        return {
            "type": "object",
            **about,
            "properties": {
                name: _nullable(field.schema()) if field.is_nullable else field.schema()
                for name, field in members.items()
            },
            "required": [name for name, field in members.items() if not field.is_optional],
        }


class Page(Resource):
    """A page of a list."""

    next = Url(null=True)
    previous = Url(null=True)

    item: ClassVar[type[Resource]]

    @classmethod
    def referred(cls) -> list[type[Resource]]:
        return [cls.item]

    @classmethod
    def json_schema(cls) -> Schema:
        reference = {"$ref": f"#/components/schemas/{cls.item.component_name()}"}
        found = super().json_schema()
        found["properties"] = {"results": {"type": "array", "items": reference}, **found["properties"]}
        return {**found, "description": "A page of a list.", "required": list(found["properties"])}


@cache
def page_of(item: type[Resource]) -> type[Page]:
    return type(f"{item.component_name()}List", (Page,), {"item": item})


def _nullable(schema: Schema) -> Schema:
    """Return the schema of the same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **values}
