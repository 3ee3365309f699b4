"""Validate a ClaimReview before it is published.

An *error* keeps the check from being published. A *warning* names a member that aggregators, fact-check search or CMSs expect.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from articles.claimreview.read import read_claim_review
from core.iri import ascii_host, host, is_absolute
from publishing.formats.vocabulary import Level, Problem, walk

__all__ = ["Problem", "check", "has_errors"]

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

_NEEDED: tuple[tuple[str, Level, str], ...] = (
    ("claimReviewed", "error", "The claim's statement is missing."),
    ("url", "error", "The address of the fact-check's page is missing."),
    ("datePublished", "error", "The date of publication is missing."),
    ("author", "error", "Who publishes the fact-check is missing: fill in the desk's settings."),
    ("author/name", "error", "The publisher's name is missing: fill in the desk's settings."),
    ("reviewRating", "error", "The rating is missing."),
    ("reviewRating/alternateName", "error", "The rating has no label."),
    ("itemReviewed", "error", "What was reviewed is missing."),
    ("itemReviewed/author", "error", "Who made the claim is missing."),
    ("itemReviewed/author/name", "error", "The claimant has no name."),
    ("author/url", "warning", "The publisher's address is not known: fill in the desk's settings."),
    ("dateModified", "warning", "The date of the last change is missing."),
    ("inLanguage", "warning", "The language of the fact-check is missing."),
    ("reviewBody", "warning", "The rationale is empty."),
    ("citation", "warning", "No evidence is cited."),
    ("reviewRating/ratingExplanation", "warning", "The rating is not explained: write a summary."),
    ("itemReviewed/datePublished", "warning", "It is not known when the claim was made."),
    ("itemReviewed/appearance", "warning", "No place where the claim stands is named."),
    ("itemReviewed/author/sameAs", "warning", "No page identifies the claimant, such as one in Wikidata."),
)


def check(doc: dict[str, Any], *, desk_domains: Collection[str], visible_text: str | None = None) -> list[Problem]:
    """Return all problems of a ClaimReview, errors first.

    `desk_domains` are the host names of the desk's settings (their subdomains count). `visible_text` is the
    text of the page; when given, claim, rating label and publisher must stand in it.
    """
    found = [
        *_check_type(doc),
        *_needed(doc),
        *walk(doc),
        *_rating_bounds(doc),
        *_check_address(doc, desk_domains),
        *_language(doc),
        *_claim_text(doc),
        *_visible(doc, visible_text),
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.level)


def has_errors(problems: Collection[Problem]) -> bool:
    return any(problem.level == "error" for problem in problems)


def _check_type(doc: dict[str, Any]) -> Iterator[Problem]:
    if str(doc.get("@context", "")).rstrip("/") not in ("https://schema.org", "http://schema.org"):
        yield Problem("/@context", "error", "context", "@context is not https://schema.org.")
    if doc.get("@type") != "ClaimReview":
        yield Problem("/@type", "error", "not-claimreview", "@type is not ClaimReview.")
    item = doc.get("itemReviewed")
    if isinstance(item, dict) and item.get("@type") != "Claim":
        yield Problem("/itemReviewed/@type", "warning", "not-claim", "itemReviewed is not a Claim.")


def _needed(doc: dict[str, Any]) -> Iterator[Problem]:
    for path, level, message in _NEEDED:
        parent, _, name = path.rpartition("/")
        holder = _at(doc, parent) if parent else doc
        if isinstance(holder, dict) and not _says_something(holder.get(name)):
            yield Problem(f"/{path}", level, "required" if level == "error" else "recommended", message)


def _says_something(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})


def _at(doc: dict[str, Any], path: str) -> Any:
    value: Any = doc
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _rating_bounds(doc: dict[str, Any]) -> Iterator[Problem]:
    """Check the rating against its bounds; absent ones are 1 and 5, as schema.org defines them."""
    rating = doc.get("reviewRating")
    review = read_claim_review(doc)
    if not isinstance(rating, dict) or review is None:
        return
    value, path = review.rating.value, "/reviewRating/ratingValue"
    best = 5 if review.rating.best is None else review.rating.best
    worst = 1 if review.rating.worst is None else review.rating.worst
    if value is None:
        yield from _no_value(rating)
    elif not min(worst, best) <= value <= max(worst, best):
        yield Problem(path, "error", "rating-bounds", f"{value} is not between {worst} (worst) and {best} (best).")
    elif "bestRating" not in rating or "worstRating" not in rating:
        yield Problem(
            "/reviewRating", "warning", "rating-scale", "Without bestRating and worstRating 1 to 5 is assumed."
        )


def _no_value(rating: dict[str, Any]) -> Iterator[Problem]:
    for name in ("bestRating", "worstRating"):
        if name in rating:
            yield Problem(f"/reviewRating/{name}", "error", "rating-bounds", f"{name} stands without a ratingValue.")
    if "ratingValue" in rating:
        yield Problem("/reviewRating/ratingValue", "error", "rating-bounds", "ratingValue is not a number.")


def _check_address(doc: dict[str, Any], desk_domains: Collection[str]) -> Iterator[Problem]:
    url = doc.get("url")
    if not isinstance(url, str) or not url:
        return
    if not is_absolute(url):
        yield Problem("/url", "error", "url-not-absolute", f"“{url}” is not an absolute http(s) address.")
    elif not desk_domains:
        yield Problem("/url", "warning", "no-domains", "The desk's settings name no domain to compare it with.")
    elif not any(_is_within(host(url), ascii_host(domain)) for domain in desk_domains):
        yield Problem("/url", "error", "foreign-domain", f"{host(url)} is not one of the desk's domains.")


def _is_within(name: str, domain: str) -> bool:
    return bool(domain) and (name == domain or name.endswith("." + domain))


def _language(doc: dict[str, Any]) -> Iterator[Problem]:
    language = doc.get("inLanguage")
    if isinstance(language, str) and language and not _LANGUAGE_TAG.fullmatch(language):
        yield Problem("/inLanguage", "error", "language-tag", f"“{language}” is not a BCP 47 language tag.")


def _claim_text(doc: dict[str, Any]) -> Iterator[Problem]:
    text = _at(doc, "itemReviewed/text")
    if isinstance(text, str) and text and _folded(text) != _folded(str(doc.get("claimReviewed", ""))):
        yield Problem("/itemReviewed/text", "error", "claim-differs", "itemReviewed.text and claimReviewed differ.")


def _visible(doc: dict[str, Any], visible_text: str | None) -> Iterator[Problem]:
    if visible_text is None:
        return
    page = _folded(visible_text)
    for path in ("claimReviewed", "reviewRating/alternateName", "author/name", "itemReviewed/author/name"):
        value = _at(doc, path)
        if isinstance(value, str) and value and _folded(value) not in page:
            yield Problem(f"/{path}", "error", "not-visible", f"“{value}” does not stand in the page's text.")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
