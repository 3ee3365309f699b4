"""Claims and their appearances."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Appearance, Claim
from annotations.models.claims import says
from annotations.services import claims as services
from annotations.services.base import writing
from annotations.services.boundaries import move_appearance
from annotations.services.bulk_claims import create_claims
from annotations.services.claims import Speech
from annotations.services.merging import merge_claims
from annotations.services.targets import Target, lock_text
from api.base import ApiView
from api.conditions import expected_number, optional_number
from api.inputs.base import Merge
from api.inputs.claims import (
    SPEECH_FIELDS,
    AppearanceCreate,
    AppearancePatch,
    ClaimCreate,
    ClaimPatch,
    ClaimsCreate,
    draft_of,
    speech_of,
)
from api.inputs.targets import target_of
from api.json import Raw
from api.listing import list_page
from api.params import choice_param, text_param, uuid_param
from api.problems import problem_of
from api.resources.base import page_of
from api.resources.claims import EMPTY_AT_FIRST, AppearanceResource, ClaimOutcomesResource, ClaimResource
from api.resources.compiler import read_one
from api.resources.filters import appearing_in, said_by
from api.resources.kept_queries import Choice
from api.schema.describe import describe
from api.views.common import check_claim, check_unchanged, created, document_of, locate, lock_as_read, show, tag_of

# One article can have a thousand claims, and its reader wants them in one answer.
MOST_CLAIMS = 1_000


_CLAIM_OR_CLAIMS = PolymorphicProxySerializer(
    component_name="ClaimOrClaims", serializers=[ClaimCreate, ClaimsCreate], resource_type_field_name=None
)


class Claims(ApiView):
    required_scopes = {"GET": "claims:read", "POST": "claims:write"}
    query_params = frozenset({"article", "state", "claimant", "q", "limit", "cursor"})
    max_body_bytes = 4 * 1024 * 1024  # a thousand claims of 4 KB each

    @describe("listClaims", "List claims, newest first", returns=page_of(ClaimResource), most=MOST_CLAIMS)
    def get(self, request: Request) -> Response:
        chosen = Choice.of(
            _choose_claims,
            article=uuid_param(request, "article"),
            state=choice_param(request, "state", Claim.State.values),
        )
        claimant, words = text_param(request, "claimant"), text_param(request, "q")
        if not claimant and not words:
            return list_page(self, request, ClaimResource, chosen, most=MOST_CLAIMS)
        found = chosen.queryset()
        if claimant:
            found = found.filter(said_by(claimant))
        if words:
            found = found.filter(says(words))
        return list_page(self, request, ClaimResource, found, most=MOST_CLAIMS, is_search=bool(words))

    @describe(
        "createClaim",
        "Mark words as a claim, or up to 1,000 in one call",
        takes=_CLAIM_OR_CLAIMS,
        returns=ClaimResource,
        status=201,
        outcomes=ClaimOutcomesResource,
        errors=(404, 409),
    )
    def post(self, request: Request) -> Response:
        if isinstance(request.data, dict) and "claims" in request.data:
            return Response(_create_many(self, self.body(ClaimsCreate)["claims"]))
        values = self.body(ClaimCreate)
        # One transaction: its writes and the reading of its document are one round trip to Postgres (2026-12-01).
        with writing(self.person, is_pipelined=True):
            claim = services.create_claim(
                person=self.person,
                target=target_of(values["target"]),
                now=timezone.now(),
                statement=values.get("statement", ""),
                claimant=values.get("claimant"),
                speech=speech_of(values),
                topics=values.get("topics"),
            )
            body, tag = _new_document(claim.pk)
        return locate(self.respond(request, body, etag=tag, status=201), request, "claim", claim.pk)


def _choose_claims(article: UUID | None = None, state: str | None = None) -> QuerySet[Claim]:
    found = Claim.objects.standing()
    if article:
        found = found.filter(appearing_in(article))
    return found.filter(state=state) if state else found


class ClaimDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write", "DELETE": "claims:write"}

    @describe("getClaim", "One claim with all under it", returns=ClaimResource, errors=(308,))
    def get(self, request: Request, claim_id: UUID) -> Response:
        found = read_one(ClaimResource, claim_id)
        if found is None:
            return _moved(claim_id)
        return self.respond(request, found[0], etag=tag_of(ClaimResource, *found))

    @describe("updateClaim", "Change a claim", takes=ClaimPatch, returns=ClaimResource, if_match=True)
    def patch(self, request: Request, claim_id: UUID) -> Response:
        expected = expected_number(request, "claim", claim_id)
        values = self.body(ClaimPatch, partial=True)
        _change(self, claim_id, values, expected)
        return show(self, request, ClaimResource, merged_id(claim_id))

    @describe("removeClaim", "Remove a claim", status=204, if_match=True, errors=(409,))
    def delete(self, request: Request, claim_id: UUID) -> Response:
        expected = expected_number(request, "claim", claim_id)
        services.remove_claim(person=self.person, claim_id=claim_id, now=timezone.now(), expected=expected)
        return Response(status=204)


class ClaimAppearances(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe(
        "createAppearance",
        "Add another place where it was said",
        takes=AppearanceCreate,
        returns=AppearanceResource,
        status=201,
        errors=(404, 409, 412),
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(AppearanceCreate)
        appearance = _add(self, request, claim_id, target_of(values["target"]), speech_of(values))
        return created(self, request, AppearanceResource, appearance.pk, "appearance")


class ClaimMerge(ApiView):
    required_scopes = {"POST": "claims:write"}

    @describe(
        "mergeClaim",
        "Merge into another claim; the old id redirects",
        takes=Merge,
        returns=ClaimResource,
        errors=(404, 409, 412),
    )
    def post(self, request: Request, claim_id: UUID) -> Response:
        values = self.body(Merge)
        into = merge_claims(
            person=self.person,
            claim_id=claim_id,
            into_id=values["into"],
            now=timezone.now(),
            expected=optional_number(request, "claim", claim_id),
        )
        return show(self, request, ClaimResource, into.pk)


class AppearanceDetail(ApiView):
    required_scopes = {"GET": "claims:read", "PATCH": "claims:write", "DELETE": "claims:write"}

    @describe("getAppearance", "One appearance", returns=AppearanceResource)
    def get(self, request: Request, appearance_id: UUID) -> Response:
        return show(self, request, AppearanceResource, appearance_id)

    @describe(
        "updateAppearance",
        "Say how, when and where it was said, or move where the words begin and end",
        takes=AppearancePatch,
        returns=AppearanceResource,
        errors=(409, 412),
    )
    def patch(self, request: Request, appearance_id: UUID) -> Response:
        values = self.body(AppearancePatch, partial=True)
        target = target_of(values.pop("target")) if "target" in values else None
        with transaction.atomic():
            lock_text(target.article_id if target else None)
            current = self._locked(request, appearance_id)
            if target:
                move_appearance(person=self.person, appearance_id=appearance_id, target=target, now=timezone.now())
            if values:
                services.update_appearance(
                    person=self.person,
                    appearance_id=appearance_id,
                    speech=speech_of(values, current),
                    now=timezone.now(),
                )
        return show(self, request, AppearanceResource, appearance_id)

    @describe("removeAppearance", "Remove an appearance", status=204, errors=(409, 412))
    def delete(self, request: Request, appearance_id: UUID) -> Response:
        with transaction.atomic():
            self._locked(request, appearance_id)
            services.remove_appearance(person=self.person, appearance_id=appearance_id, now=timezone.now())
        return Response(status=204)

    def _locked(self, request: Request, appearance_id: UUID) -> Appearance:
        """Return the appearance with its claim locked (as the service will), compared with If-Match if it was sent."""
        found = Appearance.objects.standing().filter(pk=appearance_id).first()
        if found is None:
            raise Http404
        Claim.objects.select_for_update().get(pk=found.claim_id)
        check_unchanged(request, AppearanceResource, appearance_id)
        found.refresh_from_db()
        return found


def _create_many(view: ApiView, items: list[dict[str, Any] | ValidationError]) -> dict[str, Any]:
    """Return the outcome of each item, in order, as a request of its own would be answered."""
    drafts = [draft_of(item) for item in items if not isinstance(item, ValidationError)]
    made = iter(create_claims(person=view.person, drafts=drafts, now=timezone.now()))
    return {"results": [_show_outcome(item if isinstance(item, ValidationError) else next(made)) for item in items]}


def _show_outcome(outcome: Claim | Exception) -> dict[str, Any]:
    if isinstance(outcome, Claim):
        return {"status": 201, "id": str(outcome.pk)}
    document = problem_of(outcome)
    return {"status": document["status"], "problem": document}


def _change(view: ApiView, claim_id: UUID, values: dict[str, Any], expected: int | None) -> None:
    """Change the claim's own fields and those of its first appearance, in one transaction."""
    spoken = {name: values.pop(name) for name in SPEECH_FIELDS if name in values}
    now = timezone.now()
    with transaction.atomic():
        claim = lock_as_read(view.request, claim_id, expected)
        # Without values too where the claim is gone: the service says so in its own words.
        if values or claim is None or claim.removed_at:
            services.update_claim(person=view.person, claim_id=claim_id, now=now, expected=expected, **values)
        if spoken:
            first = Appearance.objects.standing().filter(claim=merged_id(claim_id)).order_by("created_at", "pk")[0]
            services.update_appearance(
                person=view.person, appearance_id=first.pk, speech=speech_of(spoken, first), now=now
            )


def _new_document(claim_id: UUID) -> tuple[Raw, str]:
    """Return a new claim's document, with nine subqueries less unless somebody has changed it already."""
    found = read_one(ClaimResource, claim_id, empty=EMPTY_AT_FIRST)
    if found is None or found[1] != 1:
        return document_of(ClaimResource, claim_id)
    return found[0], tag_of(ClaimResource, *found)


def merged_id(claim_id: UUID) -> UUID:
    """Return the claim that this id stands for: itself, or the one it was merged into."""
    seen = claim_id
    # A claim that took another one in may be merged itself.
    while into := Claim.objects.filter(pk=seen).values_list("merged_into", flat=True).first():
        seen = into
    return seen


def _add(view: ApiView, request: Request, claim_id: UUID, target: Target, speech: Speech) -> Appearance:
    with transaction.atomic():
        lock_text(target.article_id)
        check_claim(request, claim_id)
        return services.add_appearance(
            person=view.person, claim_id=claim_id, target=target, now=timezone.now(), speech=speech
        )


def _moved(claim_id: UUID) -> Response:
    """Redirect (308) from a merged claim's id to the claim that took it in."""
    into = merged_id(claim_id)
    if into == claim_id:
        raise Http404
    response = Response(status=308)
    response["Location"] = reverse("api:claim", args=[into])
    return response
