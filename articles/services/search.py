"""Search articles by words, within a list that may be narrowed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from articles.models import Article
from articles.search.article_search import MOST_FOUND, ArticleSearch, FoundArticle
from articles.search.snippets import Snippet, snippets_of
from core.pages.paging import BadCursor

RELEVANCE, DATE = "", "date"


@dataclass(frozen=True, slots=True)
class SearchRow:
    """An article that was found; `snippets` may hold its headline, which the list shows once, as the title."""

    article: Article
    missing: tuple[str, ...]
    snippets: list[Snippet]

    @property
    def title(self) -> SafeString | str:
        """Return the title, with the words found marked where they stand in it."""
        headline = next((one.html for one in self.snippets if one.text == self.article.title), None)
        return headline or self.article.title

    @property
    def passages(self) -> list[Snippet]:
        return [one for one in self.snippets if one.text != self.article.title]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`total` counts all that were found, with `total_with_all` of them having every word; both stop at a thousand."""

    rows: list[SearchRow]
    articles: QuerySet[Article]
    page: int
    total: int
    total_with_all: int
    has_more: bool
    is_only_common_words: bool
    is_more_than_counted: bool


def find_articles(question: str, articles: QuerySet[Article], *, sort: str, page: str, size: int) -> SearchPage:
    """Return a page of the articles that have the words. Raises BadCursor for a page that is no number."""
    search = ArticleSearch(question)
    found = {one.id: one for one in search.find()}
    within = articles.filter(pk__in=list(found))
    dates = list(within.order_by().values_list("pk", "published_at", "created_at"))
    ordered = _in_order([(found[pk], published or created) for pk, published, created in dates], sort)
    number = _page_number(page)
    first = (number - 1) * size
    shown = ordered[first : first + size]
    by_id = {article.pk: article for article in within.filter(pk__in=[one.id for one in shown])}
    snippets = snippets_of(search, shown)
    return SearchPage(
        rows=[SearchRow(by_id[one.id], one.missing, snippets.get(one.id, [])) for one in shown if one.id in by_id],
        articles=within,
        page=number,
        total=len(ordered),
        total_with_all=sum(not one.missing for one in ordered),
        has_more=len(ordered) > first + size,
        is_only_common_words=search.is_empty,
        is_more_than_counted=len(found) >= MOST_FOUND,
    )


def _in_order(found: list[tuple[FoundArticle, Any]], sort: str) -> list[FoundArticle]:
    """All the words before some of them, whichever order is asked for."""
    if sort == DATE:
        newest = sorted(found, key=lambda pair: (pair[1], pair[0].id.int), reverse=True)
        return sorted((one for one, _ in newest), key=lambda one: bool(one.missing))
    best = sorted(found, key=lambda pair: (-pair[0].score, -pair[0].id.int))
    return sorted((one for one, _ in best), key=lambda one: bool(one.missing))


def _page_number(page: str) -> int:
    if not page:
        return 1
    if not page.isdecimal() or not page.isascii() or not 1 <= int(page[:6]) <= MOST_FOUND:
        raise BadCursor("This page's address is not one of ours. Start again from the first page.")
    return int(page[:6])
