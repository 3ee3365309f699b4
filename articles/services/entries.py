"""One entry of an import: an article or a refusal, out of an item's bytes."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from articles.models import ImportItem
from articles.parsing import ParsedArticle, ParseFailure
from articles.publisher_order import MAX_VERSION, PublisherVersion

_EXTERNAL_ID_LENGTH = 300
_FILE_NAME_LENGTH = 300


@dataclass(eq=False)
class Entry:
    """`number` counts the entries of the item's bytes from 0; entry 0 reports in the item's own row, others get one each."""

    item: ImportItem
    number: int
    outcome: ParsedArticle | ParseFailure

    @property
    def name(self) -> str:
        return self.outcome.name[:500]

    @property
    def article(self) -> ParsedArticle:
        assert isinstance(self.outcome, ParsedArticle)  # noqa: S101 -- callers have sorted the failures out
        return self.outcome

    @cached_property
    def sha256(self) -> str:
        return self.article.canonical.sha256

    @cached_property
    def version(self) -> PublisherVersion:
        return PublisherVersion(self.article.version[:MAX_VERSION], self.article.version_at)

    @cached_property
    def external_id(self) -> str:
        """As stored: an id too long for the column keeps its beginning and a digest of the whole."""
        given = self.article.external_id
        if len(given) <= _EXTERNAL_ID_LENGTH:
            return given
        return f"{given[:230]}~{hashlib.sha256(given.encode()).hexdigest()}"

    @cached_property
    def file_name(self) -> str:
        """Empty where the name is no file's: the number of a line or of an element says nothing about the article."""
        file = self.item.locator.get("file", "")
        if not file or self.item.locator.get("anonymous"):
            return ""
        name = self.outcome.name
        is_member = name.startswith((f"{file}/", f"{file}!"))
        return name[-_FILE_NAME_LENGTH:] if name == file or is_member else ""

    @property
    def article_id(self) -> UUID | None:
        """The article that a person said this is a new version of."""
        told = self.item.locator.get("article")
        return UUID(told) if told else None

    @cached_property
    def is_nameless(self) -> bool:
        return not (self.article.url or self.article.external_id or self.file_name or self.article_id)


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more comes from the item's bytes."""

    item: ImportItem
