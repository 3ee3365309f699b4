"""Refusals."""

from api.resources.base import Resource
from api.resources.fields import Count, Many, Text


class _ProblemErrorResource(Resource):
    """A field or parameter, and what is wrong with it."""

    pointer = Text()
    code = Text()
    detail = Text()


class ProblemResource(Resource):
    """RFC 9457. `type` ends in the stable code; some refusals add members such as `candidates`."""

    type = Text()
    title = Text()
    status = Count()
    detail = Text()
    errors_ = Many(_ProblemErrorResource)
    request_id = Text()
