"""Refuse an undo on a merged claim, under a submitted verdict or over the work of colleagues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, User
from annotations.errors import WrongState
from annotations.models import Act, Appearance, Claim, Comment, Contribution, Evidence, Verdict
from annotations.rationale import evidence_references
from annotations.workflow import OPEN

_UNDER_REVIEW = [status for status in OPEN if status != "draft"]
# Fields that say where a claim is in triage; they are no content of a verdict.
_TRIAGE = {"state", "parked_reason", "selection_reason"}
_MODELS: dict[str, Any] = {"claim": Claim, "appearance": Appearance, "evidence": Evidence}


def row_of(act: Act) -> Any:
    """Read the row that the act changed, removed or not."""
    return _MODELS[act.subject].objects.get(pk=act.object_id)


def lock_claim_of(act: Act) -> Claim | None:
    """Lock the claim that the row belongs to now; None where the act is on an article.

    A removed claim is locked too: an undo restores it. Raises WrongState where it was merged.
    """
    if act.subject == "article":
        return None
    claim = Claim.objects.select_for_update().get(pk=_claim_id_of(act))
    # Not followed, as `locked_claim` does: undone on the surviving claim, the act would hit somebody else's words. While we
    # waited for the lock a merge may have moved the row on.
    if claim.merged_into_id or _claim_id_of(act) != claim.pk:
        raise WrongState(_("The claim was merged into another one since."))
    return claim


def check_not_submitted(act: Act, claim: Claim) -> None:
    """Refuse to drop an approval by the way. Call with the claim locked. Raises WrongState."""
    is_content = not (act.kind == "edit" and set(act.after) <= _TRIAGE)
    if is_content and Verdict.objects.filter(claim=claim, status__in=_UNDER_REVIEW).exists():
        raise WrongState(
            _("The verdict has been submitted since, and this would return it to draft. Edit the claim instead.")
        )


def check_untouched_by_others(act: Act, *, person: User) -> None:
    """Raise WrongState where colleagues' work would go with the row. Call with the claim locked.

    For a removal that is done again, only their work since its undo counts: the rest the person had removed knowingly.
    """
    if act.subject == "claim":
        # Its stream holds every change of the claim and of anything under it: places, evidence, comments, verdicts.
        changes = AuditEvent.objects.filter(stream=f"claim:{act.object_id}")
        if _of_others(changes, person, act.undone_at).exists():
            raise WrongState(_("Others have worked on this claim since. To remove it all the same, use its card."))
        return
    row = row_of(act)
    changes = AuditEvent.objects.filter(object_table=row._meta.db_table, object_id=str(row.pk))
    is_touched = _of_others(changes, person, act.undone_at).exists()
    if is_touched or (isinstance(row, Evidence) and _is_used_by_others(row, person, act.undone_at)):
        raise WrongState(_("Others have worked on it since. To remove it all the same, use its card."))


def _of_others(changes: QuerySet[AuditEvent], person: User, since: datetime | None) -> QuerySet[AuditEvent]:
    # Without an actor it was the system, such as a check of a link.
    changes = changes.exclude(actor_id=None).exclude(actor_id=person.pk)
    return changes.filter(at__gte=since) if since else changes


def _is_used_by_others(evidence: Evidence, person: User, since: datetime | None) -> bool:
    """Return whether colleagues comment on the evidence or cite it in a draft of theirs."""
    comments = Comment.objects.filter(evidence=evidence).exclude(author=person)
    if (comments.filter(created_at__gte=since) if since else comments).exists():
        return True
    theirs = Contribution.objects.filter(claim=evidence.claim_id, verdict__isnull=False).exclude(person=person)
    drafts = Verdict.objects.open().filter(pk__in=theirs.values("verdict"))
    return any(evidence.number in evidence_references(draft.rationale) for draft in drafts)


def _claim_id_of(act: Act) -> UUID:
    claim_id: UUID = act.object_id
    if act.subject != "claim":
        claim_id = row_of(act).claim_id
    return claim_id
