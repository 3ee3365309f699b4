"""An article's annotations, and feeds for readers."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Desk
from api.authentication import HasScope
from api.base import ApiView
from api.json import Raw
from api.params import number_param
from api.resources.discovery import AtomResource, JsonLdResource
from api.schema.describe import describe
from api.views.common import existing
from api.views.fact_checks import JSON_LD, as_type
from articles.models import Article, ArticleRevision
from publishing.formats import atom
from publishing.formats.webannotation import annotation_collection, annotation_page
from publishing.models import FactCheck
from publishing.services.article_annotations import Annotations, annotations_in, annotations_of

PAGE_OF_ANNOTATIONS = 200
ENTRIES = 50
ATOM = "application/atom+xml"


class ArticleAnnotations(ApiView):
    required_scopes = {"GET": ("feed:read", "articles:read")}
    query_params = frozenset({"revision", "page"})

    @describe(
        "listAnnotations",
        "W3C AnnotationCollection of an article's published checks",
        returns=JsonLdResource,
        media_type=JSON_LD,
    )
    def get(self, request: Request, article_id: UUID) -> Response:
        title = existing(Article.objects.filter(pk=article_id).values_list("title", flat=True).first())
        number = number_param(request, "page", least=1, most=1_000_000)
        revision = _revision(request, article_id)
        found = annotations_in(revision=revision) if revision else annotations_of(article_id=article_id)
        pages = _Pages(request, article_id, found)
        return as_type(self.respond(request, pages.page(number) if number else pages.collection(title)), JSON_LD)


class _Pages:
    """A collection and its pages; a single page stands inside the collection."""

    def __init__(self, request: Request, article_id: UUID, found: Annotations) -> None:
        self.found = found
        self.last = max(1, -(-found.total // PAGE_OF_ANNOTATIONS))
        revision = request.query_params.get("revision")
        self.kept = {"revision": revision} if revision else {}
        self.base = request.build_absolute_uri(reverse("api:article-annotations", args=[article_id]))

    def collection(self, title: str) -> dict[str, Any]:
        first: Any = None
        if self.found.total:
            first = self.page(1) if self.last == 1 else self._iri(1)
        last = self._iri(self.last) if self.found.total else None
        return annotation_collection(iri=self._iri(), label=title, total=self.found.total, first=first, last=last)

    def page(self, number: int) -> dict[str, Any]:
        if number > self.last:
            raise Http404
        start = (number - 1) * PAGE_OF_ANNOTATIONS
        items: Any = map(orjson.Fragment, self.found.between(start, start + PAGE_OF_ANNOTATIONS))
        return annotation_page(
            iri=self._iri(number),
            collection_iri=self._iri(),
            items=list(items),
            start_index=start,
            next_iri=self._iri(number + 1) if number < self.last else None,
            previous_iri=self._iri(number - 1) if number > 1 else None,
        )

    def _iri(self, number: int | None = None) -> str:
        query = urlencode({**self.kept, **({"page": number} if number else {})})
        return f"{self.base}?{query}" if query else self.base


class _HasScopeOrIsPublic(HasScope):
    """Let everybody read the feeds while the desk has public pages: readers' programs carry no token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return Desk.objects.get().has_public_pages or super().has_permission(request, view)


class FactCheckFeed(ApiView):
    permission_classes = (_HasScopeOrIsPublic,)
    is_open_with_public_pages = True
    required_scopes = {"GET": "feed:read"}

    @describe("getFactCheckFeed", "Atom feed of the newest fact-checks", returns=AtomResource, media_type=ATOM)
    def get(self, request: Request) -> Response:
        documents = _documents("-published_at")
        page = reverse("publishing:fact_checks")
        return _feed(self, request, "Fact-checks", page, [atom.fact_check_entry(one) for one in documents])


class CorrectionFeed(ApiView):
    permission_classes = (_HasScopeOrIsPublic,)
    is_open_with_public_pages = True
    required_scopes = {"GET": "feed:read"}

    @describe("getCorrectionFeed", "Atom feed of the newest corrections", returns=AtomResource, media_type=ATOM)
    def get(self, request: Request) -> Response:
        entries = [entry for one in _documents("-modified_at") for entry in atom.correction_entries(one)]
        entries.sort(key=lambda entry: entry.updated_at, reverse=True)
        return _feed(self, request, "Corrections", reverse("publishing:corrections"), entries[:ENTRIES])


def _documents(order: str) -> list[dict[str, Any]]:
    checks = FactCheck.objects.filter(state=FactCheck.State.PUBLISHED, document__isnull=False)
    if order == "-modified_at":
        checks = checks.exclude(document__corrections=[])
    return [dict(one) for one in checks.order_by(order, "-pk").values_list("document", flat=True)[:ENTRIES] if one]


def _feed(view: ApiView, request: Request, title: str, page: str, entries: list[atom.Entry]) -> Response:
    desk = Desk.objects.get()
    address = request.build_absolute_uri(request.path)
    newest = FactCheck.objects.order_by("-modified_at").values_list("modified_at", flat=True).first()
    body = atom.feed(
        iri=address,
        title=f"{desk.name}: {title}",
        url=settings.SITE_URL + page,
        self_url=address,
        author=desk.name,
        # Midnight, so that an empty feed keeps its ETag for a day.
        updated_at=newest or timezone.now().replace(hour=0, minute=0, second=0, microsecond=0),
        entries=entries,
    )
    return as_type(view.respond(request, Raw(body)), ATOM)


def _revision(request: Request, article_id: UUID) -> ArticleRevision | None:
    number = number_param(request, "revision", least=1, most=2**31 - 1)
    if number is None:
        return None
    found = ArticleRevision.objects.filter(article=article_id, number=number).defer("text").first()
    return existing(found)
