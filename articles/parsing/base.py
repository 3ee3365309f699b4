"""Define the input and output of every parser: Source, ParsedArticle, ParseFailure."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from articles.claimreview.fields import ClaimReviewFields
from articles.limits import MAX_ITEM_BYTES
from articles.text.canonical import CanonicalText
from articles.text.characters import normalise_line
from core.errors import DomainError
from core.marked import gettext
from core.marked import mark as _

HEAD_BYTES = 4096  # enough to recognise every format without reading the file
# The content type of an article that is nothing but somebody's checks.
CLAIM_REVIEW = "application/ld+json"


@dataclass(frozen=True, slots=True)
class ForeignCheck:
    """Another desk's ClaimReview, its label kept as given. `review` holds all of its fields in that desk's words."""

    claim: str
    rating_label: str
    claimant: str = ""
    url: str = ""
    publisher: str = ""
    publisher_url: str = ""
    published_at: datetime | None = None
    rating_value: float | None = None
    rating_best: float | None = None
    rating_worst: float | None = None
    language: str = ""
    appearances: tuple[str, ...] = ()
    review: ClaimReviewFields | None = None


@dataclass(slots=True)
class ParsedArticle:
    """One article as its format gave it. Empty string, empty list or None: the format did not say.

    `url` is canonical, `published_at` aware, `raw` the bytes of this item alone (`content_type` tells how to read them
    again). `extra["warnings"]` lists values that could not be used. `version` and `version_at` are the publisher's.
    `id_beats_url`: several articles may share the address. `suggested` maps a detail to a value that a person has to
    confirm and the words it was taken from.
    """

    title: str
    canonical: CanonicalText
    name: str
    raw: bytes
    content_type: str
    url: str = ""
    external_id: str = ""
    source_name: str = ""
    source_domain: str = ""
    origin_name: str = ""
    byline: str = ""
    published_at: datetime | None = None
    language: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    foreign_checks: list[ForeignCheck] = field(default_factory=list)
    version: str = ""
    version_at: datetime | None = None
    id_beats_url: bool = False
    suggested: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A refused item: `code` is stable, `detail` tells the person why and what to do."""

    name: str
    code: str
    detail: str

    def __post_init__(self) -> None:
        """Clean the texts: they may quote the input, with NUL and lone surrogates that no column can hold."""
        # The way of dataclasses to set a field of a frozen one.
        object.__setattr__(self, "detail", normalise_line(self.detail))


Outcome = ParsedArticle | ParseFailure


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """`columns` maps a table's header to our field (see articles.parsing.records.items.FIELDS); others are guessed.

    `base_url` resolves relative addresses of a fetched page; `charset` is the HTTP header's.
    """

    columns: dict[str, str] | None = None
    base_url: str = ""
    charset: str = ""
    depth: int = 0  # how many archives contain this file


class ParseError(DomainError):
    """A refusal of a whole file or of one item. Its code becomes the failure's code."""

    title = _("The file cannot be read")

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Source:
    """Bytes with a name: in memory, a file's path or a stream. Parsers read only as much as they need."""

    def __init__(
        self, data: bytes | Path | BinaryIO, *, name: str, content_type: str = "", options: ParseOptions | None = None
    ) -> None:
        self.name = name
        self.content_type, self.charset = _content_type(content_type)
        self.options = options or ParseOptions()
        self.charset = self.options.charset or self.charset
        self._data = data
        self._stream: BinaryIO | None = None
        self.head = self._peek()

    @property
    def extension(self) -> str:
        return Path(self.name).suffix.lower().removeprefix(".")

    def stream(self) -> BinaryIO:
        """Return the bytes from the beginning, seekable. The maker of the Source closes it."""
        stream = self._opened()
        stream.seek(0)
        return stream

    def read(self, limit: int = MAX_ITEM_BYTES) -> bytes:
        """Return all bytes. Raises ParseError `too-large` without reading past the limit."""
        data = self._data if isinstance(self._data, bytes) else self.stream().read(limit + 1)
        if len(data) > limit:
            raise too_large(limit)
        return data

    def close(self) -> None:
        if self._stream and isinstance(self._data, Path):
            self._stream.close()

    def _opened(self) -> BinaryIO:
        if self._stream is None:
            self._stream = _open(self._data)
        return self._stream

    def _peek(self) -> bytes:
        if isinstance(self._data, bytes):
            return self._data[:HEAD_BYTES]
        return self.stream().read(HEAD_BYTES)


def too_large(limit: int) -> ParseError:
    return ParseError(
        "too-large",
        gettext(
            "It is larger than {size:,} MB, the most that one item may have. Nothing of it was stored. Split"
            " it, or send many articles as JSON Lines."
        ).format(size=limit // (1024 * 1024)),
    )


def _content_type(value: str) -> tuple[str, str]:
    """Return the media type and the charset of a Content-Type header."""
    kind, _, parameters = value.partition(";")
    charset = ""
    for parameter in parameters.split(";"):
        key, _, given = parameter.partition("=")
        if key.strip().lower() == "charset":
            charset = given.strip().strip("\"'")
    return kind.strip().lower(), charset


def _open(data: bytes | Path | BinaryIO) -> BinaryIO:
    if isinstance(data, bytes):
        return io.BytesIO(data)
    if isinstance(data, Path):
        return data.open("rb")
    if data.seekable():
        return data
    raise ParseError("not-seekable", gettext("The stream cannot be read twice; store it in a file first."))


def failure(name: str, error: DomainError) -> ParseFailure:
    return ParseFailure(name, error.code, error.message)


Outcomes = Iterator[Outcome]
