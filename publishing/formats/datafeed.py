"""schema.org DataFeed of ClaimReviews, which fact-check aggregators take."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from annotations.frozen import Desk
from core.canonical_json import rfc3339
from publishing.formats.vocabulary import Problem, walk

CONTEXT = "https://schema.org"


def _data_feed_head(*, desk: Desk, url: str, modified_at: datetime) -> dict[str, Any]:
    """Return the DataFeed without its elements."""
    return {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": f"{desk.name}: fact-checks",
        "url": url,
        "dateModified": rfc3339(modified_at),
        "publisher": {"@type": "Organization", "name": desk.name} | ({"url": desk.url} if desk.url else {}),
    }


def _data_feed_item(claim_review: dict[str, Any]) -> dict[str, Any]:
    """Return one element. Its dates are the ClaimReview's; the JSON-LD context stands once, on the feed."""
    item = {name: value for name, value in claim_review.items() if name != "@context"}
    dates = {"dateCreated": item.get("datePublished"), "dateModified": item.get("dateModified")}
    return {"@type": "DataFeedItem", **{name: date for name, date in dates.items() if date}, "item": item}


def data_feed(
    claim_reviews: Iterable[dict[str, Any]], *, desk: Desk, url: str, modified_at: datetime
) -> dict[str, Any]:
    elements = [_data_feed_item(review) for review in claim_reviews]
    return _data_feed_head(desk=desk, url=url, modified_at=modified_at) | {"dataFeedElement": elements}


def check(feed: dict[str, Any]) -> list[Problem]:
    """Check domains and ranges of schema.org, and the members that an aggregator requires."""
    found = list(walk(feed))
    found += (
        Problem(f"/{name}", "warning", "recommended", f"The DataFeed has no {name}.")
        for name in ("name", "url", "dateModified", "publisher", "dataFeedElement")
        if not feed.get(name)
    )
    for number, element in enumerate(feed.get("dataFeedElement", [])):
        item = element.get("item")
        if not isinstance(item, dict) or item.get("@type") != "ClaimReview":
            path = f"/dataFeedElement/{number}/item"
            found.append(Problem(path, "error", "not-claimreview", "An element of the DataFeed is no ClaimReview."))
    return found


def stream_data_feed(
    claim_reviews: Iterable[dict[str, Any]], *, desk: Desk, url: str, modified_at: datetime
) -> Iterator[bytes]:
    """Yield the same document in pieces, with one ClaimReview in memory at a time."""
    head = json.dumps(_data_feed_head(desk=desk, url=url, modified_at=modified_at), ensure_ascii=False)
    # Left open, so that the reviews can be streamed into the list.
    yield (head.removesuffix("}") + ', "dataFeedElement": [\n').encode()
    for index, review in enumerate(claim_reviews):
        element = json.dumps(_data_feed_item(review), ensure_ascii=False, separators=(",", ":"))
        yield (",\n" * bool(index) + element).encode()
    yield b"\n]}\n"
