"""What an article was taken from: the bytes of its item, and taking the text from them once more."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.audit import acting
from accounts.models import User
from accounts.permissions import check_permission
from articles.models import Article, ArticleRevision, ImportItem, ImportRun
from articles.parsing import ParsedArticle, ParseError
from articles.parsing.decode import decode_text
from articles.parsing.wide import utf8_of
from articles.services.reading import entry_of
from articles.services.runs import add_items, new_item
from core.errors import NotFound

_WHERE = ("file", "type", "base", "is_at", "range", "line", "expected")


@dataclass(frozen=True, slots=True)
class Original:
    """`data` is the article's own part of what came in: its line, row or entry, or the whole file."""

    data: bytes
    content_type: str
    name: str
    declared_type: str = ""  # with the charset of the HTTP header

    @property
    def is_text(self) -> bool:
        return b"\x00" not in utf8_of(self.data[:4096]) and not self.data.startswith((b"%PDF", b"PK\x03\x04"))

    @property
    def text(self) -> str:
        """In the encoding that the reader found; what is none stands as U+FFFD."""
        charset = self.declared_type.partition("charset=")[2].partition(";")[0].strip(" \"'")
        try:
            return decode_text(self.data, charset=charset, is_markup="html" in self.content_type).text
        except ParseError:
            return self.data.decode(errors="replace")


def original_of(revision: ArticleRevision) -> Original:
    """Raises NotFound where nothing was kept."""
    item = _item_of(revision)
    parsed = entry_of(item=item, run=item.run)
    name = item.locator.get("file") or item.name
    if isinstance(parsed, ParsedArticle):
        return Original(parsed.raw, parsed.content_type, name, item.locator.get("type", ""))
    raise NotFound(f"The original cannot be read any more: {parsed.detail}" if parsed else "The original is gone.")


def extract_again(*, person: User, article_id: UUID, now: datetime) -> ImportRun:
    """Read the kept original once more, with the readers of today. The same text changes nothing; another one is a
    revision, which waits for a person where it changes claims.
    """
    check_permission(person, "article.import")
    article = Article.objects.select_related("current_revision__raw").filter(pk=article_id).first()
    if article is None or article.current_revision is None:
        raise NotFound("This article does not exist or has no text yet.")
    item = _item_of(article.current_revision)
    where = {key: item.locator[key] for key in _WHERE if key in item.locator}
    where |= {"entry": item.locator.get("entry", 0), "anonymous": True, "article": str(article.pk)}
    options = {key: value for key, value in item.run.options.items() if key == "columns"} | {"shows_first": True}
    with acting(person):
        run = ImportRun.objects.create(
            label=f"Extracted again: {article.title}"[:300],
            source=item.run.source,
            options=options,
            created_by=person,
            created_at=now,
        )
        add_items(run=run, items=[new_item(name=item.name, raw=item.raw, locator=where)], now=now)
    return run


def _item_of(revision: ArticleRevision) -> ImportItem:
    """The item that brought this text: of the article, with the revision's bytes."""
    items = (
        ImportItem.objects.select_related("run__source", "raw")
        .filter(article=revision.article_id, raw=revision.raw_id, raw__isnull=False)
        .exclude(state=ImportItem.State.FAILED)
    )
    item = items.order_by("finished_at", "pk").first()
    if not isinstance(item, ImportItem):
        raise NotFound("No original was kept for this text.")
    return item
