"""Articles, their revisions and sources."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.inputs.articles import ArticlePatch, SourceBody, SourcePatch
from api.inputs.base import Merge
from api.listing import list_page
from api.params import (
    bool_param,
    moment_param,
    text_param,
    uuid_param,
)
from api.resources.articles import (
    ArticleResource,
    ArticleSummaryResource,
    RevisionResource,
    RevisionSummaryResource,
    SourceResource,
)
from api.resources.base import page_of
from api.resources.filters import articles_with_claims, in_language
from api.resources.kept_queries import Choice
from api.schema.describe import describe
from api.views.common import check_unchanged, created, existing, show
from articles.models import Article, ArticleRevision, Source
from articles.search.article_search import ArticleSearch, having
from articles.services.details import edit_details
from articles.services.revisions import set_block_roles
from articles.services.source_merging import merge_sources
from articles.services.sources import save_source
from core.database.locks import Lock, share_lock, wait_for_lock


class Articles(ApiView):
    required_scopes = {"GET": "articles:read"}
    query_params = frozenset({"q", "source", "language", "published_since", "has_claims", "limit", "cursor"})

    @describe("listArticles", "List articles, newest first", returns=page_of(ArticleSummaryResource))
    def get(self, request: Request) -> Response:
        words, language = text_param(request, "q"), text_param(request, "language")
        search = ArticleSearch(words) if words else None
        chosen = Choice.of(
            _choose_articles,
            source=uuid_param(request, "source"),
            since=moment_param(request, "published_since"),
            has_claims=bool_param(request, "has_claims"),
            **(search.conditions() if search else {}),
        )
        is_empty = search is not None and search.is_empty
        if not language and not is_empty:
            return list_page(self, request, ArticleSummaryResource, chosen, is_search=search is not None)
        found = chosen.queryset().none() if is_empty else chosen.queryset()
        if language:
            found = found.filter(in_language(language))
        return list_page(self, request, ArticleSummaryResource, found, is_search=search is not None)


def _choose_articles(
    source: UUID | None = None, since: datetime | None = None, has_claims: bool | None = None, **words: str
) -> QuerySet[Article]:
    found = Article.objects.readable()
    if source:
        found = found.of_source(source)
    if since:
        found = found.filter(published_at__gte=since)
    if has_claims is not None:
        found = found.filter(articles_with_claims(has_claims=has_claims))
    return having(found, words)


class ArticleDetail(ApiView):
    required_scopes = {"GET": "articles:read", "PATCH": "articles:write"}

    @describe("getArticle", "One article with the revision that readers see", returns=ArticleResource)
    def get(self, request: Request, article_id: UUID) -> Response:
        return show(self, request, ArticleResource, article_id)

    @describe(
        "updateArticle", "Set details and block roles", takes=ArticlePatch, returns=ArticleResource, errors=(409, 412)
    )
    def patch(self, request: Request, article_id: UUID) -> Response:
        values = self.body(ArticlePatch, partial=True)
        with transaction.atomic():
            if "If-Match" in request.headers:
                # Locked first: what is compared must still be so when it is written. A merge of sources locks in this order.
                share_lock(Lock.SOURCES)
                Article.objects.select_for_update().filter(pk=article_id).first()
                check_unchanged(request, ArticleResource, article_id)
            self._write(article_id, values)
        return show(self, request, ArticleResource, article_id)

    def _write(self, article_id: UUID, values: dict[str, Any]) -> None:
        now = timezone.now()
        roles = {item["block"]: item["role"] for item in values.pop("block_roles", [])}
        edit_details(article_id=article_id, person=self.person, changes=values, now=now)
        if roles:
            set_block_roles(article_id=article_id, roles=roles, person=self.person, now=now)


class Revisions(ApiView):
    required_scopes = {"GET": "articles:read"}
    query_params = frozenset({"limit", "cursor"})

    @describe(
        "listRevisions",
        "An article's revisions, newest first, without their texts",
        returns=page_of(RevisionSummaryResource),
    )
    def get(self, request: Request, article_id: UUID) -> Response:
        existing(Article.objects.filter(pk=article_id).values_list("pk", flat=True).first())
        found = ArticleRevision.objects.filter(article=article_id)
        return list_page(self, request, RevisionSummaryResource, found, order="-number")


class RevisionDetail(ApiView):
    required_scopes = {"GET": "articles:read"}

    @describe("getRevision", "One revision; its text never changes", returns=RevisionResource)
    def get(self, request: Request, article_id: UUID, number: int) -> Response:
        found = ArticleRevision.objects.filter(article=article_id, number=number).values_list("pk", flat=True).first()
        return show(self, request, RevisionResource, existing(found))


class Sources(ApiView):
    required_scopes = {"GET": "articles:read", "POST": "articles:write"}
    query_params = frozenset({"q", "limit", "cursor"})

    @describe("listSources", "List sources by name", returns=page_of(SourceResource))
    def get(self, request: Request) -> Response:
        found = Source.objects.standing()
        if words := text_param(request, "q"):
            found = found.matching(words)
        return list_page(self, request, SourceResource, found, order="name")

    @describe("createSource", "Add a source", takes=SourceBody, returns=SourceResource, status=201)
    def post(self, request: Request) -> Response:
        made = save_source(person=self.person, **self.body(SourceBody))
        return created(self, request, SourceResource, made.pk, "source")


class SourceDetail(ApiView):
    required_scopes = {"GET": "articles:read", "PATCH": "articles:write"}

    @describe("getSource", "One source", returns=SourceResource)
    def get(self, request: Request, source_id: UUID) -> Response:
        return show(self, request, SourceResource, source_id)

    @describe("updateSource", "Change a source", takes=SourcePatch, returns=SourceResource, errors=(409, 412))
    def patch(self, request: Request, source_id: UUID) -> Response:
        values = self.body(SourcePatch, partial=True)
        with transaction.atomic():
            source = existing(Source.objects.select_for_update(no_key=True).filter(pk=source_id).first())
            check_unchanged(request, SourceResource, source_id)
            save_source(person=self.person, source=source, **values)
        return show(self, request, SourceResource, source_id)


class SourceMerge(ApiView):
    required_scopes = {"POST": "articles:write"}

    @describe(
        "mergeSource",
        "Merge into another source; this cannot be undone",
        takes=Merge,
        returns=SourceResource,
        errors=(404, 409, 412),
    )
    def post(self, request: Request, source_id: UUID) -> Response:
        values = self.body(Merge)
        with transaction.atomic():
            # Locked first: what is compared must still be so when the sources are merged.
            wait_for_lock(Lock.SOURCES)
            check_unchanged(request, SourceResource, source_id)
            into = merge_sources(person=self.person, source_id=source_id, into_id=values["into"], now=timezone.now())
        return show(self, request, SourceResource, into.pk)
