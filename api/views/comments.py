"""The discussion of a claim and its verdicts."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim
from annotations.services.discussion import add_comment, resolve_comment
from api.base import ApiView
from api.documents.comments import COMMENT, comment_document
from api.inputs.verdicts import CommentBody, Nothing
from api.listing import Listing, page
from api.params import uuid_param
from api.schema.describe import describe
from api.views.claims import merged_id
from api.views.common import created, existing


class ClaimComments(ApiView):
    required_scopes = {"GET": "claims:read", "POST": "claims:write"}
    query_params = frozenset({"verdict", "limit", "cursor"})

    @describe("The discussion of a claim, oldest first", returns="CommentList")
    def get(self, request: Request, claim_id: UUID) -> Response:
        standing = merged_id(claim_id)
        existing(Claim.objects.filter(pk=standing).values_list("pk", flat=True).first())
        listing = Listing(COMMENT, "annotations_comment co", "co.created_at", "co.id", is_descending=False)
        listing.where("co.claim_id = %s", standing)
        if verdict := uuid_param(request, "verdict"):
            listing.where("co.verdict_id = %s", verdict)
        return self.respond(request, page(request, listing))

    @describe("Say something", takes=CommentBody, returns="Comment", status=201)
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(CommentBody)
        claim = existing(Claim.objects.filter(pk=merged_id(claim_id)).first())
        related: dict[str, Any] = {
            name: _under(claim, name, values.pop(name)) for name in tuple(_RELATED) if name in values
        }
        comment = add_comment(person=self.person, claim_id=claim_id, now=timezone.now(), **values, **related)
        return created(self, request, comment_document(comment.pk), reverse("api:comment", args=[comment.pk]))


class CommentDetail(ApiView):
    required_scopes = {"GET": "claims:read"}

    @describe("One comment", returns="Comment")
    def get(self, request: Request, comment_id: UUID) -> Response:
        return self.respond(request, existing(comment_document(comment_id)))


class CommentResolve(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe("Mark a comment as done", takes=Nothing, returns="Comment")
    def post(self, request: Request, comment_id: UUID) -> Response:
        self.body(Nothing)
        resolve_comment(person=self.person, comment_id=comment_id, now=timezone.now())
        return self.respond(request, existing(comment_document(comment_id)))


_RELATED: dict[str, str] = {"verdict": "verdicts", "evidence": "evidence", "in_reply_to": "comments"}


def _under(claim: Claim, name: str, pk: UUID) -> Any:
    """What the comment is about, if it belongs to the claim."""
    found: Any = getattr(claim, _RELATED[name]).filter(pk=pk).first()
    if found is None:
        detail = ErrorDetail(f"The claim has no {name.replace('_', ' ')} with this id.", code="not-of-this-claim")
        raise ValidationError({name: [detail]})
    return found
