"""Build the publication and the public document of a verdict from its frozen content. Writes nothing."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotations.errors import NotPublishable
from annotations.models import Desk, Verdict
from annotations.services.verdicts.freeze import frozen_content
from core.iri import host
from publishing.documents import Desk as DeskDocument
from publishing.documents import FrozenContent as Content
from publishing.documents import Publication, PublicCorrection, fact_check_document
from publishing.formats.claimreview_check import Problem, check
from publishing.links import fact_check_api_url, fact_check_url, site_host
from publishing.models import FactCheck, FactCheckVersion


@dataclass(frozen=True, slots=True)
class Built:
    """A document, the publication that it was made with, and what its ClaimReview lacks."""

    publication: Publication
    document: dict[str, Any]
    problems: list[Problem]


def build(content: Content, publication: Publication) -> Built:
    """Build the public document once, and check the ClaimReview inside it."""
    document = fact_check_document(content, publication)
    review = document["claimreview"]
    problems = list(check(review, desk_domains=publication.desk.domains)) if review else []
    return Built(publication, document, problems)


def preview(verdict: Verdict, content: Content, *, desk: Desk, now: datetime) -> Built:
    """Build what the CMS would get if this verdict were published now."""
    return build(content, _preview_publication(verdict, content, desk=desk, now=now))


def desk_document(desk: Desk, *, canonical_url: str = "") -> DeskDocument:
    """Return the desk as a publisher. Its own pages count as its own; without named domains it vouches for any page."""
    named = desk.domains or [host(canonical_url)]
    return DeskDocument(
        name=desk.name,
        url=desk.url,
        logo=desk.logo_url,
        corrections_url=desk.corrections_url,
        methodology_url=desk.methodology_url,
        domains=tuple(dict.fromkeys(domain for domain in (*named, site_host()) if domain)),
    )


def publication_of(
    fact_check: FactCheck, *, desk: Desk, corrections: tuple[PublicCorrection, ...] = (), state: str = ""
) -> Publication:
    return Publication(
        id=fact_check.pk,
        slug=fact_check.slug,
        url=fact_check_url(fact_check.slug),
        canonical_url=fact_check.canonical_url,
        api_url=fact_check_api_url(fact_check.pk),
        version=fact_check.version,
        state=state or fact_check.state,
        published_at=fact_check.published_at,
        modified_at=fact_check.modified_at,
        corrections=corrections,
        desk=desk_document(desk, canonical_url=fact_check.canonical_url),
    )


def corrections_of(fact_check: FactCheck) -> tuple[PublicCorrection, ...]:
    """Return the public notes of all published versions, oldest first. A refile has none."""
    return tuple(
        PublicCorrection(
            kind=version.kind,
            note=version.note,
            at=version.published_at,
            version=version.number,
            is_single_approval=version.is_single_approval,
        )
        for version in fact_check.versions.exclude(kind__in=["", "refile"]).order_by("number")
    )


def correction_by(
    content: Content, *, version: int, now: datetime, is_single_approval: bool = False
) -> tuple[PublicCorrection, ...]:
    """Return the note that publishing this content adds to those of `corrections_of`."""
    correction = content["verdict"]["correction"]
    if correction is None or correction["kind"] == "refile":
        return ()
    return (
        PublicCorrection(
            kind=correction["kind"],
            note=correction["note"],
            at=now,
            version=version,
            is_single_approval=is_single_approval,
        ),
    )


def content_to_publish(verdict: Verdict) -> Content:
    """Return the frozen content. Raises NotPublishable after a legal removal."""
    content = frozen_content(verdict.frozen) if verdict.frozen else None
    if content is None:
        raise NotPublishable(_("The content of this verdict was removed for legal reasons."))
    return content


def slug_for(content: Content, fact_check_id: UUID) -> str:
    words = slugify(content["verdict"]["headline"] or content["claim"]["statement"])[:80].strip("-")
    return f"{words or 'fact-check'}-{fact_check_id.hex[-6:]}"


def version_document(version: FactCheckVersion) -> dict[str, Any] | None:
    """Return a version's document as it was first published; None after a legal removal."""
    return None if version.payload.body is None else dict(json.loads(version.payload.body))


def _preview_publication(verdict: Verdict, content: Content, *, desk: Desk, now: datetime) -> Publication:
    existing = FactCheck.objects.filter(claim_id=verdict.claim_id).first()
    corrections = corrections_of(existing) if existing else ()
    if existing and existing.verdict_id == verdict.pk:
        return publication_of(existing, desk=desk, corrections=corrections, state="published")
    # The address is not known before it is published; a preview shows its shape.
    fact_check = existing or FactCheck(claim_id=verdict.claim_id, slug=slug_for(content, UUID(int=0)), published_at=now)
    fact_check.version, fact_check.modified_at = verdict.version, now
    corrections += correction_by(content, version=verdict.version, now=now)
    return publication_of(fact_check, desk=desk, corrections=corrections, state="published")
