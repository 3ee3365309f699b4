"""Claimants, rating scales, and a verdict's part of the audit trail."""

from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claimant, Verdict
from annotations.services.claimants import ClaimantInput, create_claimant, update_claimant
from api.base import ApiView
from api.conditions import check_match, etag_of
from api.documents.claims import CLAIMANT
from api.documents.desk import (
    EVENT,
    EVENTS,
    RATING_SCALE,
    claimant_document,
)
from api.inputs.claims import ClaimantBody
from api.listing import Listing, page
from api.params import text_param
from api.schema.describe import describe
from api.views.common import created, existing, like


class Claimants(ApiView):
    required_scopes = {"GET": "claims:read", "POST": "claims:write"}
    query_params = frozenset({"q", "limit", "cursor"})

    @describe("List claimants by name", returns="ClaimantList")
    def get(self, request: Request) -> Response:
        listing = Listing(CLAIMANT, "annotations_claimant cl", "cl.name", "cl.id", is_descending=False)
        if words := text_param(request, "q"):
            listing.where("cl.name ILIKE %s", like(words))
        return self.respond(request, page(request, listing))

    @describe("Make a claimant", takes=ClaimantBody, returns="Claimant", status=201)
    def post(self, request: Request) -> Response:
        made = create_claimant(person=self.person, given=ClaimantInput(**self.body(ClaimantBody)))
        return created(self, request, claimant_document(made.pk), reverse("api:claimant", args=[made.pk]))


class ClaimantDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write"}

    @describe("One claimant", returns="Claimant")
    def get(self, request: Request, claimant_id: UUID) -> Response:
        return self.respond(request, existing(claimant_document(claimant_id)))

    @describe(
        "Change a claimant; what was approved keeps its words",
        takes=ClaimantBody,
        returns="Claimant",
        errors=(409, 412),
    )
    def patch(self, request: Request, claimant_id: UUID) -> Response:
        values = self.body(ClaimantBody, partial=True)
        check_match(request, etag_of(existing(claimant_document(claimant_id))))
        update_claimant(person=self.person, claimant=Claimant.objects.get(pk=claimant_id), **values)
        return self.respond(request, existing(claimant_document(claimant_id)))


class RatingScales(ApiView):
    required_scopes = {"GET": ("verdicts:read", "feed:read")}
    query_params = frozenset({"limit", "cursor"})

    @describe("The rating scales in use", returns="RatingScaleList")
    def get(self, request: Request) -> Response:
        listing = Listing(RATING_SCALE, "annotations_ratingscale rs", "rs.name", "rs.id", is_descending=False)
        listing.where("rs.is_active")
        return self.respond(request, page(request, listing))


class VerdictEvents(ApiView):
    required_scopes = {"GET": ("audit:read", "verdicts:read")}
    query_params = frozenset({"limit", "cursor"})

    @describe("The verdict's part of the audit trail, oldest first", returns="VerdictEventList")
    def get(self, request: Request, verdict_id: UUID) -> Response:
        claim = existing(Verdict.objects.filter(pk=verdict_id).values_list("claim", flat=True).first())
        listing = Listing(EVENT, EVENTS, "ev.seq", "ev.id", is_descending=False)
        listing.where("ev.stream = %s", f"claim:{claim}")
        listing.where("(ev.object_id = %s OR pl.body::jsonb->>'verdict_id' = %s)", str(verdict_id), str(verdict_id))
        return self.respond(request, page(request, listing))
