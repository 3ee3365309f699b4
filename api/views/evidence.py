"""Evidence: what supports, refutes or frames a claim."""

from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Claim, Evidence
from annotations.services import evidence as services
from annotations.services.boundaries import move_evidence
from annotations.services.targets import lock_text
from api.base import ApiView
from api.inputs.claims import (
    EvidenceCreate,
    EvidencePatch,
    evidence_changes,
    outside_of,
)
from api.inputs.targets import target_of
from api.resources.claims import EvidenceResource
from api.schema.describe import describe
from api.views.common import check_claim, check_unchanged, created, show


class ClaimEvidence(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe(
        "createEvidence",
        "Link evidence to a claim",
        takes=EvidenceCreate,
        returns=EvidenceResource,
        status=201,
        errors=(404, 409, 412),
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(EvidenceCreate)
        target = target_of(values["target"]) if "target" in values else None
        with transaction.atomic():
            lock_text(target.article_id if target else None)
            check_claim(request, claim_id)
            evidence = services.add_evidence(
                person=self.person,
                claim_id=claim_id,
                stance=values["stance"],
                now=timezone.now(),
                target=target,
                outside=outside_of(values),
                note=values.get("note", ""),
                source_class=values.get("source_class") or "",
                cited_as=values.get("cited_as", ""),
            )
        return created(self, request, EvidenceResource, evidence.pk, "evidence")


class EvidenceDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write", "DELETE": "claims:write"}

    @describe("getEvidence", "One piece of evidence", returns=EvidenceResource)
    def get(self, request: Request, evidence_id: UUID) -> Response:
        return show(self, request, EvidenceResource, evidence_id)

    @describe("updateEvidence", "Change evidence", takes=EvidencePatch, returns=EvidenceResource, errors=(409, 412))
    def patch(self, request: Request, evidence_id: UUID) -> Response:
        values = self.body(EvidencePatch, partial=True)
        target = target_of(values.pop("target")) if "target" in values else None
        with transaction.atomic():
            lock_text(target.article_id if target else None)
            _check(request, evidence_id)
            if target:
                move_evidence(person=self.person, evidence_id=evidence_id, target=target, now=timezone.now())
            if values:
                services.update_evidence(
                    person=self.person, evidence_id=evidence_id, now=timezone.now(), **evidence_changes(values)
                )
        return show(self, request, EvidenceResource, evidence_id)

    @describe("removeEvidence", "Unlink evidence; its number is not used again", status=204, errors=(412,))
    def delete(self, request: Request, evidence_id: UUID) -> Response:
        with transaction.atomic():
            _check(request, evidence_id)
            services.remove_evidence(person=self.person, evidence_id=evidence_id, now=timezone.now())
        return Response(status=204)


def _check(request: Request, evidence_id: UUID) -> None:
    """Compare If-Match, if it was sent. The claim is locked first, as in the services."""
    if "If-Match" not in request.headers:
        return
    claim = Evidence.objects.standing().filter(pk=evidence_id).values_list("claim", flat=True).first()
    if claim is None:
        raise Http404
    Claim.objects.select_for_update().get(pk=claim)
    check_unchanged(request, EvidenceResource, evidence_id)
