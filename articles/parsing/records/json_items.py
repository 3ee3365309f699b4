"""Parse JSON and JSON Lines: items, ninjs, ClaimReview, Fact Check Tools, JSON Feed."""

import codecs
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import urljoin

import orjson

from articles.limits import MAX_ITEM_BYTES, MAX_ITEMS_IN_DOCUMENT
from articles.parsing.base import Outcome, Outcomes, ParseError, Source, failure
from articles.parsing.decode import decode_utf8
from articles.parsing.records.claimreview import claim_review_nodes, parse_claim_reviews
from articles.parsing.records.fact_check_tools import claim_reviews_of, is_fact_check_tools
from articles.parsing.records.items import SHAPE, article_from_item, fields_of, guess_field
from articles.parsing.records.json_stream import array_elements
from articles.parsing.wire.ninjs import is_ninjs, parse_ninjs
from core.errors import DomainError
from core.marked import gettext
from core.repeated_members import repeated_member

_HOLDS_ITEMS = (
    "articles",
    "items",
    "results",
    "data",
    "entries",
    "posts",
    "documents",
    "stories",
    "hits",
    "response",
    "dataFeedElement",
    "itemListElement",
    "claims",
)
_MAX_ENVELOPES = 3  # {"data": {"articles": [...]}}: deeper nesting is not a list of articles
# Chat messages, log lines and test cases have a "text" too, and nothing else that an article has.
LEAST_FIELDS = 2
# What tells a line of the export "working" from an article with this type.
_DESK_WORK = {
    "claim": frozenset({"statement", "appearances"}),
    "evidence": frozenset({"claim", "stance"}),
    "verdict": frozenset({"claim", "rationale"}),
}
_JSON_FEED = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def parse_json(source: Source) -> Outcomes:
    """Parse a JSON document; one over the item limit must be an array, read as a stream."""
    if source.head.lstrip()[:1] == b"[" and _is_large(source):
        yield from _parse_large_array(source)
        return
    if _is_json_lines(source):
        yield from parse_jsonl(source)
        return
    raw = source.read()
    yield from _outcomes_of(_load_json(raw), source.name, raw)


def _is_json_lines(source: Source) -> bool:
    """Return whether a file that is named JSON has a whole object in its first line and another in the next."""
    if not source.head.removeprefix(codecs.BOM_UTF8).startswith(b"{"):
        return False
    stream = source.stream()
    lines = [stream.readline(MAX_ITEM_BYTES).removeprefix(codecs.BOM_UTF8) for _ in range(2)]
    return all(map(_is_object, lines))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def parse_jsonl(source: Source) -> Outcomes:
    """Parse one item per line, one line in memory; a bad line is a failure of its own."""
    stream = source.stream()
    number = 0
    while line := stream.readline(MAX_ITEM_BYTES + 1):
        number += 1
        name = f"{source.name}:{number}"
        if len(line) > MAX_ITEM_BYTES:
            yield _line_too_large(name, stream)
        # Each line may begin with a byte order mark where files were put together.
        elif stripped := line.strip():
            yield from _parse_element(stripped.removeprefix(b"\xef\xbb\xbf"), name)


def _load_json(raw: bytes) -> Any:
    """Load strict JSON.

    Raises ParseError `too-deep`, `not-utf8`, `empty-file` or `malformed-json` with line and column."""
    if not raw.strip():
        raise ParseError("empty-file", gettext("It is empty. Nothing was stored."))
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        document = _load_unusual(raw, error)
    if _may_repeat(document, raw):
        _refuse_repeated(raw)
    return document


def _may_repeat(document: Any, raw: bytes) -> bool:
    """Return whether the slow look for repeated fields is due: a list of items, or one that has a field's name twice."""
    if not isinstance(document, Mapping):
        return isinstance(document, list)
    is_envelope = any(isinstance(value, list) and isinstance(next(iter(value), 0), dict) for value in document.values())
    return is_envelope or any(raw.count(b'"%s"' % key.encode()) > 1 for key in document if guess_field(key))


def _refuse_repeated(raw: bytes) -> None:
    if name := repeated_member(raw, counts=lambda member: bool(guess_field(member))):
        raise ParseError(
            "invalid-field",
            gettext("“{field}” stands twice in one object, with different values. Nothing was stored.").format(
                field=name
            ),
        )


def _load_unusual(raw: bytes, error: orjson.JSONDecodeError) -> Any:
    """Load JSON with a byte order mark or in UTF-16 or UTF-32. Raises ParseError."""
    text = decode_utf8(raw)
    if not text.strip():
        raise ParseError("empty-file", gettext("It is empty. Nothing was stored.")) from error
    try:
        # Lone surrogates cannot be encoded: they become "?".
        return orjson.loads(text.encode(errors="replace"))
    except orjson.JSONDecodeError as again:
        raise _refusal(again) from again


def _refusal(error: orjson.JSONDecodeError) -> ParseError:
    reason = str(error).split(": line ")[0]
    if "depth" in reason or "recursion" in reason.lower():
        return ParseError("too-deep", gettext("The JSON is nested too deep to be an article. Nothing was stored."))
    return ParseError(
        "malformed-json",
        gettext("It is not valid JSON: {reason} in line {lineno}, column {colno}. Nothing was stored.").format(
            reason=reason, lineno=error.lineno, colno=error.colno
        ),
    )


def _outcomes_of(document: Any, name: str, raw: bytes) -> Outcomes:
    """Yield the outcomes of a decoded document."""
    items = _of_json_feed(document) or _items_of(document)
    if items is None:
        yield from _outcomes(document, name, raw)
        return
    if not items:
        raise ParseError(
            "no-text",
            gettext("The list of articles is empty. Nothing was stored. {shape}").format(shape=gettext(SHAPE)),
        )
    if len(items) > MAX_ITEMS_IN_DOCUMENT:
        raise ParseError(
            "too-large",
            gettext("It holds more than {limit:,} items. Send them as JSON Lines.").format(limit=MAX_ITEMS_IN_DOCUMENT),
        )
    for number, item in enumerate(items, start=1):
        yield from _outcomes(item, f"{name}#{number}", None)


def _outcomes(item: Any, name: str, raw: bytes | None) -> Outcomes:
    """Yield the outcome of one item; one for each review of a claim in the Fact Check Tools format."""
    if not is_fact_check_tools(item):
        yield _outcome(item, name, raw)
        return
    reviews = claim_reviews_of(item)
    if not reviews:
        yield failure(
            name, ParseError("incomplete-claimreview", gettext("The claim has no review. It was not stored."))
        )
    for number, review in enumerate(reviews, start=1):
        yield _outcome(review, name if len(reviews) == 1 else f"{name}#{number}", None)


def _outcome(item: Any, name: str, raw: bytes | None) -> Outcome:
    """Return the outcome of one item; `raw` is None where it is part of a document."""
    try:
        raw = raw if raw is not None else _written(item)
        if not isinstance(item, Mapping):
            raise ParseError(
                "unsupported-format",
                gettext("It is JSON, but no article. Nothing was stored. {shape}").format(shape=gettext(SHAPE)),
            )
        if claim_review_nodes(item):
            return parse_claim_reviews(item, name=name, raw=raw)
        _refuse_desk_work(item)
        if is_ninjs(item):
            return parse_ninjs(item, name=name, raw=raw)
        return article_from_item(item, name=name, raw=raw, least_fields=LEAST_FIELDS)
    except DomainError as error:
        return failure(name, error)


def _refuse_desk_work(item: Mapping[str, Any]) -> None:
    """Raise ParseError for a line of a desk's working material that is no article: its ids would be taken for words."""
    kind = item.get("type")
    if isinstance(kind, str) and kind in _DESK_WORK and _DESK_WORK[kind] <= item.keys():
        raise ParseError(
            "unsupported-format",
            gettext(
                "It is a desk's working material of the type “{kind}”, of which articles alone are imported. It was not stored."
            ).format(kind=kind),
        )


def _written(item: Any) -> bytes:
    try:
        return orjson.dumps(item)
    except TypeError as error:  # its nesting limit is lower for writing than for reading
        raise ParseError(
            "too-deep", gettext("The item is nested too deep to be an article. It was not stored.")
        ) from error


def _of_json_feed(document: Any) -> list[Any] | None:
    """Return the items of a JSON Feed with the feed's details; None for other documents."""
    is_feed = isinstance(document, Mapping) and str(document.get("version", "")).startswith(_JSON_FEED)
    if not is_feed or not isinstance(document.get("items"), list):
        return None
    shared = {
        "source": document.get("title"),
        "source_domain": document.get("home_page_url") or document.get("feed_url"),
        "language": document.get("language"),
        "authors": document.get("authors") or document.get("author"),
    }
    home = str(document.get("home_page_url") or document.get("feed_url") or "")
    return [_with_shared(item, shared, home) if isinstance(item, Mapping) else item for item in document["items"]]


def _with_shared(item: Mapping[str, Any], shared: Mapping[str, Any], home: str) -> dict[str, Any]:
    merged = {**shared, **{key: value for key, value in item.items() if value}}
    if isinstance(url := item.get("url"), str) and home:
        merged["url"] = _absolute(home, url)
    if not (item.get("content_html") or item.get("content_text")):
        merged["text"] = item.get("summary")
    return merged


def _absolute(home: str, url: str) -> str:
    try:
        return urljoin(home, url)
    except ValueError:
        return url  # refused with a reason where it is read as an address


def _items_of(document: Any) -> list[Any] | None:
    """Return the list of articles in a document; None where it is one article itself."""
    for _ in range(_MAX_ENVELOPES):
        if isinstance(document, list):
            return document
        if not isinstance(document, Mapping) or _is_one_item(document):
            return None
        held = next((document[key] for key in _HOLDS_ITEMS if isinstance(document.get(key), list | dict)), None)
        # An article may have an object called "data" or "response" beside its text.
        if held is None or (isinstance(held, dict) and "text" in fields_of(document)):
            return None
        document = held
    return None


def _is_one_item(document: Mapping[str, Any]) -> bool:
    return bool(claim_review_nodes(document)) or is_ninjs(document) or is_fact_check_tools(document)


def _parse_element(raw: bytes, name: str) -> Outcomes:
    try:
        document = _load_json(raw)
    except DomainError as error:
        yield failure(name, error)
        return
    yield from _outcomes(document, name, raw)


def _is_large(source: Source) -> bool:
    stream = source.stream()
    return stream.seek(0, 2) > MAX_ITEM_BYTES


def _parse_large_array(source: Source) -> Outcomes:
    for number, raw in enumerate(array_elements(source.stream()), start=1):
        yield from _parse_element(raw, f"{source.name}#{number}")


def _line_too_large(name: str, stream: BinaryIO) -> Outcome:
    """Skip the rest of the line, so that the next is read from its beginning."""
    while (rest := stream.readline(MAX_ITEM_BYTES)) and not rest.endswith(b"\n"):
        pass
    limit = MAX_ITEM_BYTES // (1024 * 1024)
    return failure(
        name,
        ParseError(
            "too-large",
            gettext("The line is longer than {limit} MB. It was not stored; the others were.").format(limit=limit),
        ),
    )
