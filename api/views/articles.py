"""Articles, their revisions, and the sources they come from."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.conditions import check_match, etag_of
from api.documents.articles import (
    ARTICLE_SUMMARY,
    REVISION_SUMMARY,
    SOURCE,
    article_document,
    revision_document,
    source_document,
)
from api.inputs.articles import ArticlePatch, SourceBody
from api.listing import Listing, page
from api.params import (
    bool_param,
    moment_param,
    text_param,
    uuid_param,
)
from api.schema.describe import describe
from api.views.common import created, existing, like
from articles.models import Article, Source
from articles.search.query import ArticleSearch
from articles.services.details import edit_details
from articles.services.revisions import set_block_role
from articles.services.sources import save_source

_HAS_CLAIMS = (
    "EXISTS (SELECT 1 FROM annotations_passage fp JOIN annotations_appearance fa ON fa.passage_id = fp.id"
    " JOIN annotations_claim fc ON fc.id = fa.claim_id"
    " WHERE fp.article_id = ar.id AND fa.removed_at IS NULL AND fc.removed_at IS NULL)"
)


class Articles(ApiView):
    required_scopes = {"GET": "articles:read"}
    query_params = frozenset({"q", "source", "language", "published_since", "has_claims", "limit", "cursor"})

    @describe("List articles, newest first", returns="ArticleList")
    def get(self, request: Request) -> Response:
        listing = Listing(ARTICLE_SUMMARY, "articles_article ar", "ar.created_at", "ar.id")
        listing.where("ar.current_revision_id IS NOT NULL")
        if words := text_param(request, "q"):
            condition, params = ArticleSearch(words).condition("ar.id")
            listing.where(condition, *params)
            listing.is_planned_anew = True
        if source := uuid_param(request, "source"):
            listing.where("ar.source_id = %s", source)
        if language := text_param(request, "language"):
            listing.where(
                "(lower(ar.language) = lower(%s) OR ar.language ILIKE %s)", language, like(language)[1:-1] + "-%"
            )
        if since := moment_param(request, "published_since"):
            listing.where("ar.published_at >= %s", since)
        if (has_claims := bool_param(request, "has_claims")) is not None:
            listing.where(_HAS_CLAIMS if has_claims else f"NOT {_HAS_CLAIMS}")
        return self.respond(request, page(request, listing))


class ArticleDetail(ApiView):
    required_scopes = {"GET": "articles:read", "PATCH": "articles:write"}

    @describe("One article with the revision that readers see", returns="Article")
    def get(self, request: Request, article_id: UUID) -> Response:
        return self.respond(request, existing(article_document(article_id)))

    @describe("Set details and block roles", takes=ArticlePatch, returns="Article", errors=(409, 412))
    def patch(self, request: Request, article_id: UUID) -> Response:
        values = self.body(ArticlePatch, partial=True)
        with transaction.atomic():
            if "If-Match" in request.headers:
                Article.objects.select_for_update().filter(pk=article_id).first()
                check_match(request, etag_of(existing(article_document(article_id))))
            self._write(article_id, values)
        return self.respond(request, existing(article_document(article_id)))

    def _write(self, article_id: UUID, values: dict[str, Any]) -> None:
        now = timezone.now()
        roles = values.pop("block_roles", [])
        edit_details(article_id=article_id, person=self.person, changes=values, now=now)
        for item in roles:
            set_block_role(article_id=article_id, block=item["block"], role=item["role"], person=self.person, now=now)


class Revisions(ApiView):
    required_scopes = {"GET": "articles:read"}
    query_params = frozenset({"limit", "cursor"})

    @describe("An article's revisions, newest first, without their texts", returns="RevisionList")
    def get(self, request: Request, article_id: UUID) -> Response:
        existing(Article.objects.filter(pk=article_id).values_list("pk", flat=True).first())
        listing = Listing(REVISION_SUMMARY, "articles_articlerevision r", "r.number", "r.id")
        listing.where("r.article_id = %s", article_id)
        return self.respond(request, page(request, listing))


class RevisionDetail(ApiView):
    required_scopes = {"GET": "articles:read"}

    @describe("One revision; its text never changes", returns="Revision")
    def get(self, request: Request, article_id: UUID, number: int) -> Response:
        found = revision_document(article_id, number) if number < 2**31 else None
        return self.respond(request, existing(found))


class Sources(ApiView):
    required_scopes = {"GET": "articles:read", "POST": "articles:write"}
    query_params = frozenset({"q", "limit", "cursor"})

    @describe("List sources by name", returns="SourceList")
    def get(self, request: Request) -> Response:
        listing = Listing(SOURCE, "articles_source so", "so.name", "so.id", is_descending=False)
        if words := text_param(request, "q"):
            listing.where("(so.name ILIKE %s OR so.domain ILIKE %s)", like(words), like(words))
        return self.respond(request, page(request, listing))

    @describe("Make a source", takes=SourceBody, returns="Source", status=201)
    def post(self, request: Request) -> Response:
        made = save_source(person=self.person, **self.body(SourceBody))
        return created(self, request, source_document(made.pk), reverse("api:source", args=[made.pk]))


class SourceDetail(ApiView):
    required_scopes = {"GET": "articles:read", "PATCH": "articles:write"}

    @describe("One source", returns="Source")
    def get(self, request: Request, source_id: UUID) -> Response:
        return self.respond(request, existing(source_document(source_id)))

    @describe("Change a source", takes=SourceBody, returns="Source", errors=(412,))
    def patch(self, request: Request, source_id: UUID) -> Response:
        values = self.body(SourceBody, partial=True)
        with transaction.atomic():
            source = existing(Source.objects.select_for_update().filter(pk=source_id).first())
            check_match(request, etag_of(existing(source_document(source_id))))
            save_source(person=self.person, source=source, **values)
        return self.respond(request, existing(source_document(source_id)))
