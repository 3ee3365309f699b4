"""The published face: building the document, writing versions and the outbox. Called by the verdict's moves."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify

from accounts.models import Payload, User
from accounts.permissions import check_permission
from annotations.errors import NotFound, NotPublishable
from annotations.models import Claim, Desk, Verdict
from annotations.services.base import writing
from annotations.services.verdicts.freeze import frozen_content
from articles.canonical_url import check_address
from core.canonical_json import canonical_bytes, digest
from core.ids import uuid7
from core.iri import host
from publishing.documents import Desk as DeskDocument
from publishing.documents import FrozenContent as Content
from publishing.documents import Publication, PublicCorrection, fact_check_document
from publishing.formats.claimreview import claim_review
from publishing.formats.claimreview_check import Problem, check
from publishing.links import fact_check_api_url, fact_check_url, site_host
from publishing.models import Change, FactCheck, FactCheckVersion

_EVENTS = {
    "published": "fact_check.published",
    "updated": "fact_check.updated",
    "corrected": "fact_check.corrected",
    "suspended": "fact_check.suspended",
    "retracted": "fact_check.retracted",
    "restored": "fact_check.restored",
    "legal_removal": "fact_check.retracted",
}
_LIVE_REASONS = {"published", "updated", "corrected", "restored"}


def desk_document(desk: Desk, *, canonical_url: str = "") -> DeskDocument:
    """The desk as a publisher. Its own pages are always its own; a desk that named no domains vouches for any page."""
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
    """The notes that readers see, oldest first; a refile has none."""
    return tuple(
        PublicCorrection(
            kind=version.kind, note=version.note, at=version.published_at, version=version.number,
            is_single_approval=version.is_single_approval,
        )
        for version in fact_check.versions.exclude(kind__in=["", "refile"]).order_by("number")
    )  # fmt: skip


def preview(verdict: Verdict, content: Content, *, desk: Desk, now: datetime) -> tuple[dict[str, Any], list[Problem]]:
    """What the CMS would get if this were published now, and what the ClaimReview in it lacks. Writes nothing."""
    publication = preview_publication(verdict, content, desk=desk, now=now)
    return fact_check_document(content, publication), claim_review_problems(content, publication)


def preview_publication(verdict: Verdict, content: Content, *, desk: Desk, now: datetime) -> Publication:
    """What publication would add to the content, or has added to it already, for every format that is made of both."""
    existing = FactCheck.objects.filter(claim_id=verdict.claim_id).first()
    if existing and existing.verdict_id == verdict.pk:
        return publication_of(existing, desk=desk, corrections=corrections_of(existing), state="published")
    fact_check = existing or FactCheck(claim_id=verdict.claim_id, slug=slug_for(content, UUID(int=0)), published_at=now)
    fact_check.version, fact_check.modified_at = verdict.version, now
    corrections = corrections_of(existing) if existing else ()
    if verdict.correction_kind not in {"", "refile"}:
        corrections += (
            PublicCorrection(
                kind=verdict.correction_kind, note=verdict.correction_note, at=now, version=verdict.version
            ),
        )
    return publication_of(fact_check, desk=desk, corrections=corrections, state="published")


def claim_review_problems(content: Content, publication: Publication) -> list[Problem]:
    return list(check(claim_review(content, publication), desk_domains=publication.desk.domains))


def slug_for(content: Content, fact_check_id: UUID) -> str:
    words = slugify(content["verdict"]["headline"] or content["claim"]["statement"])[:80].strip("-")
    return f"{words or 'fact-check'}-{fact_check_id.hex[-6:]}"


def _address(content: Content) -> tuple[UUID, str]:
    """A new id and its slug. Two checks of one headline may draw the same 24 bits: then once more."""
    while True:
        new_id = uuid7()
        slug = slug_for(content, new_id)
        if not FactCheck.objects.filter(slug=slug).exists():
            return new_id, slug


def publish_face(verdict: Verdict, *, person: User | None, now: datetime, is_single_approval: bool) -> FactCheck:
    """Make or renew the fact-check of a verdict that has just become `published`. Raises NotPublishable."""
    content = _content(verdict)
    fact_check = FactCheck.objects.select_for_update().filter(claim_id=verdict.claim_id).first()
    is_first = fact_check is None
    if fact_check is None:
        new_id, slug = _address(content)
        fact_check = FactCheck(pk=new_id, claim_id=verdict.claim_id, slug=slug, published_at=now)
    fact_check.verdict, fact_check.version, fact_check.modified_at = verdict, verdict.version, now
    fact_check.state, fact_check.notice = FactCheck.State.PUBLISHED, ""
    fact_check.headline = content["verdict"]["headline"] or content["claim"]["statement"][:300]
    fact_check.language = content["verdict"]["language"]
    rating = content["rating"]
    fact_check.rating_label, fact_check.rating_class = (rating["label"], rating["class"]) if rating else ("", "")
    fact_check.save()
    _write_version(fact_check, verdict, person=person, now=now, is_single_approval=is_single_approval)
    renew_document(fact_check, is_checked=True)
    kind = verdict.correction_kind
    reason = "published" if is_first or not kind else "corrected" if kind == "correction" else "updated"
    announce(fact_check, reason=reason, notice="" if kind == "refile" else verdict.correction_note, now=now)
    Claim.objects.filter(pk=verdict.claim_id).update(state=Claim.State.CHECKED)
    return fact_check


def change_face(fact_check: FactCheck, *, state: str, reason: str, notice: str, now: datetime) -> None:
    """Suspend, retract, restore or remove the face: its document follows, the feed and the webhooks hear of it."""
    fact_check.state, fact_check.notice, fact_check.modified_at = state, notice, now
    fact_check.save(update_fields=["state", "notice", "modified_at"])
    renew_document(fact_check)
    announce(fact_check, reason=reason, notice=notice, now=now)


def renew_document(fact_check: FactCheck, *, is_checked: bool = False) -> None:
    """Rebuild `document` and `etag` from the frozen content. Call in the transaction of every change of the face."""
    content = _content(fact_check.verdict) if fact_check.state != FactCheck.State.REMOVED else None
    if content is None:
        fact_check.document, fact_check.etag = None, digest({"id": fact_check.pk, "state": fact_check.state})
    else:
        publication = publication_of(fact_check, desk=Desk.objects.get(), corrections=corrections_of(fact_check))
        if is_checked:
            _refuse_errors(claim_review_problems(content, publication))
        fact_check.document = fact_check_document(content, publication)
        fact_check.etag = fact_check.document["etag"]
    fact_check.save(update_fields=["document", "etag"])


def announce(fact_check: FactCheck, *, reason: str, notice: str, now: datetime) -> Change:
    """One row of the outbox; the rows before it of the same fact-check are no longer the latest."""
    Change.objects.filter(kind=Change.Kind.FACT_CHECK, object_id=fact_check.pk, is_latest=True).update(is_latest=False)
    return Change.objects.create(
        kind=Change.Kind.FACT_CHECK,
        object_id=fact_check.pk,
        event=_EVENTS[reason],
        state="updated" if reason in _LIVE_REASONS else "deleted",
        reason=reason,
        version=fact_check.version,
        etag=fact_check.etag,
        notice=notice,
        modified_at=now,
    )


def locked_face(fact_check_id: UUID | str) -> FactCheck:
    """The fact-check, locked after its claim, as the verdict's moves do it: another order would deadlock with them."""
    claim_id = FactCheck.objects.filter(pk=fact_check_id).values_list("claim", flat=True).first()
    if claim_id is None:
        raise NotFound("This fact-check does not exist.")
    Claim.objects.select_for_update().get(pk=claim_id)
    return FactCheck.objects.select_for_update().get(pk=fact_check_id)


def set_canonical_url(*, person: User, fact_check_id: UUID | str, url: str, now: datetime) -> FactCheck:
    """The newsroom's own page of a fact-check; our page then points there and carries no JSON-LD."""
    check_permission(person, "factcheck.edit")
    with writing(person):
        fact_check = locked_face(fact_check_id)
        fact_check.canonical_url, fact_check.modified_at = check_address(url, field="canonical_url"), now
        fact_check.save(update_fields=["canonical_url", "modified_at"])
        renew_document(fact_check, is_checked=fact_check.state == FactCheck.State.PUBLISHED)
        if fact_check.state == FactCheck.State.PUBLISHED:
            announce(fact_check, reason="updated", notice="", now=now)
    return fact_check


def _content(verdict: Verdict) -> Content:
    content = frozen_content(verdict.frozen) if verdict.frozen else None
    if content is None:
        raise NotPublishable("The content of this verdict was removed for legal reasons.")
    return content


def _refuse_errors(problems: list[Problem]) -> None:
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise NotPublishable(
            "The ClaimReview made from this verdict is not valid: " + " ".join(problem.message for problem in errors),
            errors=[{"pointer": problem.path, "code": problem.code, "detail": problem.message} for problem in errors],
        )


def _write_version(
    fact_check: FactCheck, verdict: Verdict, *, person: User | None, now: datetime, is_single_approval: bool
) -> None:
    publication = publication_of(fact_check, desk=Desk.objects.get(), corrections=corrections_of(fact_check))
    if verdict.correction_kind not in {"", "refile"}:
        note = PublicCorrection(
            kind=verdict.correction_kind, note=verdict.correction_note, at=now, version=verdict.version,
            is_single_approval=is_single_approval,
        )  # fmt: skip
        publication = publication_of(fact_check, desk=Desk.objects.get(), corrections=(*publication.corrections, note))
    document = fact_check_document(_content(verdict), publication)
    payload = Payload.objects.create(body=canonical_bytes(document).decode())
    assert verdict.frozen is not None  # noqa: S101 - _content() has just refused a verdict without
    FactCheckVersion.objects.create(
        fact_check=fact_check,
        number=verdict.version,
        verdict=verdict,
        frozen=verdict.frozen,
        payload=payload,
        document_sha256=digest(document),
        kind=verdict.correction_kind,
        note=verdict.correction_note,
        is_single_approval=is_single_approval,
        published_by=person,
        published_at=now,
    )


def version_document(version: FactCheckVersion) -> dict[str, Any] | None:
    """A version's document as it was first published; None after a legal removal."""
    return None if version.payload.body is None else dict(json.loads(version.payload.body))
