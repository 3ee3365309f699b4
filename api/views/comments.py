"""The discussion of a claim and its verdicts."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim, Comment
from annotations.services.discussion import add_comment, resolve_comment
from api.base import ApiView
from api.inputs.verdicts import CommentBody, Nothing
from api.listing import list_page
from api.params import uuid_param
from api.resources.base import page_of
from api.resources.comments import CommentResource
from api.schema.describe import describe
from api.views.claims import merged_id
from api.views.common import check_claim, created, existing, show


class ClaimComments(ApiView):
    required_scopes = {"GET": "claims:read", "POST": "claims:write"}
    query_params = frozenset({"verdict", "limit", "cursor"})

    @describe("listComments", "The discussion of a claim, oldest first", returns=page_of(CommentResource))
    def get(self, request: Request, claim_id: UUID) -> Response:
        standing = merged_id(claim_id)
        existing(Claim.objects.filter(pk=standing).values_list("pk", flat=True).first())
        found = Comment.objects.filter(claim=standing)
        if verdict := uuid_param(request, "verdict"):
            found = found.filter(verdict=verdict)
        return list_page(self, request, CommentResource, found, order="created_at")

    @describe(
        "createComment",
        "Add a comment",
        takes=CommentBody,
        returns=CommentResource,
        status=201,
        errors=(404, 409, 412),
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(CommentBody)
        claim = existing(Claim.objects.filter(pk=merged_id(claim_id)).first())
        related: dict[str, Any] = {
            name: _under(claim, name, values.pop(name)) for name in tuple(_RELATED) if name in values
        }
        with transaction.atomic():
            check_claim(request, claim_id)
            comment = add_comment(person=self.person, claim_id=claim_id, now=timezone.now(), **values, **related)
        return created(self, request, CommentResource, comment.pk, "comment")


class CommentDetail(ApiView):
    required_scopes = {"GET": "claims:read"}

    @describe("getComment", "One comment", returns=CommentResource)
    def get(self, request: Request, comment_id: UUID) -> Response:
        return show(self, request, CommentResource, comment_id)


class CommentResolve(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe("resolveComment", "Resolve a comment", takes=Nothing, returns=CommentResource)
    def post(self, request: Request, comment_id: UUID) -> Response:
        self.body(Nothing)
        resolve_comment(person=self.person, comment_id=comment_id, now=timezone.now())
        return show(self, request, CommentResource, comment_id)


_RELATED: dict[str, str] = {"verdict": "verdicts", "evidence": "evidence", "in_reply_to": "comments"}


def _under(claim: Claim, name: str, pk: UUID) -> Any:
    """Return the subject of the comment, if it belongs to the claim."""
    found: Any = getattr(claim, _RELATED[name]).filter(pk=pk).first()
    if found is None:
        detail = ErrorDetail(f"The claim has no {name.replace('_', ' ')} with this id.", code="not-of-this-claim")
        raise ValidationError({name: [detail]})
    return found
