"""The article list: search, facets and the import box."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from accounts.views.list_filters import saved_or_redirect
from articles.facets import ArticleFilter
from articles.forms import ImportForm
from articles.list_notes import notes_of
from articles.models import Article, Source
from articles.search.query import ArticleSearch
from core.paging import page_of, parse_time

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
    search = ArticleSearch(narrowed.q) if narrowed.q else None
    key = "created_at"
    parse: Callable[[Any], Any] = parse_time
    if search:
        articles = search.filter(articles)
        key, parse = "rank", float
    page = page_of(articles, key=key, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE, parse=parse)
    # Where words were asked for, the words found say more.
    notes = {} if search else notes_of(row.pk for row in page.rows)
    snippets = search.snippets(row.pk for row in page.rows) if search else {}
    return {
        "narrowed": narrowed,
        "rows": [(article, snippets.get(article.pk, ""), notes.get(article.pk, [])) for article in page.rows],
        "facets": narrowed.facets(articles),
        "next_url": narrowed.url_with(cursor=page.next) if page.next else "",
        "previous_url": narrowed.url_with(cursor=page.previous) if page.previous else "",
        "form": form,
        "is_importing": form.is_bound or "import" in request.GET or not (page.rows or narrowed.is_narrowed),
        "can_import": has_permission(person_of(request), "article.import"),
        "source_names": source_names,
    }


def source_names() -> list[str]:
    """Return source names for the browser's completion, lazily."""
    return list(Source.objects.order_by("name").values_list("name", flat=True)[:500])
