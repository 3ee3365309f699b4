"""schema.org ClaimReview (release 30) as JSON-LD."""

import json
from typing import Any

from annotations.frozen import (
    FrozenAppearance,
    FrozenClaimant,
    FrozenContent,
    FrozenEvidence,
    FrozenRating,
    FrozenVerdict,
    Publication,
    PublicCorrection,
)
from articles.claimreview.fields import (
    Agent,
    AgentKind,
    ClaimReviewFields,
    CorrectionFields,
    RatingFields,
    Work,
)
from articles.claimreview.ratings import write_rating
from core.canonical_json import rfc3339
from publishing.formats.members import drop_empty

CONTEXT = "https://schema.org"
_TYPES = {"person": "Person", "organization": "Organization"}
_MOST_DIGITS = 15  # a double holds this many decimal digits exactly


def claim_review(frozen: FrozenContent, publication: Publication) -> dict[str, Any]:
    """Return the ClaimReview of one version. Unknown members are left out; `claimreview_check.check` reports them."""
    return write_claim_review(claim_review_fields(frozen, publication))


def claim_review_fields(frozen: FrozenContent, publication: Publication) -> ClaimReviewFields:
    claim, verdict = frozen["claim"], frozen["verdict"]
    first = _first_appearance(frozen["appearances"])
    return ClaimReviewFields(
        claim_reviewed=claim["statement"],
        url=publication.public_url,
        publisher=Agent(name=publication.desk.name, url=publication.desk.url, logo=publication.desk.logo),
        rating=_rating_fields(frozen["rating"], verdict),
        claim_id=f"urn:uuid:{claim['id']}",
        claim_text=claim["statement"],
        claimant=_claimant(claim["claimant"]),
        claim_published_at=_said_at(first) if first else "",
        appearances=tuple(_appearance(appearance, publication) for appearance in frozen["appearances"]),
        first_appearance=_appearance(first, publication) if first else None,
        published_at=rfc3339(publication.published_at) if publication.published_at else "",
        modified_at=rfc3339(publication.modified_at) if publication.modified_at else "",
        language=verdict["language"],
        version=str(publication.version),
        body=verdict["rendered"]["text"],
        citations=tuple(_citation(evidence, publication) for evidence in frozen["evidence"]),
        corrections=tuple(_correction(correction) for correction in publication.corrections if correction.note),
    )


def write_claim_review(fields: ClaimReviewFields) -> dict[str, Any]:
    """Return JSON-LD of the fields, without empty members."""
    return drop_empty(
        {
            "@context": CONTEXT,
            "@type": "ClaimReview",
            "claimReviewed": fields.claim_reviewed,
            "headline": fields.headline,
            "reviewRating": write_rating(fields.rating),
            "url": fields.url,
            "author": _write_agent(fields.publisher),
            "datePublished": fields.published_at,
            "dateModified": fields.modified_at,
            "inLanguage": fields.language,
            "version": _version(fields.version),
            "reviewBody": fields.body,
            "citation": [_write_work(work) for work in fields.citations],
            "correction": [_write_correction(correction) for correction in fields.corrections],
            "archivedAt": fields.archived_at,
            "itemReviewed": _write_claim(fields),
        }
    )


def _version(version: str) -> int | str:
    """Return a number when the text is one that every JSON reader can hold; else the text."""
    # "01" is no number: read back it would be another version.
    is_number = version.isdecimal() and len(version) <= _MOST_DIGITS and version == str(int(version))
    return int(version) if is_number else version


def script_text(document: Any) -> str:
    """Return JSON for inside `<script type="application/ld+json">`: no character of it can end the element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _write_agent(agent: Agent | None) -> dict[str, Any]:
    if agent is None:
        return {}
    return drop_empty(
        {
            "@type": _TYPES[agent.kind],
            "name": agent.name,
            "url": agent.url,
            "logo": agent.logo,
            "image": agent.image,
            # jobTitle is a property of persons alone.
            ("jobTitle" if agent.kind == "person" else "description"): agent.role,
            "sameAs": list(agent.same_as),
        }
    )


def _write_work(work: Work | None) -> dict[str, Any]:
    if work is None:
        return {}
    return drop_empty(
        {
            "@type": work.type,
            "url": work.url,
            "name": work.name,
            "text": work.text,
            "description": work.description,
            "publisher": _write_agent(Agent(name=work.publisher)) if work.publisher else None,
            "datePublished": work.published_at,
            "archivedAt": work.archived_at,
        }
    )


def _write_correction(correction: CorrectionFields) -> dict[str, Any]:
    return drop_empty(
        {
            "@type": "CorrectionComment",
            "name": correction.kind,
            "text": correction.note,
            "datePublished": correction.at,
        }
    )


def _write_claim(fields: ClaimReviewFields) -> dict[str, Any]:
    return drop_empty(
        {
            "@type": "Claim",
            "@id": fields.claim_id,
            "text": fields.claim_text,
            "name": fields.claim_name,
            "author": _write_agent(fields.claimant),
            "datePublished": fields.claim_published_at,
            "appearance": [_write_work(work) for work in fields.appearances],
            "firstAppearance": _write_work(fields.first_appearance),
        }
    )


def _rating_fields(rating: FrozenRating | None, verdict: FrozenVerdict) -> RatingFields:
    if rating is None:
        return RatingFields(explanation=verdict["summary"])
    # Bounds without a value are an error of the markup (claimreview_check).
    has_number = rating["value"] is not None
    return RatingFields(
        label=rating["label"],
        value=rating["value"],
        best=rating["best"] if has_number else None,
        worst=rating["worst"] if has_number else None,
        explanation=verdict["summary"] or rating["definition"],
    )


def _claimant(claimant: FrozenClaimant | None) -> Agent | None:
    if claimant is None:
        return None
    kind: AgentKind = "person" if claimant["kind"] == "person" else "organization"
    return Agent(name=claimant["name"], kind=kind, role=claimant["role"], same_as=tuple(claimant["same_as"]))


def _said_at(appearance: FrozenAppearance) -> str:
    return appearance["said_at"] or appearance["article"]["published_at"] or ""


def _first_appearance(appearances: list[FrozenAppearance]) -> FrozenAppearance | None:
    """Return the earliest appearance, or the first marked when no date is known. Dates and UTC times compare as text."""
    dated = [appearance for appearance in appearances if _said_at(appearance)]
    return min(dated or appearances[:1], key=_said_at, default=None)


def _appearance(appearance: FrozenAppearance, publication: Publication) -> Work:
    article = appearance["article"]
    return Work(
        type="NewsArticle",
        url=publication.article_url(article),
        name=article["title"],
        text=appearance["exact"],
        publisher=article["source"],
        published_at=article["published_at"] or "",
    )


def _citation(evidence: FrozenEvidence, publication: Publication) -> Work:
    article = evidence["article"]
    if article is None:
        return Work(
            type="WebPage",
            url=evidence["url"],
            text=evidence["quote"],
            description=evidence["note"],
            archived_at=evidence["archived_url"],
        )
    return Work(
        type="NewsArticle",
        url=publication.article_url(article),
        name=article["title"],
        text=evidence["exact"],
        description=evidence["note"],
        publisher=article["source"],
        published_at=article["published_at"] or "",
        archived_at=evidence["archived_url"],
    )


def _correction(correction: PublicCorrection) -> CorrectionFields:
    return CorrectionFields(note=correction.note, kind=correction.kind, at=rfc3339(correction.at))
