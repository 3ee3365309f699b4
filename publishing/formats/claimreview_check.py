"""Validate a ClaimReview before it is published.

An *error* keeps the check from being published. A *warning* names a member that aggregators, fact-check search or CMSs expect.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

from articles.claimreview.read import read_claim_review
from core.iri import ascii_host, host, is_absolute
from core.marked import gettext
from core.marked import mark as _
from publishing.formats.vocabulary import Level, Problem, walk

__all__ = ["Problem", "check"]

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

_NEEDED: tuple[tuple[str, Level, str], ...] = (
    ("claimReviewed", "error", _("The claim's statement is missing.")),
    ("url", "error", _("The address of the fact-check's page is missing.")),
    ("datePublished", "error", _("The date of publication is missing.")),
    ("author", "error", _("Who publishes the fact-check is missing: fill in the desk's settings.")),
    ("author/name", "error", _("The publisher's name is missing: fill in the desk's settings.")),
    ("reviewRating", "error", _("The rating is missing.")),
    ("reviewRating/alternateName", "error", _("The rating has no label.")),
    ("itemReviewed", "error", _("What was reviewed is missing.")),
    ("itemReviewed/author", "error", _("Who made the claim is missing.")),
    ("itemReviewed/author/name", "error", _("The claimant has no name.")),
    ("author/url", "warning", _("The publisher's address is not known: fill in the desk's settings.")),
    ("dateModified", "warning", _("The date of the last change is missing.")),
    ("inLanguage", "warning", _("The language of the fact-check is missing.")),
    ("reviewBody", "warning", _("The rationale is empty.")),
    ("citation", "warning", _("No evidence is cited.")),
    ("reviewRating/ratingExplanation", "warning", _("The rating is not explained: write a summary.")),
    ("itemReviewed/datePublished", "warning", _("It is not known when the claim was made.")),
    ("itemReviewed/appearance", "warning", _("No place where the claim was made is named.")),
    ("itemReviewed/author/sameAs", "warning", _("No page identifies the claimant, such as one in Wikidata.")),
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


def _check_type(doc: dict[str, Any]) -> Iterator[Problem]:
    if str(doc.get("@context", "")).rstrip("/") not in ("https://schema.org", "http://schema.org"):
        yield Problem("/@context", "error", "context", gettext("@context is not https://schema.org."))
    if doc.get("@type") != "ClaimReview":
        yield Problem("/@type", "error", "not-claimreview", gettext("@type is not ClaimReview."))
    item = doc.get("itemReviewed")
    if isinstance(item, dict) and item.get("@type") != "Claim":
        yield Problem("/itemReviewed/@type", "warning", "not-claim", gettext("itemReviewed is not a Claim."))


def _needed(doc: dict[str, Any]) -> Iterator[Problem]:
    for path, level, message in _NEEDED:
        parent, _, name = path.rpartition("/")
        holder = _at(doc, parent) if parent else doc
        if isinstance(holder, dict) and not _says_something(holder.get(name)):
            yield Problem(f"/{path}", level, "required" if level == "error" else "recommended", gettext(message))


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
        yield Problem(
            path,
            "error",
            "rating-bounds",
            gettext("{value} is not between {worst} (worst) and {best} (best).").format(
                value=value, worst=worst, best=best
            ),
        )
    elif "bestRating" not in rating or "worstRating" not in rating:
        yield Problem(
            "/reviewRating", "warning", "rating-scale", gettext("Without bestRating and worstRating 1 to 5 is assumed.")
        )


def _no_value(rating: dict[str, Any]) -> Iterator[Problem]:
    for name in ("bestRating", "worstRating"):
        if name in rating:
            yield Problem(
                f"/reviewRating/{name}",
                "error",
                "rating-bounds",
                gettext("{name} stands without a ratingValue.").format(name=name),
            )
    if "ratingValue" in rating:
        yield Problem("/reviewRating/ratingValue", "error", "rating-bounds", gettext("ratingValue is not a number."))


def _check_address(doc: dict[str, Any], desk_domains: Collection[str]) -> Iterator[Problem]:
    url = doc.get("url")
    if not isinstance(url, str) or not url:
        return
    if not is_absolute(url):
        yield Problem(
            "/url", "error", "url-not-absolute", gettext("“{url}” is not an absolute http(s) address.").format(url=url)
        )
    elif not desk_domains:
        yield Problem(
            "/url", "warning", "no-domains", gettext("The desk's settings name no domain to compare it with.")
        )
    # Aggregators refuse a check whose page is on a domain that is not its publisher's.
    elif not any(_is_within(host(url), ascii_host(domain)) for domain in desk_domains):
        yield Problem(
            "/url",
            "error",
            "foreign-domain",
            gettext("{host} is not one of the desk's domains.").format(host=host(url)),
        )


def _is_within(name: str, domain: str) -> bool:
    return bool(domain) and (name == domain or name.endswith("." + domain))


def _language(doc: dict[str, Any]) -> Iterator[Problem]:
    language = doc.get("inLanguage")
    if isinstance(language, str) and language and not _LANGUAGE_TAG.fullmatch(language):
        yield Problem(
            "/inLanguage",
            "error",
            "language-tag",
            gettext("“{language}” is not a BCP 47 language tag.").format(language=language),
        )


def _claim_text(doc: dict[str, Any]) -> Iterator[Problem]:
    text = _at(doc, "itemReviewed/text")
    if isinstance(text, str) and text and _folded(text) != _folded(str(doc.get("claimReviewed", ""))):
        yield Problem(
            "/itemReviewed/text", "error", "claim-differs", gettext("itemReviewed.text and claimReviewed differ.")
        )


def _visible(doc: dict[str, Any], visible_text: str | None) -> Iterator[Problem]:
    if visible_text is None:
        return
    page = _folded(visible_text)
    for path in ("claimReviewed", "reviewRating/alternateName", "author/name", "itemReviewed/author/name"):
        value = _at(doc, path)
        if isinstance(value, str) and value and _folded(value) not in page:
            yield Problem(
                f"/{path}",
                "error",
                "not-visible",
                gettext("“{value}” is not in the page's text.").format(value=value),
            )


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
