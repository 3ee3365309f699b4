"""Search articles by words, within a list that may be narrowed."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from articles.models import Article
from articles.search.article_search import MOST_FOUND, ArticleSearch, FoundArticle
from articles.search.snippets import Snippet, snippets_of
from core.database.sql import ids_as_query
from core.pages.paging import BadCursor

RELEVANCE, DATE = "", "date"


@dataclass(frozen=True, slots=True)
class _SearchRow:
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

    rows: list[_SearchRow]
    ranking: list[FoundArticle]
    listed: QuerySet[Article]
    page: int
    total: int
    total_with_all: int
    has_more: bool
    is_only_common_words: bool
    is_more_than_counted: bool

    @property
    def articles(self) -> QuerySet[Article]:
        """Return all that were found, in no order."""
        return self.listed.filter(pk__in=ids_as_query(one.id for one in self.ranking))


def find_articles(question: str, articles: QuerySet[Article], *, sort: str, page: str, size: int) -> SearchPage:
    """Return a page of the articles that have the words. Raises BadCursor for a page that is no number."""
    search = ArticleSearch(question)
    number = _page_number(page)
    ranking = search.rank(articles, newest_first=sort == DATE)
    first = (number - 1) * size
    shown = ranking.found[first : first + size]
    ids = [one.id for one in shown]
    by_id = articles.in_bulk(ids)
    # An article that was deleted, or left the list, since it was ranked has no row below.
    snippets = snippets_of(search, ids) if ids else {}
    return SearchPage(
        rows=[_SearchRow(by_id[one.id], one.missing, snippets.get(one.id, [])) for one in shown if one.id in by_id],
        ranking=ranking.found,
        listed=articles,
        page=number,
        total=len(ranking.found),
        total_with_all=sum(not one.missing for one in ranking.found),
        has_more=len(ranking.found) > first + size,
        is_only_common_words=search.is_empty,
        is_more_than_counted=ranking.is_cut,
    )


def _page_number(page: str) -> int:
    if not page:
        return 1
    if not page.isdecimal() or not page.isascii() or not 1 <= int(page[:6]) <= MOST_FOUND:
        raise BadCursor(gettext("This link to a page of the list is not valid. Start again from the first page."))
    return int(page[:6])
