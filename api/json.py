"""Read and write JSON with orjson: strict RFC 8259, bounded depth, no NaN, no lone surrogates."""

from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from core.repeated_members import repeated_member


class Raw(bytes):
    """JSON bytes that Postgres built. The renderer sends them unchanged."""


class JsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        # One byte more than allowed tells a body without Content-Length that is too long.
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            if "surrogate in string" in str(error):
                detail = "A text holds half of a surrogate pair, which is no character. Nothing was saved."
                raise ValidationError({"non_field_errors": [detail]}, code="lone-surrogate") from error
            raise ParseError(f"The body is not JSON: {error}.", code="malformed-json") from error
        if name := repeated_member(body):
            detail = f"“{name[:80]}” stands twice in one object, with different values. Nothing was saved."
            raise ParseError(detail, code="malformed-json")
        return document


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is None:
            return b""
        return bytes(data) if isinstance(data, bytes) else dumps(data)


class AlwaysJson(BaseContentNegotiation):
    """Answer JSON whatever `Accept` says (RFC 9110 allows it). The Content-Type of the request chooses its parser."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        given = str(request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def dumps(data: Any) -> bytes:
    """Encode as JSON: times as RFC 3339 UTC with `Z`, embedded `Raw` unchanged."""
    return orjson.dumps(
        data, default=_default, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_PASSTHROUGH_SUBCLASS
    )


def _default(value: Any) -> Any:
    if isinstance(value, Raw):
        return orjson.Fragment(bytes(value))
    # Subclasses, such as DRF's dictionaries: OPT_PASSTHROUGH_SUBCLASS sends them here.
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if hasattr(value, "is_integer") and not isinstance(value, float):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
