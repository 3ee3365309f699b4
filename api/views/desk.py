"""Claimants, rating scales, and the audit events of a verdict."""

from uuid import UUID

from django.db import transaction
from django.db.models import JSONField, Q
from django.db.models.functions import Cast, Coalesce
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AuditEvent
from annotations.models import Claimant, RatingScale, Verdict
from annotations.services.claimants import ClaimantInput, create_claimant, update_claimant
from api.base import ApiView
from api.inputs.claims import ClaimantBody, ClaimantPatch
from api.listing import list_page
from api.params import text_param
from api.resources.base import page_of
from api.resources.claims import ClaimantResource
from api.resources.events import VerdictEventResource
from api.resources.verdicts import RatingScaleResource
from api.schema.describe import describe
from api.views.common import check_unchanged, created, existing, show


class Claimants(ApiView):
    required_scopes = {"GET": "claims:read", "POST": "claims:write"}
    query_params = frozenset({"q", "limit", "cursor"})

    @describe("listClaimants", "List claimants by name", returns=page_of(ClaimantResource))
    def get(self, request: Request) -> Response:
        found = Claimant.objects.all()
        if words := text_param(request, "q"):
            found = found.filter(name__icontains=words)
        return list_page(self, request, ClaimantResource, found, order="name")

    @describe("createClaimant", "Add a claimant", takes=ClaimantBody, returns=ClaimantResource, status=201)
    def post(self, request: Request) -> Response:
        made = create_claimant(person=self.person, given=ClaimantInput(**self.body(ClaimantBody)))
        return created(self, request, ClaimantResource, made.pk, "claimant")


class ClaimantDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write"}

    @describe("getClaimant", "One claimant", returns=ClaimantResource)
    def get(self, request: Request, claimant_id: UUID) -> Response:
        return show(self, request, ClaimantResource, claimant_id)

    @describe(
        "updateClaimant",
        "Change a claimant; what was approved keeps its words",
        takes=ClaimantPatch,
        returns=ClaimantResource,
        errors=(409, 412),
    )
    def patch(self, request: Request, claimant_id: UUID) -> Response:
        values = self.body(ClaimantPatch, partial=True)
        with transaction.atomic():
            # Else of two callers with the same ETag the second would overwrite the first. Not of its key: claims refer to it.
            claimant = existing(Claimant.objects.select_for_update(no_key=True).filter(pk=claimant_id).first())
            check_unchanged(request, ClaimantResource, claimant_id)
            update_claimant(person=self.person, claimant=claimant, **values)
        return show(self, request, ClaimantResource, claimant_id)


class RatingScales(ApiView):
    required_scopes = {"GET": ("verdicts:read", "feed:read")}
    query_params = frozenset({"limit", "cursor"})

    @describe("listRatingScales", "The rating scales in use", returns=page_of(RatingScaleResource))
    def get(self, request: Request) -> Response:
        return list_page(self, request, RatingScaleResource, RatingScale.objects.filter(is_active=True), order="name")


class VerdictEvents(ApiView):
    required_scopes = {"GET": ("audit:read", "verdicts:read")}
    query_params = frozenset({"limit", "cursor"})

    @describe(
        "listVerdictEvents",
        "The verdict's part of the audit trail, oldest first",
        returns=page_of(VerdictEventResource),
    )
    def get(self, request: Request, verdict_id: UUID) -> Response:
        claim = existing(Verdict.objects.filter(pk=verdict_id).values_list("claim", flat=True).first())
        body = Cast(Coalesce("after_payload__body", "before_payload__body"), JSONField())
        found = AuditEvent.objects.filter(stream=f"claim:{claim}").alias(body=body)
        found = found.filter(Q(object_id=str(verdict_id)) | Q(body__verdict_id=str(verdict_id)))
        return list_page(self, request, VerdictEventResource, found, order="seq")
