"""JSON in and out with orjson: strict RFC 8259, bounded depth, no NaN, no lone surrogates."""

from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer


class Raw(bytes):
    """JSON that Postgres has built already: rendered as it is."""


class JsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.", code="malformed-json") from error


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return bytes(data) if isinstance(data, Raw) else dumps(data)


class ProblemRenderer(JsonRenderer):
    media_type = "application/problem+json"
    format = "problem"


def dumps(data: Any) -> bytes:
    """Times as RFC 3339 UTC with Z, embedded `Raw` as it is."""
    return orjson.dumps(
        data, default=_default, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_PASSTHROUGH_SUBCLASS
    )


def _default(value: Any) -> Any:
    if isinstance(value, Raw):
        return orjson.Fragment(bytes(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if hasattr(value, "is_integer") and not isinstance(value, float):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
