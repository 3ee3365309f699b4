"""Comments on a claim and its verdicts. Alias: co."""

from uuid import UUID

from api.documents.claims import PERSON
from api.documents.sql import objects, one, time
from api.json import Raw

COMMENT = objects(
    id="co.id",
    claim="co.claim_id",
    verdict="co.verdict_id",
    evidence="co.evidence_id",
    in_reply_to="co.in_reply_to_id",
    field="nullif(co.field, '')",
    body="co.body",
    is_blocking="co.is_blocking",
    suggestion="CASE WHEN co.suggested_to IS NULL THEN NULL"
    " ELSE json_build_object('from', co.suggested_from, 'to', co.suggested_to) END",
    author=PERSON.format("co.author_id"),
    created_at=time("co.created_at"),
    resolved_by=PERSON.format("co.resolved_by_id"),
    resolved_at=time("co.resolved_at"),
    resolution="nullif(co.resolution, '')",
)


def comment_document(comment_id: UUID | str) -> Raw | None:
    return one(COMMENT, "annotations_comment co WHERE co.id = %s", [comment_id])
