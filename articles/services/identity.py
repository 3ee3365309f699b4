"""Identify an incoming article: by URL, else external id, else file name in its source.

An article without any of these (a pasted text, a line of JSON without id) is identified by its text: an equal text is
the same article, any other text a new one.

People correct details, and a later import must still find the article: the publisher's own value of an edited address
is kept as a decided proposal and looked up too; an article whose source a person set is found without its source.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from articles.models import Article, ArticleRevision
from articles.publisher_order import PublisherVersion
from articles.services.reading import Entry


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest stored revision of an article. It may not be current yet."""

    id: UUID
    number: int
    sha256: str
    version: PublisherVersion = field(default_factory=PublisherVersion)


class Identities:
    """Look up the known articles that a batch names. Call `find` in the entries' order.

    `register` makes an article of this batch known to the entries after it.
    """

    def __init__(self, entries: Iterable[Entry], *, is_locking: bool) -> None:
        entries = list(entries)
        self._by_url: dict[str, Article] = {}
        self._by_external: dict[str, list[Article]] = defaultdict(list)
        self._by_file: dict[str, list[Article]] = defaultdict(list)
        self._by_text: dict[str, list[Article]] = defaultdict(list)
        self._by_id: dict[UUID, Article] = {}
        self.newest: dict[UUID, Newest] = {}
        found = self._load(entries)
        # By key: two imports that lock the same articles must not deadlock.
        articles = Article.objects.filter(pk__in={article_id for article_id, _ in found}).order_by("pk")
        if is_locking:
            articles = articles.select_for_update()
        self._by_id = {article.id: article for article in articles}
        self.newest = _newest_of(self._by_id)
        for article in self._by_id.values():
            self._index(article)
        for article_id, old_url in found:
            if old_url:
                # The present address of another article counts more than the former one of this.
                self._by_url.setdefault(old_url, self._by_id[article_id])

    def find(self, entry: Entry, source_id: UUID | None) -> Article | None:
        """Return the article that this entry is a version of; `source_id` is the entry's."""
        parsed = entry.article
        if entry.article_id:
            return self._by_id.get(entry.article_id)
        known = self._by_url.get(parsed.url) if parsed.url else None
        if known and parsed.id_beats_url and known.external_id and known.external_id != entry.external_id:
            known = None  # entries of one feed may share a link
        if known is None and parsed.external_id:
            known = _within(self._by_external[entry.external_id], source_id)
            known = known or self._exported(entry.external_id)
        # An id tells articles apart even if their files have one name.
        if known is None and not parsed.external_id and entry.file_name:
            known = self._by_file_name(entry, source_id)
        if known is None and entry.is_nameless:
            known = next((a for a in self._by_text[entry.sha256] if source_id in (None, a.source_id)), None)
        return known

    def register(self, article: Article, newest: Newest) -> None:
        self._by_id[article.id] = article
        self.newest[article.id] = newest
        self._index(article)

    def holder_of_url(self, url: str) -> Article | None:
        return self._by_url.get(url)

    def holder_of_external_id(self, source_id: UUID | None, external_id: str) -> Article | None:
        return next((a for a in self._by_external[external_id] if a.source_id == source_id), None)

    def _exported(self, external_id: str) -> Article | None:
        """Return the article that our own export named by its key, having neither address nor id of its publisher."""
        own = next(iter(_keys_among([external_id])), None)
        article = self._by_id.get(own) if own else None
        return article if article and not article.url and not article.external_id else None

    def _by_file_name(self, entry: Entry, source_id: UUID | None) -> Article | None:
        """Match by file name; an entry with an address only matches articles without one."""
        same_name = self._by_file[entry.file_name]
        if entry.article.url:
            same_name = [article for article in same_name if not article.url]
        return _within(same_name, source_id)

    def _index(self, article: Article) -> None:
        if article.url:
            self._by_url[article.url] = article
        if article.external_id:
            self._by_external[article.external_id].append(article)
        if article.file_name:
            self._by_file[article.file_name].append(article)
        if newest := self.newest.get(article.id):
            self._by_text[newest.sha256].append(article)

    def _load(self, entries: list[Entry]) -> set[tuple[UUID, str]]:
        """Return (article id, former URL that found it) of every possible match."""
        urls = {entry.article.url for entry in entries if entry.article.url}
        files = {entry.file_name for entry in entries if entry.file_name}
        external_ids = {entry.external_id for entry in entries if entry.external_id}
        texts = {entry.sha256 for entry in entries if entry.is_nameless}
        ids = {entry.article_id for entry in entries if entry.article_id}
        found: set[UUID] = set(ids)
        if external_ids:
            found |= set(Article.objects.filter(external_id__in=external_ids).values_list("pk", flat=True))
            found |= _keys_among(external_ids)
        if files:
            found |= set(Article.objects.filter(file_name__in=files).values_list("pk", flat=True))
        if texts:
            found |= set(ArticleRevision.objects.filter(sha256__in=texts).values_list("article", flat=True))
        return {(pk, "") for pk in found} | (_with_urls(urls) if urls else set())


# The addresses as one array: a batch has a thousand. Planned anew each time, as the tables grow from nothing meanwhile.
_WITH_URLS = """
SELECT id, '' FROM articles_article WHERE url = ANY(%s) UNION ALL
SELECT article_id, value FROM articles_proposal WHERE field = 'url' AND state = 'dismissed' AND value = ANY(%s)
"""


def _with_urls(urls: Collection[str]) -> set[tuple[UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_WITH_URLS, [list(urls), list(urls)])
        return set(cursor.fetchall())


def _newest_of(article_ids: Iterable[UUID]) -> dict[UUID, Newest]:
    newest = ArticleRevision.objects.filter(article__in=article_ids).order_by("article", "-number").distinct("article")
    fields = ("article", "pk", "number", "sha256", "publisher_version", "publisher_version_at")
    return {
        article: Newest(pk, number, sha256, PublisherVersion(version, version_at))
        for article, pk, number, sha256, version, version_at in newest.values_list(*fields)
    }


def _within(articles: list[Article], source_id: UUID | None) -> Article | None:
    """Return the article of this source, else the only one with a corrected source."""
    for article in articles:
        if article.source_id == source_id:
            return article
    # Of several such articles none is sure, and a wrong one would get this text as its next revision.
    corrected = [article for article in articles if "source" in article.edited_fields]
    return corrected[0] if len(corrected) == 1 else None


def _keys_among(external_ids: Iterable[str]) -> set[UUID]:
    found = set()
    for external_id in external_ids:
        with suppress(ValueError):
            found.add(UUID(external_id))
    return found
