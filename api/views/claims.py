"""Claims and their appearances."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Appearance, Claim
from annotations.services import claims as services
from annotations.services.base import check_expected
from annotations.services.claims import Speech
from annotations.services.merging import merge_claims
from annotations.services.targets import Target
from api.base import ApiView
from api.conditions import check_match, etag_of, expected_number
from api.documents.claims import (
    appearance_document,
    claim_document,
    claim_page,
    new_claim_document,
)
from api.inputs.claims import (
    SPEECH_FIELDS,
    AppearanceCreate,
    AppearancePatch,
    ClaimCreate,
    ClaimPatch,
    Merge,
    speech_of,
)
from api.inputs.targets import target_of
from api.listing import Listing, page
from api.params import choice_param, text_param, uuid_param
from api.schema.describe import describe
from api.views.common import (
    answer,
    check_claim,
    created,
    existing,
    like,
)

# One article can have a thousand claims, and its reader wants them in one answer.
MOST_CLAIMS = 1_000
_IN_ARTICLE = (
    "EXISTS (SELECT 1 FROM annotations_appearance fa JOIN annotations_passage fp ON fp.id = fa.passage_id"
    " WHERE fa.claim_id = c.id AND fa.removed_at IS NULL AND fp.article_id = %s)"
)


class Claims(ApiView):
    required_scopes = {"GET": "claims:read", "POST": "claims:write"}
    query_params = frozenset({"article", "state", "claimant", "q", "limit", "cursor"})

    @describe("List claims, newest first", returns="ClaimList", most=MOST_CLAIMS)
    def get(self, request: Request) -> Response:
        expression, gathered, joins = claim_page()
        listing = Listing(expression, "annotations_claim c", "c.created_at", "c.id", most=MOST_CLAIMS)
        listing.gathered, listing.joins = gathered, joins
        listing.where("c.removed_at IS NULL AND c.merged_into_id IS NULL")
        if article := uuid_param(request, "article"):
            listing.where(_IN_ARTICLE, article)
        if state := choice_param(request, "state", Claim.State.values):
            listing.where("c.state = %s", state)
        if claimant := text_param(request, "claimant"):
            listing.where(
                "c.claimant_id IN (SELECT id FROM annotations_claimant WHERE id::text = lower(%s) OR lower(name) = lower(%s))",
                claimant, claimant,
            )  # fmt: skip
        if words := text_param(request, "q"):
            listing.where("c.statement ILIKE %s", like(words))
        return self.respond(request, page(request, listing))

    @describe("Mark words as a claim", takes=ClaimCreate, returns="Claim", status=201, errors=(404, 409))
    def post(self, request: Request) -> Response:
        values = self.body(ClaimCreate)
        claim = services.create_claim(
            person=self.person,
            target=target_of(values["target"]),
            now=timezone.now(),
            statement=values.get("statement", ""),
            claimant=values.get("claimant"),
            speech=speech_of(values),
            topics=values.get("topics"),
        )
        return created(self, request, new_claim_document(claim.pk), reverse("api:claim", args=[claim.pk]))


class ClaimDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write", "DELETE": "claims:write"}

    @describe("One claim with all under it", returns="Claim", errors=(308,))
    def get(self, request: Request, claim_id: UUID) -> Response:
        document = claim_document(claim_id)
        return answer(self, request, document) if document else _moved(claim_id)

    @describe("Change a claim", takes=ClaimPatch, returns="Claim", if_match=True)
    def patch(self, request: Request, claim_id: UUID) -> Response:
        expected = expected_number(request, "claim")
        values = self.body(ClaimPatch, partial=True)
        _change(self, claim_id, values, expected)
        return answer(self, request, claim_document(merged_id(claim_id)))

    @describe("Take a claim back", status=204, if_match=True, errors=(409,))
    def delete(self, request: Request, claim_id: UUID) -> Response:
        expected = expected_number(request, "claim")
        services.remove_claim(person=self.person, claim_id=claim_id, now=timezone.now(), expected=expected)
        return Response(status=204)


class ClaimAppearances(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe(
        "The claim stands here too", takes=AppearanceCreate, returns="Appearance", status=201, errors=(404, 409, 412)
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(AppearanceCreate)
        appearance = _add(self, request, claim_id, target_of(values["target"]), speech_of(values))
        return created(
            self, request, appearance_document(appearance.pk), reverse("api:appearance", args=[appearance.pk])
        )


class ClaimMerge(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe("Merge into another claim; the old id redirects", takes=Merge, returns="Claim", errors=(404, 409, 412))
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(Merge)
        with transaction.atomic():
            check_claim(request, claim_id)
            into = merge_claims(person=self.person, claim_id=claim_id, into_id=values["into"], now=timezone.now())
        return answer(self, request, claim_document(into.pk))


class AppearanceDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write", "DELETE": "claims:write"}

    @describe("One appearance", returns="Appearance")
    def get(self, request: Request, appearance_id: UUID) -> Response:
        return self.respond(request, existing(appearance_document(appearance_id)))

    @describe("Say how, when and where it was said", takes=AppearancePatch, returns="Appearance", errors=(412,))
    def patch(self, request: Request, appearance_id: UUID) -> Response:
        values = self.body(AppearancePatch, partial=True)
        with transaction.atomic():
            current = self._locked(request, appearance_id)
            if values:
                services.update_appearance(
                    person=self.person,
                    appearance_id=appearance_id,
                    speech=speech_of(values, current),
                    now=timezone.now(),
                )
        return self.respond(request, existing(appearance_document(appearance_id)))

    @describe("Take an appearance back", status=204, errors=(409, 412))
    def delete(self, request: Request, appearance_id: UUID) -> Response:
        with transaction.atomic():
            self._locked(request, appearance_id)
            services.remove_appearance(person=self.person, appearance_id=appearance_id, now=timezone.now())
        return Response(status=204)

    def _locked(self, request: Request, appearance_id: UUID) -> Appearance:
        """The appearance with its claim locked (as the service will), compared with If-Match where it was sent."""
        found = Appearance.objects.standing().filter(pk=appearance_id).first()
        if found is None:
            raise Http404
        Claim.objects.select_for_update().get(pk=found.claim_id)
        check_match(request, etag_of(existing(appearance_document(appearance_id))))
        found.refresh_from_db()
        return found


def _change(view: ApiView, claim_id: UUID, values: dict[str, Any], expected: int | None) -> None:
    """The claim's own fields and those of its first appearance, in one transaction."""
    spoken = {name: values.pop(name) for name in SPEECH_FIELDS if name in values}
    now = timezone.now()
    with transaction.atomic():
        claim = Claim.objects.select_for_update().filter(pk=claim_id).first()
        if claim is not None:
            check_expected(claim.edit_number, expected)
        if values or claim is None or claim.removed_at:
            services.update_claim(person=view.person, claim_id=claim_id, now=now, expected=expected, **values)
        if spoken:
            first = Appearance.objects.standing().filter(claim=merged_id(claim_id)).order_by("created_at", "pk")[0]
            services.update_appearance(
                person=view.person, appearance_id=first.pk, speech=speech_of(spoken, first), now=now
            )


def merged_id(claim_id: UUID) -> UUID:
    """The claim that this id stands for: itself, or the one it was merged into."""
    seen = claim_id
    while into := Claim.objects.filter(pk=seen).values_list("merged_into", flat=True).first():
        seen = into
    return seen


def _add(view: ApiView, request: Request, claim_id: UUID, target: Target, speech: Speech) -> Appearance:
    with transaction.atomic():
        check_claim(request, claim_id)
        return services.add_appearance(
            person=view.person, claim_id=claim_id, target=target, now=timezone.now(), speech=speech
        )


def _moved(claim_id: UUID) -> Response:
    """A merged claim's id keeps working: 308 to the claim that took it in."""
    into = merged_id(claim_id)
    if into == claim_id:
        raise Http404
    response = Response(status=308)
    response["Location"] = reverse("api:claim", args=[into])
    return response
