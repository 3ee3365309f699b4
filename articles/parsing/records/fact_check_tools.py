"""Google Fact Check Tools records (`claims:search`): rewrite each review as a schema.org ClaimReview.

Source: https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims (Claim, ClaimReview, Publisher).
"""

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]
MAX_REVIEWS = 100  # of one claim; the service gives one to three


def is_fact_check_tools(item: object) -> bool:
    """Return whether this is one claim with the list of its reviews, as the service answers."""
    if not isinstance(item, Mapping) or not isinstance(item.get("claimReview"), list):
        return False
    # With a type it is JSON-LD, which is read as it is.
    return all(isinstance(review, Mapping) and "@type" not in review for review in item["claimReview"])


def claim_reviews_of(item: Item) -> list[dict[str, Any]]:
    """Return a ClaimReview for each review of the claim, in its order."""
    return [_claim_review(item, review) for review in item["claimReview"][:MAX_REVIEWS]]


def _claim_review(item: Item, review: Item) -> dict[str, Any]:
    publisher = review.get("publisher")
    given = publisher if isinstance(publisher, Mapping) else {"name": publisher}
    site = given.get("site")
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": review.get("url"),
        "headline": review.get("title"),
        "claimReviewed": item.get("text"),
        "inLanguage": review.get("languageCode"),
        "datePublished": review.get("reviewDate"),
        "author": {
            "@type": "Organization",
            "name": given.get("name") or site,
            "url": f"https://{site}/" if isinstance(site, str) and site and "/" not in site else site,
        },
        "reviewRating": {"@type": "Rating", "alternateName": review.get("textualRating")},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": item.get("claimant")},
            "datePublished": item.get("claimDate"),
        },
    }
