"""Small steps that several resources share."""

from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim
from annotations.services.base import check_expected
from api.base import ApiView
from api.conditions import optional_number
from api.documents.sql import Tagged
from api.json import Raw


def existing[Document](document: Document | None) -> Document:
    """The document, or 404."""
    if document is None:
        raise Http404
    return document


def answer(view: ApiView, request: Request, document: Tagged | None, *, status: int = 200) -> Response:
    found = existing(document)
    return view.respond(request, found.body, etag=found.etag, status=status)


def created(view: ApiView, request: Request, document: Tagged | Raw | None, path: str) -> Response:
    """201 with Location."""
    found = existing(document)
    if isinstance(found, Tagged):
        response = view.respond(request, found.body, etag=found.etag, status=201)
    else:
        response = view.respond(request, found, status=201)
    response["Location"] = request.build_absolute_uri(path)
    return response


def check_claim(request: Request, claim_id: UUID) -> None:
    """If-Match of the claim, where it was sent with a write under it. Call in a transaction: the claim stays locked."""
    expected = optional_number(request, "claim")
    claim = Claim.objects.select_for_update().filter(pk=claim_id).first() if expected is not None else None
    if claim is not None:
        check_expected(claim.edit_number, expected)


def like(words: str) -> str:
    """A pattern for ILIKE that finds the words as they are."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
