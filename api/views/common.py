"""Small steps that several resources share."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim
from annotations.services.base import check_expected
from api.base import ApiView
from api.conditions import check_match, edit_tag, etag_of, optional_number
from api.json import Raw
from api.problems import PreconditionFailed
from api.resources.base import Resource
from api.resources.claims import ClaimResource
from api.resources.compiler import NOTHING, read_one


def existing[Thing](found: Thing | None) -> Thing:
    """Return what was found. Raises Http404 for None."""
    if found is None:
        raise Http404
    return found


def document_of(resource: type[Resource], pk: Any, *, empty: frozenset[str] = NOTHING) -> tuple[Raw, str]:
    """Return a document and its ETag. Raises Http404."""
    body, number = existing(read_one(resource, pk, empty=empty))
    return body, tag_of(resource, body, number)


def tag_of(resource: type[Resource], body: Raw, number: int | None) -> str:
    return etag_of(body) if number is None else edit_tag(resource.component_name().lower(), number, body)


def show(view: ApiView, request: Request, resource: type[Resource], pk: Any, *, status: int = 200) -> Response:
    """Answer a resource's document. Raises Http404."""
    body, tag = document_of(resource, pk)
    return view.respond(request, body, etag=tag, status=status)


def created(view: ApiView, request: Request, resource: type[Resource], pk: Any, route: str) -> Response:
    """Answer 201 with the new document and its Location."""
    response = show(view, request, resource, pk, status=201)
    return locate(response, request, route, pk)


def locate(response: Response, request: Request, route: str, pk: Any) -> Response:
    response["Location"] = request.build_absolute_uri(reverse(f"api:{route}", args=[pk]))
    return response


def check_unchanged(request: Request, resource: type[Resource], pk: Any) -> None:
    """Compare If-Match, if sent, with the current document. Raises Http404, PreconditionFailed."""
    check_match(request, document_of(resource, pk)[1])


def check_claim(request: Request, claim_id: UUID) -> None:
    """Compare If-Match, if sent with a write under a claim. Locks: the claim, until the transaction ends."""
    expected = optional_number(request, "claim", claim_id)
    # Without If-Match the service locks the claim itself, and says in its own words if it is gone.
    if expected is not None:
        lock_as_read(request, claim_id, expected)


def lock_as_read(request: Request, claim_id: UUID, expected: int | None) -> Claim | None:
    """Lock the claim that the id stands for, if it exists, and compare its edit number. Raises Stale, PreconditionFailed.

    Reading a merged claim's id leads to the other one, whose ETag is then good for the old id too. The old claim's own is not:
    it was read before the merge. Both may have the same number, so there the whole tag is compared.
    """
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
    if claim is None:
        return None
    if claim.merged_into_id is None:
        check_expected(claim.edit_number, expected)
        return claim
    standing = lock_as_read(request, claim.merged_into_id, None)
    if expected is not None and standing is not None and standing.removed_at is None:
        try:
            check_unchanged(request, ClaimResource, standing.pk)
        except PreconditionFailed as error:
            raise PreconditionFailed(
                "The claim was merged into another one, which is not as you read it. Read that one. Nothing was changed.",
                merged_into=str(standing.pk),
            ) from error
    return standing
