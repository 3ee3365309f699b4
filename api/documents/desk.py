"""The desk's own records: claimants, scales, audit events. Aliases: cl claimant, rs scale, ev event, pl its payload."""

from uuid import UUID

from api.documents.claims import CLAIMANT, PERSON
from api.documents.sql import (
    array,
    objects,
    one,
    time,
)
from api.json import Raw

RATING_SCALE = objects(
    id="rs.id",
    key="rs.key",
    version="rs.version",
    name="rs.name",
    description="rs.description",
    is_free_text="rs.is_free_text",
    is_default="EXISTS (SELECT 1 FROM annotations_desk WHERE default_scale_id = rs.id)",
    ratings=array(
        objects(
            id="ra.id",
            label="ra.label",
            class_="ra.rating_class",
            value="ra.value",
            definition="ra.definition",
            colour="ra.colour",
            icon="ra.icon",
        ),
        "annotations_rating ra WHERE ra.scale_id = rs.id AND ra.is_active",
        "ra.position",
    ),
)

_MOVE = (
    "(SELECT json_build_object('action', t.action, 'from', t.from_status, 'to', t.to_status, 'reason', t.reason,"
    " 'content_sha256', nullif(t.content_sha256, ''), 'is_override', t.is_override,"
    " 'is_single_approval', t.is_single_approval) FROM annotations_verdicttransition t"
    " WHERE ev.object_table = 'annotations_verdicttransition' AND t.id::text = ev.object_id)"
)
EVENT = objects(
    seq="ev.seq",
    at=time("ev.at"),
    actor=PERSON.format("ev.actor_id"),
    via="ev.via",
    action="ev.action",
    object="json_build_object('table', ev.object_table, 'id', ev.object_id)",
    before_sha256="nullif(ev.before_sha256, '')",
    after_sha256="nullif(ev.after_sha256, '')",
    previous_hash="ev.previous_hash",
    hash="ev.hash",
    request_id="ev.request_id",
    move=_MOVE,
)
EVENTS = (
    "accounts_auditevent ev"
    " LEFT JOIN accounts_payload pl ON pl.id = coalesce(ev.after_payload_id, ev.before_payload_id)"
)


def claimant_document(claimant_id: UUID | str) -> Raw | None:
    return one(CLAIMANT, "annotations_claimant cl WHERE cl.id = %s", [claimant_id])
