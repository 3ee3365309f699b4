"""Write fact-checks: publish a version, change the state, name the newsroom's page. Each writes its row of the outbox.

Locks: the claim before its fact-check, as the verdict's transitions do; another order would deadlock with them.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Payload, User
from accounts.permissions import check_permission
from annotations.errors import NotFound, NotPublishable
from annotations.models import Claim, Desk, Verdict
from annotations.services.base import writing
from articles.canonical_url import check_address
from core.canonical_json import canonical_bytes, digest
from core.ids import uuid7
from core.values import known
from publishing.documents import FrozenContent as Content
from publishing.documents import keep_as_published
from publishing.events import FACT_CHECK_CHANGES
from publishing.models import Change, FactCheck, FactCheckVersion
from publishing.services.publication import (
    Built,
    build,
    content_to_publish,
    correction_by,
    corrections_of,
    publication_of,
    slug_for,
    version_document,
)


def publish_fact_check(verdict: Verdict, *, person: User | None, now: datetime, is_single_approval: bool) -> FactCheck:
    """Create or renew the fact-check of a verdict that has just become `published`. Raises NotPublishable.

    Publication, desk and document are built once: the version, the fact-check and the feed carry the same bytes.
    """
    content = content_to_publish(verdict)
    fact_check = FactCheck.objects.select_for_update().filter(claim_id=verdict.claim_id).first()
    is_first = fact_check is None
    corrections = corrections_of(fact_check) if fact_check else ()
    fact_check = fact_check or _new_fact_check(verdict, content, now=now)
    _fill_columns(fact_check, verdict, content, now=now)
    corrections += correction_by(content, version=verdict.version, now=now, is_single_approval=is_single_approval)
    built = build(content, publication_of(fact_check, desk=Desk.objects.get(), corrections=corrections))
    # Before anything is written: readers' search engines drop an invalid ClaimReview without a word.
    _refuse_errors(built)
    fact_check.document, fact_check.etag = built.document, built.document["etag"]
    fact_check.save()
    # Only the frozen note was approved: a draft can have one without being a correction.
    kind, note = _correction_in(content)
    _write_version(
        fact_check, verdict, built, kind=kind, note=note, person=person, now=now, is_single_approval=is_single_approval
    )
    reason = "published" if is_first or not kind else "corrected" if kind == "correction" else "updated"
    _announce_change(fact_check, reason=reason, notice="" if kind == "refile" else note)
    Claim.objects.filter(pk=verdict.claim_id).update(state=Claim.State.CHECKED)
    return fact_check


def change_state(fact_check: FactCheck, *, state: str, reason: str, notice: str, now: datetime) -> None:
    """Suspend, retract, restore or remove. The document follows; the feed and the webhooks hear of it."""
    fact_check.state, fact_check.notice, fact_check.modified_at = state, notice, now
    if state == FactCheck.State.REMOVED:
        fact_check.document, fact_check.etag = None, digest({"id": fact_check.pk, "state": state})
    else:
        _rebuild_document(fact_check)
    fact_check.save(update_fields=["state", "notice", "modified_at", "document", "etag"])
    _announce_change(fact_check, reason=reason, notice=notice)


def set_canonical_url(*, person: User, fact_check_id: UUID | str, url: str, now: datetime) -> FactCheck:
    """Name the newsroom's own page of a fact-check. Our page then points there and carries no JSON-LD."""
    check_permission(person, "factcheck.edit")
    with writing(person):
        fact_check = lock_fact_check(fact_check_id)
        is_published = fact_check.state == FactCheck.State.PUBLISHED
        fact_check.canonical_url, fact_check.modified_at = check_address(url, field="canonical_url"), now
        if fact_check.state != FactCheck.State.REMOVED:
            built = _rebuild_document(fact_check)
            if is_published:
                _refuse_errors(built)
        fact_check.save(update_fields=["canonical_url", "modified_at", "document", "etag"])
        if is_published:
            _announce_change(fact_check, reason="updated", notice="")
    return fact_check


def _announce_change(fact_check: FactCheck, *, reason: str, notice: str) -> Change:
    """Write one row of the outbox; it replaces the fact-check's earlier rows as the latest."""
    change = FACT_CHECK_CHANGES[reason]
    # First: a unique constraint allows one latest row of an object, and it is checked at once.
    Change.objects.filter(kind=Change.Kind.FACT_CHECK, object_id=fact_check.pk, is_latest=True).update(is_latest=False)
    return Change.objects.create(
        kind=Change.Kind.FACT_CHECK,
        object_id=fact_check.pk,
        event=change.event,
        state="updated" if change.is_live else "deleted",
        reason=reason,
        version=fact_check.version,
        etag=fact_check.etag,
        notice=notice,
        modified_at=fact_check.modified_at,
    )


def lock_fact_check(fact_check_id: UUID | str) -> FactCheck:
    """Lock the claim, then the fact-check. Raises NotFound."""
    claim_id = FactCheck.objects.filter(pk=fact_check_id).values_list("claim", flat=True).first()
    if claim_id is None:
        raise NotFound(_("This fact-check does not exist."))
    Claim.objects.select_for_update().get(pk=claim_id)
    return FactCheck.objects.select_for_update().get(pk=fact_check_id)


def _new_fact_check(verdict: Verdict, content: Content, *, now: datetime) -> FactCheck:
    """Choose an id whose slug is free: two checks of one headline may draw the same 24 bits."""
    while True:
        new_id = uuid7()
        slug = slug_for(content, new_id)
        if not FactCheck.objects.filter(slug=slug).exists():
            return FactCheck(pk=new_id, claim_id=verdict.claim_id, slug=slug, published_at=now)


def _fill_columns(fact_check: FactCheck, verdict: Verdict, content: Content, *, now: datetime) -> None:
    fact_check.verdict, fact_check.version, fact_check.modified_at = verdict, verdict.version, now
    fact_check.state, fact_check.notice = FactCheck.State.PUBLISHED, ""
    fact_check.headline = content["verdict"]["headline"] or content["claim"]["statement"][:300]
    fact_check.language = content["verdict"]["language"]
    rating = content["rating"]
    fact_check.rating_label, fact_check.rating_class = (rating["label"], rating["class"]) if rating else ("", "")


def _rebuild_document(fact_check: FactCheck) -> Built:
    """Set `document` and `etag` of a fact-check that has changed since; the caller saves it."""
    content = content_to_publish(fact_check.verdict)
    publication = publication_of(fact_check, desk=Desk.objects.get(), corrections=corrections_of(fact_check))
    built = build(content, publication)
    version = FactCheckVersion.objects.select_related("payload").get(verdict=fact_check.verdict_id)
    fact_check.document = keep_as_published(built.document, version_document(version) or built.document)
    fact_check.etag = fact_check.document["etag"]
    return built


def _correction_in(content: Content) -> tuple[str, str]:
    correction = content["verdict"]["correction"]
    return (correction["kind"], correction["note"]) if correction else ("", "")


def _write_version(
    fact_check: FactCheck,
    verdict: Verdict,
    built: Built,
    *,
    kind: str,
    note: str,
    person: User | None,
    now: datetime,
    is_single_approval: bool,
) -> None:
    FactCheckVersion.objects.create(
        fact_check=fact_check,
        number=verdict.version,
        verdict=verdict,
        frozen=known(verdict.frozen),
        payload=Payload.objects.create(body=canonical_bytes(built.document).decode()),
        document_sha256=digest(built.document),
        kind=kind,
        note=note,
        is_single_approval=is_single_approval,
        published_by=person,
        published_at=now,
    )


def _refuse_errors(built: Built) -> None:
    errors = [problem for problem in built.problems if problem.level == "error"]
    if errors:
        raise NotPublishable(
            _("The ClaimReview made from this verdict is not valid: {problems}").format(
                problems=" ".join(problem.message for problem in errors)
            ),
            errors=[{"pointer": problem.path, "code": problem.code, "detail": problem.message} for problem in errors],
        )
