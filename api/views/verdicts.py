"""Write, list and change verdicts."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Verdict
from annotations.services.base import check_expected, locked_verdict
from annotations.services.claims import update_claim
from annotations.services.verdicts.edits import save_verdict, start_verdict
from annotations.workflow import STATUSES
from api.base import ApiView
from api.conditions import expected_number
from api.inputs.verdicts import VerdictBody, VerdictPatch
from api.listing import list_page
from api.params import choice_param, uuid_param
from api.resources.base import page_of
from api.resources.verdicts import VerdictResource
from api.schema.describe import describe
from api.views.common import check_claim, created, show

# A rationale of 60,000 code points, each written as a pair of escapes.
MOST_VERDICT_BYTES = 1024 * 1024


class ClaimVerdicts(ApiView):
    required_scopes = {"GET": "verdicts:read", "POST": "verdicts:write"}
    query_params = frozenset({"limit", "cursor"})
    max_body_bytes = MOST_VERDICT_BYTES

    @describe(
        "listVerdictVersions", "The versions of a claim's verdict, newest first", returns=page_of(VerdictResource)
    )
    def get(self, request: Request, claim_id: UUID) -> Response:
        found = Verdict.objects.filter(claim=claim_id)
        return list_page(self, request, VerdictResource, found, order="-version")

    @describe(
        "createVerdict",
        "Start a claim's verdict",
        takes=VerdictBody,
        returns=VerdictResource,
        status=201,
        errors=(404, 409, 412),
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(VerdictBody)
        topics = values.pop("topics", None)
        with transaction.atomic():
            check_claim(request, claim_id)
            verdict = start_verdict(person=self.person, claim_id=claim_id, now=timezone.now(), **values)
            if topics is not None:
                update_claim(person=self.person, claim_id=verdict.claim_id, now=timezone.now(), topics=topics)
        return created(self, request, VerdictResource, verdict.pk, "verdict")


class Verdicts(ApiView):
    required_scopes = {"GET": "verdicts:read"}
    query_params = frozenset({"status", "claim", "limit", "cursor"})

    @describe("listVerdicts", "List verdicts, last changed first", returns=page_of(VerdictResource))
    def get(self, request: Request) -> Response:
        found = Verdict.objects.filter(claim__removed_at=None)
        if status := choice_param(request, "status", STATUSES):
            found = found.filter(status=status)
        if claim := uuid_param(request, "claim"):
            found = found.filter(claim=claim)
        return list_page(self, request, VerdictResource, found, order="-updated_at")


class VerdictDetail(ApiView):
    required_scopes = {"GET": "verdicts:read", "PATCH": "verdicts:write"}
    max_body_bytes = MOST_VERDICT_BYTES

    @describe("getVerdict", "One version of a verdict", returns=VerdictResource)
    def get(self, request: Request, verdict_id: UUID) -> Response:
        return show(self, request, VerdictResource, verdict_id)

    @describe(
        "updateVerdict",
        "Change a verdict; after submission it is a draft again and approvals fall",
        takes=VerdictPatch,
        returns=VerdictResource,
        if_match=True,
        errors=(409,),
    )
    def patch(self, request: Request, verdict_id: UUID) -> Response:
        expected = expected_number(request, "verdict", verdict_id)
        _change(self, verdict_id, self.body(VerdictPatch, partial=True), expected)
        return show(self, request, VerdictResource, verdict_id)


def _change(view: ApiView, verdict_id: UUID, values: dict[str, Any], expected: int | None) -> None:
    """Change the verdict's fields and its claim's topics in one transaction."""
    has_topics, topics = "topics" in values, values.pop("topics", None)
    now = timezone.now()
    with transaction.atomic():
        verdict = locked_verdict(verdict_id)
        check_expected(verdict.edit_number, expected)
        if values:
            save_verdict(person=view.person, verdict_id=verdict_id, now=now, **values)
        if has_topics:
            update_claim(person=view.person, claim_id=verdict.claim_id, now=now, topics=topics)
