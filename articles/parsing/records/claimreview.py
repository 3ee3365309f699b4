"""ClaimReview JSON-LD (schema.org): other desks' checks, kept as foreign checks with their own label."""

from collections.abc import Iterator, Mapping
from typing import Any

from articles.claimreview.fields import ClaimReviewFields
from articles.claimreview.read import read_claim_reviews
from articles.limits import MAX_FIELD_CODE_POINTS
from articles.parsing.base import CLAIM_REVIEW, ForeignCheck, ParsedArticle, ParseError
from articles.parsing.build import build
from articles.text.canonical import RawBlock, canonical_from_blocks
from articles.text.characters import normalise_line
from articles.text.dates import parse_datetime
from articles.text.languages import normalise_language
from core.marked import gettext as _

Node = Mapping[str, Any]
_WHERE_NODES_LIE = ("@graph", "item", "mainEntity", "review")
MAX_NODES = 500


def claim_review_nodes(document: object) -> list[Node]:
    """Return the ClaimReview objects of one JSON-LD item: itself, in its @graph, or in a DataFeedItem's `item`."""
    found = []
    for node in _candidates(document):
        if "ClaimReview" in _types(node):
            found.append(node)
        if len(found) >= MAX_NODES:
            break
    return found


def foreign_checks(document: object) -> list[ForeignCheck]:
    """Return the checks that have both a claim and a label."""
    return [check for review in read_claim_reviews(document)[:MAX_NODES] if (check := _foreign_check(review))]


def parse_claim_reviews(item: Node, *, name: str, raw: bytes) -> ParsedArticle:
    """Parse checks as an article: headline, claim, rating and body, with its ForeignChecks attached."""
    nodes = claim_review_nodes(item)
    checks = foreign_checks(item)
    if not checks:
        raise ParseError(
            "incomplete-claimreview",
            _("The ClaimReview lacks “claimReviewed” or “reviewRating.alternateName”. It was not stored."),
        )
    first = nodes[0]
    title = _read_text(first.get("headline")) or _read_text(first.get("name")) or checks[0].claim
    return build(
        canonical_from_blocks(_make_blocks(nodes, checks), title=title),
        name=name,
        raw=raw,
        content_type=CLAIM_REVIEW,
        url=checks[0].url,
        external_id=_read_text(first.get("@id")) or _read_text(first.get("identifier")),
        source_name=checks[0].publisher,
        source_domain=checks[0].publisher_url,
        byline=checks[0].publisher,
        published_at=checks[0].published_at,
        language=checks[0].language,
        foreign_checks=checks,
    )


def _foreign_check(review: ClaimReviewFields) -> ForeignCheck | None:
    rating, publisher = review.rating, review.publisher
    claim, label = _line(review.claim_reviewed), _line(rating.label) or _number_as_label(rating.value)
    if not claim or not label:
        return None
    works = (*((review.first_appearance,) if review.first_appearance else ()), *review.appearances)
    return ForeignCheck(
        claim=claim,
        rating_label=label,
        claimant=_line(review.claimant.name) if review.claimant else "",
        url=_line(review.url),
        publisher=_line(publisher.name) if publisher else "",
        publisher_url=_line(publisher.url) if publisher else "",
        published_at=parse_datetime(_line(review.published_at)),
        rating_value=rating.value,
        rating_best=rating.best,
        rating_worst=rating.worst,
        language=normalise_language(_line(review.language)),
        appearances=tuple(work.url for work in works if work.url.startswith(("http://", "https://"))),
        review=review,
    )


def _candidates(document: object) -> Iterator[Node]:
    """Return the object and the nodes one level below it, where JSON-LD puts them. Depth costs nothing."""
    for top in document if isinstance(document, list) else [document]:
        if not isinstance(top, Mapping):
            continue
        yield top
        for key in _WHERE_NODES_LIE:
            held = top.get(key)
            yield from (node for node in (held if isinstance(held, list) else [held]) if isinstance(node, Mapping))


def _types(node: Node) -> set[str]:
    given = node.get("@type")
    names = given if isinstance(given, list) else [given]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str)}


def _make_blocks(nodes: list[Node], checks: list[ForeignCheck]) -> list[RawBlock]:
    blocks: list[RawBlock] = []
    for check in checks:
        blocks += [("blockquote", check.claim), ("p", check.rating_label)]
    for node in nodes:
        for key in ("reviewBody", "articleBody", "text", "description"):
            if body := _read_text(node.get(key), limit=None):
                blocks += [("p", line) for line in body.split("\n")]
                break
    return blocks


def _line(text: str) -> str:
    return normalise_line(text)[:MAX_FIELD_CODE_POINTS]


def _number_as_label(value: float | None) -> str:
    return "" if value is None else str(value)


def _read_text(value: object, limit: int | None = MAX_FIELD_CODE_POINTS) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return ""
    return normalise_line(value)[:limit] if limit else value
