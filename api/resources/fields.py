"""The fields of a resource: value in Python, expression in SQL, and JSON Schema.

Both ways give the same bytes, which `tests/api/test_resources.py` proves. That is why numbers and stored JSON are
written here as Postgres writes them.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import NullIf
from rest_framework import serializers

from annotations.models import Appearance, Evidence
from api.json import Raw, dumps
from api.resources.expressions import JsonArray, Rfc3339, UtcDay
from core.canonical_json import rfc3339
from core.values import known

if TYPE_CHECKING:
    from api.resources.base import Resource

Schema = dict[str, Any]
Path = Callable[[str], Any]
"""From the name of a model's field to what stands for it: F() in SQL, OuterRef() within a subquery, its value in Python."""
_Field = serializers.Field[Any, Any, Any, Any]


class ReadField(_Field):
    """A read-only member.

    `null`: it may be null. `blank_is_null`: the database holds "" or 0 instead. `optional`: a view adds it to some
    answers. `value` and `expression` define, in Python and in SQL, a member that no column holds. `lookup` is a
    queryset of one column and at most one row.
    """

    kind: ClassVar[Schema] = {}

    def __init__(
        self,
        *,
        null: bool = False,
        blank_is_null: bool = False,
        optional: bool = False,
        about: str = "",
        value: Callable[[Any], Any] | None = None,
        expression: Callable[[Path], Any] | None = None,
        lookup: Callable[[Path], QuerySet[Any]] | None = None,
        source: str | None = None,
    ) -> None:
        super().__init__(read_only=True, source=source, allow_null=True)
        self.is_nullable, self.blank_is_null = null or blank_is_null, blank_is_null
        self.is_optional, self.about = optional, about
        self._value, self._expression, self._lookup = value, expression, lookup

    def schema(self) -> Schema:
        return {**self.kind, **({"description": self.about} if self.about else {})}

    def get_attribute(self, instance: Any) -> Any:
        if self.is_optional:
            raise serializers.SkipField
        if self._value is not None:
            return self._value(instance)
        if self._lookup is not None:
            row = self._lookup(_values_of(instance)).first()
            return None if row is None else next(iter(row.values()))
        found = self._read_source(instance)
        return None if self.blank_is_null and found in ("", 0) else found

    def _read_source(self, instance: Any) -> Any:
        """Return what the framework's own get_attribute() returns, in a third of the time where it is a plain attribute."""
        if not isinstance(instance, dict) and len(self.source_attrs) == 1:
            found = getattr(instance, self.source_attrs[0], None)
            if found is not None and not callable(found):
                return found
        return super().get_attribute(instance)

    def to_representation(self, value: Any) -> Any:
        return value

    def compile(self, prefix: str = "") -> Any:
        """Return the expression of the field's value; `prefix` leads from the queryset to its columns."""

        def path(name: str) -> F:
            return F(prefix + name.replace(".", "__"))

        if self._expression is not None:
            return self._expression(path)
        if self._lookup is not None:
            return self.spell(Subquery(self._lookup(_outer_columns(prefix))))
        return self.spell(path(str(self.source)))

    def spell(self, column: Any) -> Any:
        """Return the expression that writes a column as JSON."""
        return NullIf(column, Value("")) if self.blank_is_null else column


class Text(ReadField):
    kind: ClassVar[Schema] = {"type": "string"}


class Id(ReadField):
    kind: ClassVar[Schema] = {"type": "string", "format": "uuid"}


class Url(ReadField):
    kind: ClassVar[Schema] = {"type": "string", "format": "uri"}


class Sha256(ReadField):
    kind: ClassVar[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


class Count(ReadField):
    """A whole number from 0."""

    kind: ClassVar[Schema] = {"type": "integer", "minimum": 0}

    def spell(self, column: Any) -> Any:
        return NullIf(column, Value(0)) if self.blank_is_null else column


class Priority(ReadField):
    kind: ClassVar[Schema] = {"type": "integer", "minimum": 1, "maximum": 3}


class Number(ReadField):
    kind: ClassVar[Schema] = {"type": "number"}

    def to_representation(self, value: Any) -> Any:
        """Postgres writes 1, not 1.0, and a decimal with all its places."""
        is_whole_float = isinstance(value, float) and value.is_integer()
        return Raw(str(int(value) if is_whole_float else value).encode())


class Score(ReadField):
    """A computed number: no table holds it."""

    kind: ClassVar[Schema] = {"type": "number"}


class Share(Score):
    """A number from 0 to 1."""

    kind: ClassVar[Schema] = {"type": "number", "minimum": 0, "maximum": 1}


class Flag(ReadField):
    kind: ClassVar[Schema] = {"type": "boolean"}


class Always(Flag):
    kind: ClassVar[Schema] = {"const": True}


class Moment(ReadField):
    """A time in UTC."""

    kind: ClassVar[Schema] = {"type": "string", "format": "date-time"}

    def to_representation(self, value: Any) -> Any:
        return rfc3339(value) if isinstance(value, datetime) else value

    def spell(self, column: Any) -> Any:
        return Rfc3339(column)


class Day(ReadField):
    kind: ClassVar[Schema] = {"type": "string", "format": "date"}

    def to_representation(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


DAY_OR_MOMENT: Schema = {
    "description": "A date where only the day is known, else a time with its offset.",
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}],
    "examples": ["2021-06-16", "2021-06-16T17:08:16Z"],
}


class DayOrMoment(Moment):
    """A day where only that is known, else a time. `time_is_known` names the column that says so."""

    kind: ClassVar[Schema] = {"$ref": "#/components/schemas/DayOrMoment"}

    def __init__(self, *, time_is_known: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.time_is_known = time_is_known

    def get_attribute(self, instance: Any) -> Any:
        found = super().get_attribute(instance)
        if found is None or not self.time_is_known or getattr(instance, self.time_is_known):
            return found
        # The day in UTC, as UtcDay says it in SQL.
        return found.astimezone(UTC).date().isoformat()

    def compile(self, prefix: str = "") -> Any:
        if not self.time_is_known:
            return super().compile(prefix)
        column = F(prefix + str(self.source))
        is_known = Q(**{prefix + self.time_is_known: True})
        return Case(When(is_known, then=Rfc3339(column)), default=UtcDay(column), output_field=TextField())


class Json(ReadField):
    """A stored object, spelled as Postgres spells its jsonb."""

    kind: ClassVar[Schema] = {"$ref": "#/components/schemas/JsonObject"}

    def to_representation(self, value: Any) -> Any:
        return Raw(json.dumps(value, ensure_ascii=False).encode())


def _enumeration(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values]}


SHARED_COMPONENTS: dict[str, Schema] = {
    "DayOrMoment": DAY_OR_MOMENT,
    "SpeechMode": _enumeration(Appearance.Mode.values),
    "SourceClass": _enumeration(Evidence.SOURCE_CLASSES),
    "Verification": _enumeration(("stored_text", "fetched_copy", "person")),
    "JsonObject": {"type": "object", "additionalProperties": True},
}
"""Components that several resources and forms name. What may be null needs a name: generated clients invent one otherwise."""


class Choice(ReadField):
    """One of several words."""

    def __init__(self, values: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.values = list(values)

    def schema(self) -> Schema:
        return {**_enumeration(self.values), **super().schema()}


class NamedChoice(ReadField):
    """One of the words of a shared component."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(**options)
        self.name = name

    def schema(self) -> Schema:
        return {"$ref": f"#/components/schemas/{self.name}"}


class Words(ReadField):
    """An array of texts, or of `of`."""

    def __init__(self, of: ReadField | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.of = of or Text()

    def schema(self) -> Schema:
        return {"type": "array", "items": self.of.schema(), **super().schema()}


class Null(ReadField):
    """Always null: a member that another resource of the same shape has. `like` is that member."""

    def __init__(self, like: ReadField) -> None:
        super().__init__(null=True, value=lambda _: None, expression=lambda _: Value(None))
        self.like = like

    def schema(self) -> Schema:
        return self.like.schema()


class Nested(ReadField):
    """A field that holds another resource.

    `rows(path)` are its rows, if they are not reached by a foreign key. `key` is the foreign key of those rows to this
    one: with it they can be read for a whole page at once.
    """

    is_many: ClassVar[bool] = False

    def __init__(
        self,
        resource: "type[Resource]",
        *,
        rows: Callable[[Path], QuerySet[Any]] | None = None,
        key: str = "",
        order: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.resource, self._rows, self.key, self.order = resource, rows, key, order

    def schema(self) -> Schema:
        reference = {"$ref": f"#/components/schemas/{self.resource.component_name()}"}
        return {"type": "array", "items": reference} if self.is_many else reference

    def all_rows(self, path: Path) -> QuerySet[Any]:
        """Return the rows of all parents, without order if `key` chooses among them. A foreign key has no `rows`."""
        return known(self._rows)(path)

    def rows_of(self, path: Path) -> QuerySet[Any]:
        found = self.all_rows(path)
        return found.filter(**{self.key: path("pk")}).order_by(*self.order) if self.key else found

    @property
    def has_rows(self) -> bool:
        return self._rows is not None

    def compile(self, prefix: str = "") -> Any:
        if self._expression is not None:
            return super().compile(prefix)
        return self.gather(self._subquery_rows(prefix))

    def gather(self, rows: QuerySet[Any]) -> Any:
        """Return the expression that makes the JSON of the first of `rows`, or null."""
        return Subquery(rows.values(json_=self.resource.document())[:1], output_field=TextField())

    def _subquery_rows(self, prefix: str) -> QuerySet[Any]:
        path = _outer_columns(prefix)
        if self._rows is not None:
            return self.rows_of(path)
        # One row at most: the model's own order would be a sort for nothing.
        return self.resource.all_rows().filter(pk=path(f"{self.source}_id")).order_by()


class One(Nested):
    """Another resource, or null."""

    def get_attribute(self, instance: Any) -> Any:
        return self.rows_of(_values_of(instance)).first() if self.has_rows else super().get_attribute(instance)

    def to_representation(self, value: Any) -> Any:
        return self.resource.shared().to_representation(value)


class Part(Nested):
    """An object of the same row's columns; null where the column `unless` is null, or "" if `unless_blank` says so."""

    def __init__(
        self, resource: "type[Resource]", *, unless: str = "", unless_blank: bool = True, **options: Any
    ) -> None:
        super().__init__(resource, null=bool(unless), **options)
        self.unless, self.absent = unless, ("", None) if unless_blank else (None,)

    def get_attribute(self, instance: Any) -> Any:
        if self._value is not None:
            return self._value(instance)
        return None if self.unless and getattr(instance, self.unless) in self.absent else instance

    def to_representation(self, value: Any) -> Any:
        return self.resource.shared().to_representation(value)

    def compile(self, prefix: str = "") -> Any:
        document = self.resource.document(prefix)
        if not self.unless:
            return document
        column = prefix + self.unless
        is_absent = Q(**{f"{column}__isnull": True})
        if "" in self.absent:
            is_absent |= Q(**{column: ""})
        return Case(When(is_absent, then=Value(None)), default=document, output_field=TextField())


class Many(Nested):
    """An array of another resource."""

    is_many: ClassVar[bool] = True

    def get_attribute(self, instance: Any) -> Any:
        return self.rows_of(_values_of(instance)) if self.has_rows else super().get_attribute(instance)

    def to_representation(self, value: Any) -> Any:
        """Postgres puts a space after an aggregate's comma."""
        resource = self.resource.shared()
        return Raw(b"[" + b", ".join(dumps(resource.to_representation(one)) for one in value) + b"]")

    def gather(self, rows: QuerySet[Any]) -> Any:
        """Return the expression that makes a JSON array of `rows`."""
        return JsonArray(rows.values(json_=self.resource.document()))


def _outer_columns(prefix: str) -> Path:
    """Return the path to the columns of a query, for a subquery in it."""
    return lambda name: OuterRef(prefix + name.replace(".", "__"))


def _values_of(instance: Any) -> Path:
    """Return the path to the values of an instance."""

    def path(name: str) -> Value:
        found = instance
        for part in name.split("."):
            found = getattr(found, part)
        return Value(found)

    return path
