"""The public `fact_check` document of one published check, for the API, the feed and the exports.

Built from frozen content and publication alone, so that only approved words are sent. Field names are contract.
"""

from typing import Any

from annotations.frozen import (
    Desk,
    FrozenAppearance,
    FrozenContent,
    FrozenEvidence,
    FrozenRating,
    Publication,
    PublicCorrection,
)
from core.canonical_json import digest, rfc3339
from publishing.formats.claimreview import claim_review

__all__ = ["Desk", "FrozenContent", "PublicCorrection", "Publication", "fact_check_document", "keep_as_published"]

# The members that a suspension, a new address or the desk's own settings change; publishing/sql/fact_checks.sql has the same.
CHANGING = frozenset({"etag", "state", "canonical_url", "modified_at", "corrections", "url", "claimreview"})
CHANGING_IN_REVIEW = frozenset({"url", "author", "dateModified", "correction"})


def fact_check_document(frozen: FrozenContent, publication: Publication) -> dict[str, Any]:
    """Return the document. `etag` is the unquoted SHA-256 of the document without it.

    `claimreview` is null while the check is suspended or retracted, so that nobody republishes the finding as ours.
    """
    document = {
        **_identity(publication),
        **_conclusion(frozen),
        "claim": _claim(frozen, publication),
        "evidence": [_evidence(evidence, publication) for evidence in frozen["evidence"]],
        "claimant_contact": frozen["claimant_contact"],
        "corrections": [_correction(correction) for correction in publication.corrections],
        "claimreview": None if publication.is_withdrawn else claim_review(frozen, publication),
    }
    return document | {"etag": digest(document)}


def keep_as_published(document: dict[str, Any], version: dict[str, Any]) -> dict[str, Any]:
    """Return a rebuilt document with the words of its published version.

    A later release may render the same content differently, and the database refuses words that were not published.
    """
    kept = {name: document[name] if name in CHANGING else value for name, value in version.items() if name != "etag"}
    if document["claimreview"] and version["claimreview"]:
        kept["claimreview"] = {
            name: value for name, value in version["claimreview"].items() if name not in CHANGING_IN_REVIEW
        } | {name: value for name, value in document["claimreview"].items() if name in CHANGING_IN_REVIEW}
    return kept | {"etag": digest(kept)}


def _identity(publication: Publication) -> dict[str, Any]:
    return {
        "id": str(publication.id),
        "slug": publication.slug,
        "url": publication.url,
        "canonical_url": publication.canonical_url or None,
        "version": publication.version,
        "state": publication.state,
        "published_at": publication.published_at and rfc3339(publication.published_at),
        "modified_at": publication.modified_at and rfc3339(publication.modified_at),
    }


def _conclusion(frozen: FrozenContent) -> dict[str, Any]:
    verdict = frozen["verdict"]
    return {
        "language": verdict["language"],
        "headline": verdict["headline"],
        "topics": list(frozen["claim"]["topics"]),
        "byline": list(verdict["byline"]),
        "rating": _rating(frozen["rating"]),
        "summary": verdict["summary"],
        "rationale": {
            "markdown": verdict["rationale"],
            "html": verdict["rendered"]["html"],
            "text": verdict["rendered"]["text"],
        },
    }


def _rating(rating: FrozenRating | None) -> dict[str, Any] | None:
    return rating and {name: rating[name] for name in ("label", "class", "definition", "value", "best", "worst")}


def _claim(frozen: FrozenContent, publication: Publication) -> dict[str, Any]:
    claim = frozen["claim"]
    claimant = claim["claimant"]
    return {
        "id": claim["id"],
        "statement": claim["statement"],
        "claimant": claimant and {name: claimant[name] for name in ("name", "role", "same_as")},
        "appearances": [_appearance(appearance, publication) for appearance in frozen["appearances"]],
    }


def _appearance(appearance: FrozenAppearance, publication: Publication) -> dict[str, Any]:
    article = appearance["article"]
    return {
        "article": article["id"],
        "url": publication.article_url(article) or None,
        # Readers want a name: without an outlet the agency is better than none.
        "source": article["source"] or article["origin"],
        "title": article["title"],
        "published_at": article["published_at"],
        "quote": appearance["exact"],
        "mode": appearance["mode"],
        "said_at": appearance["said_at"],
    }


def _evidence(evidence: FrozenEvidence, publication: Publication) -> dict[str, Any]:
    article = evidence["article"]
    url = publication.article_url(article) if article else evidence["url"]
    return {
        "n": evidence["n"],
        "stance": evidence["stance"],
        "source": evidence["source"],
        # `get`: content that was frozen before this member existed lacks it.
        "title": evidence.get("cited_as") or (article["title"] if article else ""),
        "url": url or None,
        "archived_url": evidence["archived_url"] or None,
        "published_at": article["published_at"] if article else None,
        "quote": evidence["exact"] if article else evidence["quote"],
        "captured_at": evidence["captured_at"] or evidence["accessed_at"],
        "note": evidence["note"],
    }


def _correction(correction: PublicCorrection) -> dict[str, Any]:
    return {
        "kind": correction.kind,
        "note": correction.note,
        "at": rfc3339(correction.at),
        "version": correction.version,
        "is_single_approval": correction.is_single_approval,
    }
