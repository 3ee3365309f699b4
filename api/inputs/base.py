"""Strict fields: JSON's own types, nothing coerced, nothing unknown."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import SkipField, empty
from rest_framework.settings import api_settings
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from api.problems import MOST_ERRORS
from api.resources.fields import Schema
from api.times import parse_moment

_LONGEST_NAME = 100  # of an unknown field that an error repeats
INPUT_COMPONENTS: dict[str, Schema] = {}
"""Named schemas of request fields for which several types are allowed: a client's author reads the names."""
Base = serializers.Serializer[Any]
Field = serializers.Field[Any, Any, Any, Any]


def component(name: str, schema: Schema) -> Callable[[Any], Any]:
    """Give a field's schema a name of its own in the document."""
    INPUT_COMPONENTS[name] = schema
    return extend_schema_field({"$ref": f"#/components/schemas/{name}"})


class Strict(Base):
    """A body, or an object within one, that may hold the declared fields and no others."""

    def get_fields(self) -> dict[str, Any]:
        """Return the fields by their names in JSON: a name that DRF or Python uses is declared with an underscore after it."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    @classmethod
    def checked(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        """Return the validated values. Raises ValidationError."""
        try:
            values: dict[str, Any] = _form(cls, partial).run_validation(data)
        except ValidationError as error:
            if isinstance(error.detail, dict):
                raise
            nothing = ErrorDetail("No data provided", code="null")  # as is_valid() says it
            raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [nothing]}) from error
        return values

    def to_internal_value(self, data: Any) -> Any:
        """Check the fields that are there, and those that have to be.

        As DRF does, which asks every field whether it may be missing: most of a claim's are, and that took a third of the
        time of checking one (2026-12-01).
        """
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)  # says what is wrong with it
        errors = _unknown_fields(data, frozenset(self.fields))
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name not in data and not field.required and field.default is empty:
                continue
            try:
                values[str(field.source)] = field.run_validation(field.get_value(data))
            except ValidationError as error:
                errors[name] = error.detail
            except SkipField:
                pass
        if errors:
            raise ValidationError(errors)
        return values


def _unknown_fields(data: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Return an error for each of the first unknown fields. Bounded: 200,000 of them took 36 seconds."""
    if data.keys() <= known:
        return {}
    detail = f"Unknown field. Known here: {', '.join(sorted(known)) or 'none'}."
    unknown = islice((name for name in data if name not in known), MOST_ERRORS)
    return {str(name)[:_LONGEST_NAME]: [ErrorDetail(detail, code="unknown-field")] for name in unknown}


@cache
def _form(form: type[Strict], partial: bool) -> Strict:
    """Return one instance for all requests: validation changes nothing in it, and making it took longer."""
    return form(partial=partial)


class _NoSurrogates(ProhibitSurrogateCharactersValidator):
    def __call__(self, value: Any) -> None:
        """Raise ValidationError for a surrogate, the only character that UTF-8 lacks: DRF looks at each in a loop."""
        try:
            str(value).encode()
        except UnicodeEncodeError:
            super().__call__(value)


class Text(serializers.CharField):
    """A JSON string. White space stays, and "" is allowed unless `allow_blank=False`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_blank", True)
        kwargs.setdefault("trim_whitespace", False)
        super().__init__(**kwargs)
        self.validators = [
            _NoSurrogates() if type(one) is ProhibitSurrogateCharactersValidator else one for one in self.validators
        ]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Items(serializers.ListField):
    """A JSON array. Its length is checked before its items: DRF would check a million of them first."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(max_length=most, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > self.most:
            raise ValidationError(f"At most {self.most:,} items are read here.", code="max_length")
        return super().to_internal_value(data)

    def run_child_validation(self, data: Any) -> Any:
        """Return the checked items, or the errors of the first items that are not valid."""
        result: list[Any] = []
        errors: dict[str, Any] = {}
        for number, item in enumerate(data):
            try:
                result.append(self.child.run_validation(item))
            except ValidationError as error:
                errors[str(number)] = error.detail
                if len(errors) == MOST_ERRORS:
                    break
        if errors:
            raise ValidationError(errors)
        return result


class Texts(Items):
    def __init__(self, *, longest: int = 500, most: int = 50, **kwargs: Any) -> None:
        super().__init__(child=Text(max_length=longest), most=most, **kwargs)


class Reasons(serializers.DictField):
    """A JSON object of texts, its size checked before its values."""

    def __init__(self, *, longest: int = 2_000, most: int = 50, **kwargs: Any) -> None:
        self.most = most
        super().__init__(child=Text(max_length=longest), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > self.most:
            raise ValidationError(f"At most {self.most} names are read here.", code="max_length")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A JSON integer that the database can hold."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", 2_147_483_647)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)  # 1.0 is an integer of JSON Schema
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Id(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Merge(Strict):
    """The resource that takes over the one of this address."""

    into = Id()


class Url(Text):
    """An http(s) address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2_000)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data).strip()
        if value and (not value.startswith(("https://", "http://")) or not value.isprintable() or " " in value):
            raise ValidationError("Give an address that starts with https:// or http://.", code="bad-url")
        return value


@extend_schema_field({"type": "string", "format": "date-time"})
class Moment(Field):
    """RFC 3339 with an offset."""

    def to_internal_value(self, data: Any) -> datetime:
        found = parse_moment(data) if isinstance(data, str) else None
        if not isinstance(found, datetime):
            raise ValidationError("Give a time with its offset, such as 2021-06-16T17:08:16Z.", code="bad-time")
        return found

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"$ref": "#/components/schemas/DayOrMoment"})
class DayOrMoment(Field):
    """A date where only the day is known, else RFC 3339. The value is (datetime, whether the time is known)."""

    def to_internal_value(self, data: Any) -> tuple[datetime, bool]:
        found = parse_moment(data) if isinstance(data, str) else None
        if found is None:
            raise ValidationError("Give a date (2021-06-16) or a time with its offset.", code="bad-time")
        if isinstance(found, datetime):
            return found, True
        return datetime(found.year, found.month, found.day, tzinfo=UTC), False

    def to_representation(self, value: Any) -> Any:
        return value
