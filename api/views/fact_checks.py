"""Published fact-checks, their versions and their forms for other systems."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Payload
from annotations.models import Claimant, Desk
from annotations.services.verdicts.freeze import frozen_content
from api.base import ApiView
from api.conditions import check_match
from api.inputs.published import FactCheckPatch
from api.json import Raw
from api.listing import list_page
from api.params import moment_param, text_param, uuid_param
from api.resources.base import page_of
from api.resources.discovery import JsonLdResource, NinjsResource
from api.resources.fact_checks import CURRENT_TEXT, DocumentFilter, FactCheckResource, FactCheckVersionResource
from api.schema.describe import describe
from articles.canonical_url import canonicalise_url
from articles.models import Article
from core.canonical_json import rfc3339
from core.errors import DomainError, Gone
from core.ids import parse_uuid
from publishing.formats.ninjs import ninjs
from publishing.formats.webannotation import fact_check_collection
from publishing.models import FactCheck, FactCheckVersion
from publishing.services.fact_checks import lock_fact_check, set_canonical_url
from publishing.services.publication import corrections_of, publication_of
from publishing.tasks import wake_outbox

READ = ("feed:read", "verdicts:read")
JSON_LD = "application/ld+json"


class FactChecks(ApiView):
    required_scopes = {"GET": READ}
    query_params = frozenset(
        [
            "q",
            "claimant",
            "rating",
            "language",
            "article",
            "article_url",
            "published_since",
            "updated_since",
            "limit",
            "cursor",
        ]
    )

    @describe("listFactChecks", "List published fact-checks, newest first", returns=page_of(FactCheckResource))
    def get(self, request: Request) -> Response:
        found = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED)
        wanted = document_filter(request)
        if wanted.conditions:
            found = found.filter(wanted.as_condition())
        if since := moment_param(request, "published_since"):
            found = found.filter(published_at__gte=since)
        if since := moment_param(request, "updated_since"):
            found = found.filter(modified_at__gte=since)
        return list_page(self, request, FactCheckResource, found, order="-published_at")


class FactCheckDetail(ApiView):
    required_scopes = {"GET": READ, "PATCH": "verdicts:publish"}

    @describe(
        "getFactCheck",
        "One fact-check as it is now; 410 with a tombstone once retracted",
        returns=FactCheckResource,
        errors=(410,),
    )
    def get(self, request: Request, fact_check_id: UUID) -> Response:
        found = FactCheck.objects.filter(pk=fact_check_id).values_list(CURRENT_TEXT, "etag", "state").first()
        if found is None:
            raise Http404
        body, etag, state = found
        if body is None or state not in {FactCheck.State.PUBLISHED, FactCheck.State.SUSPENDED}:
            raise _tombstone(FactCheck.objects.get(pk=fact_check_id))
        return self.respond(request, Raw(body.encode()), etag=f'"{etag}"')

    @describe(
        "updateFactCheck",
        "Name the newsroom's own page",
        takes=FactCheckPatch,
        returns=FactCheckResource,
        errors=(410, 412),
    )
    def patch(self, request: Request, fact_check_id: UUID) -> Response:
        values = self.body(FactCheckPatch)
        with transaction.atomic():
            _standing(fact_check_id)
            check_match(request, f'"{lock_fact_check(fact_check_id).etag}"')
            changed = set_canonical_url(
                person=self.person, fact_check_id=fact_check_id, url=values["canonical_url"], now=timezone.now()
            )
        wake_outbox()
        return self.respond(request, _document(changed), etag=f'"{changed.etag}"')


class FactCheckVersions(ApiView):
    required_scopes = {"GET": READ}
    query_params = frozenset({"limit", "cursor"})

    @describe(
        "listFactCheckVersions", "The published versions, newest first", returns=page_of(FactCheckVersionResource)
    )
    def get(self, request: Request, fact_check_id: UUID) -> Response:
        if not FactCheck.objects.filter(pk=fact_check_id).exists():
            raise Http404
        found = FactCheckVersion.objects.filter(fact_check=fact_check_id)
        return list_page(self, request, FactCheckVersionResource, found, order="-number")


class FactCheckVersionDetail(ApiView):
    required_scopes = {"GET": READ}

    @describe("getFactCheckVersion", "One version as it was first published", returns=FactCheckResource, errors=(410,))
    def get(self, request: Request, fact_check_id: UUID, number: int) -> Response:
        found = FactCheckVersion.objects.filter(fact_check=fact_check_id, number=number)
        version = found.values_list("payload", "document_sha256").first() if number <= _MOST else None
        if version is None:
            raise Http404
        body = Payload.objects.values_list("body", flat=True).get(pk=version[0])
        if body is None:
            raise _Removed("This version was removed for legal reasons.", version=number)
        return self.respond(request, Raw(body.encode()), etag=f'"{version[1]}"')


class FactCheckClaimReview(ApiView):
    required_scopes = {"GET": READ}

    @describe(
        "getClaimReview",
        "schema.org ClaimReview as JSON-LD",
        returns=JsonLdResource,
        media_type=JSON_LD,
        errors=(410,),
    )
    def get(self, request: Request, fact_check_id: UUID) -> Response:
        fact_check = _standing(fact_check_id)
        document = fact_check.document or {}
        if not document.get("claimreview"):
            raise _UnderReview(fact_check.notice or "It is under review.", state=fact_check.state)
        return as_type(self.respond(request, document["claimreview"]), JSON_LD)


class FactCheckNinjs(ApiView):
    required_scopes = {"GET": READ}

    @describe(
        "getNinjs",
        "ninjs 3.1; withheld while suspended, canceled once retracted",
        returns=NinjsResource,
        errors=(410,),
    )
    def get(self, request: Request, fact_check_id: UUID) -> Response:
        fact_check, content = _with_content(fact_check_id)
        publication = publication_of(fact_check, desk=Desk.objects.get(), corrections=corrections_of(fact_check))
        return self.respond(request, ninjs(content, publication, notice=fact_check.notice))


class FactCheckAnnotation(ApiView):
    required_scopes = {"GET": READ}

    @describe(
        "getAnnotation",
        "W3C AnnotationCollection of the check",
        returns=JsonLdResource,
        media_type=JSON_LD,
        errors=(410,),
    )
    def get(self, request: Request, fact_check_id: UUID) -> Response:
        fact_check, content = _with_content(fact_check_id)
        if fact_check.state != FactCheck.State.PUBLISHED:
            _standing(fact_check_id)
            raise _UnderReview(fact_check.notice or "It is under review.", state=fact_check.state)
        publication = publication_of(fact_check, desk=Desk.objects.get(), corrections=corrections_of(fact_check))
        return as_type(self.respond(request, fact_check_collection(content, publication)), JSON_LD)


_MOST = 2_147_483_647  # the largest integer of Postgres; beyond it the query would fail


class _UnderReview(DomainError):
    status = 404
    code = "under-review"
    title = "It is withheld while it is under review"


class _Retracted(Gone):
    code = "retracted"
    title = "This fact-check was retracted"


class _Removed(Gone):
    code = "removed"
    title = "This was removed for legal reasons"


def document_filter(request: Request) -> DocumentFilter:
    """Return the filters on the document itself."""
    wanted = DocumentFilter()
    if words := text_param(request, "q"):
        wanted.words(words)
    if rating := text_param(request, "rating"):
        wanted.rating(rating)
    if claimant := text_param(request, "claimant"):
        wanted.claimant(_claimant_name(claimant))
    if language := text_param(request, "language"):
        wanted.language(language)
    if article := uuid_param(request, "article"):
        wanted.articles([article])
    if url := text_param(request, "article_url"):
        wanted.articles(*_articles_at(url))
    return wanted


def _articles_at(url: str) -> tuple[list[UUID], str]:
    """Return the articles with this address, and the address as it is stored."""
    try:
        canonical = canonicalise_url(url) or url
    except DomainError:
        canonical = url
    return list(Article.objects.filter(url__in={url, canonical}).values_list("pk", flat=True)), canonical


def _claimant_name(given: str) -> str:
    """Return the name that public documents have for a claimant's id or name."""
    pk = parse_uuid(given)
    found = Claimant.objects.filter(pk=pk).values_list("name", flat=True).first() if pk else None
    return found or given


def _standing(fact_check_id: UUID) -> FactCheck:
    """Return the published or suspended check. Raises Http404, or Gone with the tombstone."""
    fact_check = FactCheck.objects.filter(pk=fact_check_id).first()
    if fact_check is None:
        raise Http404
    if fact_check.document is None or fact_check.state in {FactCheck.State.RETRACTED, FactCheck.State.REMOVED}:
        raise _tombstone(fact_check)
    return fact_check


def _tombstone(fact_check: FactCheck) -> Gone:
    """Return the remaining facts of a withdrawn check: id, state, time and reason."""
    is_removed = fact_check.state == FactCheck.State.REMOVED
    notice = fact_check.notice or "It was taken back."
    left: dict[str, Any] = {
        "id": str(fact_check.pk),
        "state": fact_check.state,
        "version": fact_check.version,
        "notice": fact_check.notice,
        "modified_at": rfc3339(fact_check.modified_at),
    }
    if not is_removed:
        left |= {"slug": fact_check.slug, "published_at": rfc3339(fact_check.published_at)}
    return (_Removed if is_removed else _Retracted)(notice, fact_check=left)


def as_type(response: Response, media_type: str) -> Response:
    response.content_type = media_type
    return response


def _document(fact_check: FactCheck) -> dict[str, Any]:
    document = dict(fact_check.document or {})
    return document if fact_check.state == FactCheck.State.PUBLISHED else document | {"notice": fact_check.notice}


def _with_content(fact_check_id: UUID) -> tuple[FactCheck, Any]:
    found = FactCheck.objects.select_related("verdict__frozen__payload").filter(pk=fact_check_id).first()
    if found is None:
        raise Http404
    content = frozen_content(found.verdict.frozen) if found.verdict.frozen else None
    if content is None or found.state == FactCheck.State.REMOVED:
        raise _tombstone(found)
    return found, content
