"""Comments on a claim and its verdicts."""

from annotations.models import Comment
from api.resources.base import Resource
from api.resources.fields import Flag, Id, Moment, One, Part, Text
from api.resources.people import PersonResource


class _SuggestedEditResource(Resource):
    """Words of the field, and what the author would write instead."""

    from_ = Text(source="suggested_from")
    to = Text(source="suggested_to")


class CommentResource(Resource):
    model = Comment
    joined = ("author", "resolved_by")

    id = Id()
    claim = Id(source="claim_id")
    verdict = Id(source="verdict_id", null=True)
    evidence = Id(source="evidence_id", null=True)
    in_reply_to = Id(source="in_reply_to_id", null=True)
    field = Text(blank_is_null=True)
    body = Text()
    is_blocking = Flag()
    suggestion = Part(_SuggestedEditResource, unless="suggested_to", unless_blank=False)
    author = One(PersonResource)
    created_at = Moment()
    resolved_by = One(PersonResource, null=True)
    resolved_at = Moment(null=True)
    resolution = Text(blank_is_null=True)
