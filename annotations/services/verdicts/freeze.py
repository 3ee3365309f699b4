"""Freeze a submission as canonical JSON with its SHA-256."""

import json
from typing import Any, cast

from accounts.models import Payload
from annotations.frozen import FrozenContent as Content
from annotations.frozen import name_source, render_rationale
from annotations.models import (
    Appearance,
    Claim,
    ClaimantContact,
    Evidence,
    FrozenContent,
    Passage,
    Placement,
    Verdict,
)
from annotations.services.independence import weigh_evidence
from articles.models import Article
from core.canonical_json import (
    canonical_bytes,
    digest,
    plain,
    rfc3339,
)


def content_of(verdict: Verdict) -> Content:
    """Return the verdict's content as it would be frozen now (annotations/frozen.py).

    Seven queries, whatever the amount of evidence.
    """
    claim = Claim.objects.select_related("claimant").get(pk=verdict.claim_id)
    appearances = list(_with_article(claim.appearances.standing()).order_by("created_at", "pk"))
    evidence = list(_with_article(claim.evidence.standing()).order_by("number"))
    places = _placements_now([item.passage for item in (*appearances, *evidence) if item.passage is not None])
    weighed = weigh_evidence(claim, evidence)
    return cast(
        "Content",
        plain(
            {
                "schema": 1,
                "claim": _claim_document(claim),
                "appearances": [_appearance_document(item, places) for item in appearances],
                "evidence": [
                    _evidence_document(item, places, is_independent=weighed[item.pk].is_independent)
                    for item in evidence
                ],
                "rating": _rating_document(verdict),
                "verdict": _verdict_document(verdict, [item.number for item in evidence]),
                "claimant_contact": _contact_document(ClaimantContact.objects.filter(claim=claim).first()),
            }
        ),
    )


def freeze(verdict: Verdict) -> FrozenContent:
    """Store the verdict's present content. Call inside the submitting transaction."""
    content = content_of(verdict)
    # Canonical bytes (RFC 8785): the digest must be reproducible from the JSON by anybody.
    payload = Payload.objects.create(body=canonical_bytes(content).decode())
    return FrozenContent.objects.create(claim_id=verdict.claim_id, sha256=digest(content), payload=payload)


def frozen_content(frozen: FrozenContent) -> Content | None:
    """Return the stored content; None after a legal removal."""
    return None if frozen.payload.body is None else cast("Content", json.loads(frozen.payload.body))


def _with_article(items: Any) -> Any:
    return items.select_related("passage__article__source", "passage__article__origin", "passage__revision")


def _placements_now(passages: list[Passage]) -> dict[Any, Placement]:
    """Load the placement of each passage in its article's current revision."""
    # The two `in` filters match the cross product, so the pairs are compared once more in Python.
    wanted = {(passage.pk, passage.article.current_revision_id) for passage in passages}
    found = Placement.objects.filter(
        passage_id__in=[pair[0] for pair in wanted], revision_id__in=[pair[1] for pair in wanted]
    ).select_related("revision")
    return {place.passage_id: place for place in found if (place.passage_id, place.revision_id) in wanted}


def _claim_document(claim: Claim) -> dict[str, Any]:
    claimant = claim.claimant
    return {
        "id": claim.pk,
        "statement": claim.statement,
        "claimant": claimant
        and {
            "id": claimant.pk,
            "name": claimant.name,
            "kind": claimant.kind,
            "role": claimant.role,
            "same_as": claimant.same_as,
        },
        "topics": claim.topics,
    }


def _article_document(article: Article) -> dict[str, Any]:
    return {
        "id": article.pk,
        "title": article.title,
        "url": article.url or "",
        "source": article.source.name if article.source else "",
        "origin": article.origin.name if article.origin else "",
        "published_at": article.published_at,
    }


def _words_document(passage: Passage, places: dict[Any, Placement]) -> dict[str, Any]:
    """Return the passage's words and place.

    An orphan keeps the words and the revision in which it was marked.
    """
    place = places.get(passage.pk)
    # Gone from the current text: the check then quotes what stood there, with the revision it stood in.
    if place is None or place.start is None:
        return {
            "article": _article_document(passage.article),
            "revision": passage.revision.number,
            "start": None,
            "end": None,
            "exact": passage.exact,
            "prefix": passage.prefix,
            "suffix": passage.suffix,
            "captured_at": passage.revision.captured_at,
        }
    return {
        "article": _article_document(passage.article),
        "revision": place.revision.number,
        "start": place.start,
        "end": place.end,
        "exact": place.exact,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "captured_at": place.revision.captured_at,
    }


def _said_at_text(appearance: Appearance) -> str | None:
    """Return RFC 3339 text: a date alone where only the day is known."""
    if appearance.said_at is None:
        return None
    return rfc3339(appearance.said_at) if appearance.has_said_time else appearance.said_at.date().isoformat()


def _appearance_document(item: Appearance, places: dict[Any, Placement]) -> dict[str, Any]:
    return {
        "id": item.pk,
        **_words_document(item.passage, places),
        "mode": item.mode,
        "said_at": _said_at_text(item),
        "said_where": item.said_where,
        "relayed_via": item.relayed_via,
    }


def _evidence_document(item: Evidence, places: dict[Any, Placement], *, is_independent: bool) -> dict[str, Any]:
    words: dict[str, Any] = dict.fromkeys(("article", "revision", "start", "end", "captured_at"))
    words |= {"exact": "", "prefix": "", "suffix": ""}
    if item.passage is not None:
        words = _words_document(item.passage, places)
    return {
        "n": item.number,
        "id": item.pk,
        "stance": item.stance,
        "source_class": item.source_class,
        "note": item.note,
        "independent": is_independent,
        **words,
        "url": item.url,
        "quote": item.quote,
        "archived_url": item.archived_url,
        "cited_as": item.cited_as,
        "source": name_source(words["article"], url=item.url, cited_as=item.cited_as),
        "accessed_at": item.accessed_at,
        "verified": bool(item.verified),
    }


def _rating_document(verdict: Verdict) -> dict[str, Any] | None:
    """Return the rating; a typed label replaces its label and has no number."""
    rating = verdict.rating
    if rating is None:
        return None
    # Best and worst of the scale go with the value: schema.org readers need them to draw it.
    values = [step.value for step in rating.scale.ratings.all() if step.value is not None]
    has_number = rating.value is not None and not rating.scale.is_free_text
    return {
        "id": rating.pk,
        "label": verdict.rating_label,
        "class": rating.rating_class,
        "value": rating.value if has_number else None,
        "best": max(values) if has_number else None,
        "worst": min(values) if has_number else None,
        "definition": rating.definition,
        "scale": str(rating.scale),
    }


def _verdict_document(verdict: Verdict, evidence_numbers: list[int]) -> dict[str, Any]:
    correction = {"kind": verdict.correction_kind, "note": verdict.correction_note}
    return {
        "id": verdict.pk,
        "version": verdict.version,
        "headline": verdict.headline,
        "summary": verdict.summary,
        "rationale": verdict.rationale,
        "rendered": render_rationale(verdict.rationale, evidence_numbers),
        "language": verdict.language,
        "byline": verdict.byline,
        "correction": correction if verdict.correction_kind else None,
    }


def _contact_document(contact: ClaimantContact | None) -> dict[str, Any] | None:
    if contact is None:
        return None
    names = ("asked_at", "channel", "response", "responded_at", "waived_reason")
    return {name: getattr(contact, name) for name in names}
