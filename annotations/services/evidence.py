"""Link claims to evidence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_permission
from annotations.errors import InvalidInput, NotFound
from annotations.models import Evidence
from annotations.services.acts.fields import fields_of
from annotations.services.acts.record import record_added, record_edited, record_removed
from annotations.services.base import locked_claim, locked_evidence, touch_claim, writing
from annotations.services.changes.rechecks import open_rechecks_of_restored
from annotations.services.targets import MAX_QUOTE, Target, lock_text, point_at
from annotations.services.verdicts.edits import reopen_for_edit
from articles.canonical_url import check_address
from core.notices import tell_of_change

MAX_NOTE = 5_000
MAX_CITED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSource:
    """A source outside the desk's articles.

    With `is_verified` a person vouches for the quote and names the archived copy and its date.
    """

    url: str
    quote: str = ""
    archived_url: str = ""
    accessed_at: datetime | None = None
    is_verified: bool = False


def add_evidence(
    *,
    person: User,
    claim_id: UUID | str,
    stance: str,
    now: datetime,
    target: Target | None = None,
    outside: OutsideSource | None = None,
    note: str = "",
    source_class: str = "",
    cited_as: str = "",
) -> Evidence:
    """Link a passage (`target`) or an outside source to a claim.

    Raises OverlapsClaim, AlreadyLinked and what `point_at` raises.
    """
    check_permission(person, "evidence.write")
    # The database holds the same rule; here the message names it.
    if (target is None) == (outside is None):
        raise InvalidInput(_("Evidence is either a passage of an article or an outside source. Nothing was saved."))
    with writing(person):
        lock_text(target.article_id if target else None)
        claim = locked_claim(claim_id)
        fields = _check_fields({"stance": stance, "note": note, "source_class": source_class, "cited_as": cited_as})
        if target is not None:
            passage = point_at(target, person=person)
            # Nobody has to vouch for it: the words are the article's own, as it is stored here.
            fields |= {"passage": passage, "verified": "stored_text", "verified_at": now}
        elif outside is not None:
            fields |= _outside_fields(outside, person=person, now=now)
        # Counts removed evidence too: a number that was given is never given again. The claim is locked, so no race.
        number = (Evidence.objects.filter(claim=claim).aggregate(last=Max("number"))["last"] or 0) + 1
        evidence = Evidence.objects.create(claim=claim, number=number, created_by=person, created_at=now, **fields)
        reopen_for_edit(claim, person=person, now=now)
        touch_claim(claim, now=now)
        quote = evidence.passage.exact if evidence.passage else evidence.url
        record_added(evidence, quote, person=person, now=now)
    return evidence


def update_evidence(*, person: User, evidence_id: UUID | str, now: datetime, **changes: Any) -> Evidence:
    """Change stance, note or source_class, or the fields of an outside source."""
    check_permission(person, "evidence.write")
    with writing(person):
        claim, evidence = locked_evidence(evidence_id)
        before = fields_of(evidence)
        outside = {name: changes.pop(name) for name in list(changes) if name in _OUTSIDE_FIELDS}
        fields = _check_fields(changes)
        if outside and evidence.passage_id:
            raise InvalidInput(
                _("This evidence is a passage of an article: its words are the article's. Nothing was saved.")
            )
        if outside:
            fields |= _outside_fields(OutsideSource(**(_outside_values(evidence) | outside)), person=person, now=now)
        for name, value in fields.items():
            setattr(evidence, name, value)
        reopen_for_edit(claim, person=person, now=now)
        evidence.save(update_fields=[*fields, "updated_at"])
        touch_claim(claim, now=now)
        record_edited(evidence, before, person=person, now=now)
    return evidence


def remove_evidence(*, person: User, evidence_id: UUID | str, now: datetime) -> None:
    """Unlink evidence. Row and number are kept, so `[E2]` never changes its meaning."""
    check_permission(person, "evidence.write")
    with writing(person):
        claim, evidence = locked_evidence(evidence_id)
        reopen_for_edit(claim, person=person, now=now)
        # Not deleted: frozen contents and the trail refer to the row.
        Evidence.objects.filter(pk=evidence.pk).update(removed_at=now)
        touch_claim(claim, now=now)
        record_removed(evidence, person=person, now=now)


def restore_evidence(*, person: User, evidence_id: UUID | str, now: datetime) -> Evidence:
    """Undo `remove_evidence`."""
    check_permission(person, "evidence.write")
    with writing(person):
        evidence = Evidence.objects.filter(pk=evidence_id).first()
        if evidence is None:
            raise NotFound(_("This evidence does not exist."))
        claim = locked_claim(evidence.claim_id)
        evidence.removed_at = None
        evidence.save(update_fields=["removed_at", "updated_at"])
        reopen_for_edit(claim, person=person, now=now)
        touch_claim(claim, now=now)
        if evidence.passage is not None:
            tell_of_change(article=evidence.passage.article_id)
            open_rechecks_of_restored(claim, [evidence.passage.pk], now=now)
    return evidence


_OUTSIDE_FIELDS = {"url", "quote", "archived_url", "accessed_at", "is_verified"}


def _outside_values(evidence: Evidence) -> dict[str, Any]:
    values = {name: getattr(evidence, name) for name in _OUTSIDE_FIELDS - {"is_verified"}}
    return values | {"is_verified": evidence.verified == Evidence.Verified.PERSON}


def _check_fields(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - {"stance", "note", "source_class", "cited_as"}
    if unknown:
        raise InvalidInput(
            _("Evidence has no field {names} that can be changed.").format(names=", ".join(sorted(unknown)))
        )
    if fields.get("stance", "context") not in Evidence.Stance.values:
        raise InvalidInput(_("The stance is supports, refutes or context. Nothing was saved."))
    if fields.get("source_class", "") not in {"", *Evidence.SOURCE_CLASSES}:
        raise InvalidInput(
            _("The source class is one of {source_classes}. Nothing was saved.").format(
                source_classes=", ".join(Evidence.SOURCE_CLASSES)
            )
        )
    if len(fields.get("note", "")) > MAX_NOTE:
        raise InvalidInput(_("A note has at most {limit:,} characters. Nothing was saved.").format(limit=MAX_NOTE))
    if "cited_as" in fields:
        fields["cited_as"] = " ".join(fields["cited_as"].split())
    if len(fields.get("cited_as", "")) > MAX_CITED:
        raise InvalidInput(
            _("Source and title have at most {limit} characters. Nothing was saved.").format(limit=MAX_CITED)
        )
    return fields


def _outside_fields(outside: OutsideSource, *, person: User, now: datetime) -> dict[str, Any]:
    if not outside.url.strip():
        raise InvalidInput(_("The source's address starts with https:// or http://. Nothing was saved."))
    url, archived_url = check_address(outside.url), check_address(outside.archived_url, field="archived_url")
    if len(outside.quote) > MAX_QUOTE:
        raise InvalidInput(_("A quote has at most {limit:,} characters. Nothing was saved.").format(limit=MAX_QUOTE))
    # Who vouches for a quote must leave others the means to check it.
    if outside.is_verified and not (outside.quote and outside.archived_url and outside.accessed_at):
        raise InvalidInput(
            _("To vouch for a quote, give the quote, an archived copy's address and the date. Nothing was saved.")
        )
    return {
        "url": url,
        "quote": outside.quote.strip(),
        "archived_url": archived_url,
        "accessed_at": outside.accessed_at,
        "verified": "person" if outside.is_verified else "",
        "verified_by": person if outside.is_verified else None,
        "verified_at": now if outside.is_verified else None,
    }
