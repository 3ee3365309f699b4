"""Find the ClaimReviews in a page's JSON-LD as another program would: a judge of our pages, apart from the import's reader."""

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

from articles.claimreview.fields import ClaimReviewFields
from articles.claimreview.read import read_claim_reviews

_WRAPPERS = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?:(?://\s*)?(?:-->|\]\]>)|;)\s*$")


def read_page(page: str) -> list[ClaimReviewFields]:
    """Return the ClaimReviews of an HTML page, each once, in document order. Invalid JSON blocks are skipped."""
    found = [review for block in json_ld_blocks(page) for review in read_claim_reviews(block)]
    return list(dict.fromkeys(found))


def json_ld_blocks(page: str) -> list[Any]:
    """Return the parsed `application/ld+json` scripts of a page, without those that are no JSON."""
    scripts = _Scripts()
    scripts.feed(page)
    scripts.close()
    parsed = (_parsed(text) for text in scripts.texts)
    return [block for block in parsed if block is not None]


def _parsed(text: str) -> Any:
    """Parse a script as it stands, then without comment or CDATA, then with entities decoded. Returns None if all fail."""
    bare = _WRAPPERS.sub("", text)
    for attempt in (text, bare, html.unescape(bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        media_type = (dict(attrs).get("type") or "").partition(";")[0].strip().lower()
        self._is_inside = tag == "script" and media_type == "application/ld+json"
        if self._is_inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data
