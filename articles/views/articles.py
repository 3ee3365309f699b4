"""The article list: search, facets and the import box."""

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from accounts.views.list_filters import saved_or_redirect
from articles.facets import ArticleFilter
from articles.forms import ImportForm
from articles.list_notes import notes_of
from articles.models import Article, Source
from articles.services.search import DATE, find_articles
from core.database.composed import Composed
from core.pages.paging import page_of, parse_time

PAGE_SIZE = 25


@require_safe
@permission_required("desk.read")
def article_list(request: HttpRequest) -> HttpResponse:
    saved, elsewhere = saved_or_redirect(request, "articles")
    if elsewhere:
        return elsewhere
    context = list_context(request, ImportForm(prefix="import")) | {"saved_query": saved}
    return render(request, "articles/list.html", context)


def list_context(request: HttpRequest, form: ImportForm) -> dict[str, Any]:
    narrowed = ArticleFilter(request.GET.dict(), timezone.now())
    articles = narrowed.apply(Article.objects.readable().for_lists())
    shown = _search(request, narrowed, articles) if narrowed.q else _newest(request, narrowed, articles)
    return shown | {
        "narrowed": narrowed,
        "form": form,
        "blank_fields": _blank_fields(get_language()),
        "is_importing": form.is_bound or "import" in request.GET or not (shown["rows"] or narrowed.is_narrowed),
        "can_import": has_permission(person_of(request), "article.import"),
        "source_names": source_names,
    }


@lru_cache
def _blank_fields(_language: str | None) -> SafeString:
    """Draw the empty import form's fields: they were a tenth of the page (2026-12-01)."""
    return render_to_string("articles/import_fields.html", {"form": ImportForm(prefix="import")})


def _newest(request: HttpRequest, narrowed: ArticleFilter, articles: QuerySet[Article]) -> dict[str, Any]:
    page = page_of(articles, key="created_at", cursor=request.GET.get("cursor", ""), size=PAGE_SIZE, parse=parse_time)
    notes = notes_of(row.pk for row in page.rows)
    return {
        "rows": [(article, notes.get(article.pk, []), None) for article in page.rows],
        "facets": narrowed.facets(articles),
        "next_url": narrowed.url_with(cursor=page.next) if page.next else "",
        "previous_url": narrowed.url_with(cursor=page.previous) if page.previous else "",
    }


def _search(request: HttpRequest, narrowed: ArticleFilter, articles: QuerySet[Article]) -> dict[str, Any]:
    found = find_articles(narrowed.q, articles, sort=narrowed.sort, page=request.GET.get("cursor", ""), size=PAGE_SIZE)
    urls = {
        "next_url": narrowed.url_with(cursor=str(found.page + 1)) if found.has_more else "",
        "previous_url": narrowed.url_with(cursor=str(found.page - 1)) if found.page > 1 else "",
    }
    # Where words were asked for, the words found say more than notes.
    return urls | {
        "rows": [(row.article, [], row) for row in found.rows],
        "facets": narrowed.facets(found.articles),
        "found": found,
        "best_url": narrowed.url_with(sort=""),
        "newest_url": narrowed.url_with(sort=DATE),
    }


def source_names() -> list[str]:
    """Return source names for the browser's completion, lazily."""
    return _SOURCE_NAMES.rows()


_SOURCE_NAMES: Composed[Any] = Composed(
    lambda: Source.objects.standing().order_by("name", "pk").values_list("name", flat=True)[:500]
)
