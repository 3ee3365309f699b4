"""A verdict's part of the audit trail."""

from typing import Any

from django.db.models import CharField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Cast

from accounts.models import AuditEvent, User
from annotations.models import VerdictTransition
from api.resources.base import Resource
from api.resources.fields import Count, Flag, Moment, One, Part, Path, Sha256, Text
from api.resources.people import PersonResource


class _EventObjectResource(Resource):
    """The row that was written."""

    table = Text(source="object_table")
    id = Text(source="object_id")


class _TransitionResource(Resource):
    """A step of the workflow."""

    model = VerdictTransition

    action = Text()
    from_ = Text(source="from_status")
    to = Text(source="to_status")
    reason = Text()
    content_sha256 = Sha256(blank_is_null=True)
    is_override = Flag()
    is_single_approval = Flag()


def _transition(event: Path) -> QuerySet[Any]:
    """Return the transition of an event, which names its object by table and by id as text."""
    table = ExpressionWrapper(event("object_table"), output_field=CharField())
    found = VerdictTransition.objects.alias(id_text=Cast(F("pk"), CharField()), table=table)
    return found.filter(id_text=event("object_id"), table=VerdictTransition._meta.db_table).order_by()


class VerdictEventResource(Resource):
    """An event of the audit trail. `transition` is set if it is a step of the workflow."""

    model = AuditEvent
    is_compiled = True

    seq = Count()
    at = Moment()
    actor = One(PersonResource, null=True, rows=lambda event: User.objects.filter(pk=event("actor_id")).order_by())
    via = Text()
    action = Text()
    object = Part(_EventObjectResource)
    before_sha256 = Sha256(blank_is_null=True)
    after_sha256 = Sha256(blank_is_null=True)
    previous_hash = Text()
    hash = Sha256()
    request_id = Text()
    transition = One(_TransitionResource, null=True, rows=_transition)
