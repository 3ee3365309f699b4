"""Build the dossier of a claim: its live verdict, or else its newest, with history and corrections."""

from datetime import datetime
from typing import IO
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.errors import NotFound
from annotations.models import Desk, Verdict, VerdictTransition
from annotations.services.verdicts.freeze import content_of, frozen_content
from core.canonical_json import digest
from publishing.formats.dossier_content import Dossier, HistoryEntry
from publishing.links import fact_check_url
from publishing.models import FactCheck
from publishing.services.publication import corrections_of


def _dossier_of(claim_id: UUID | str, *, now: datetime) -> Dossier:
    """Return a claim's dossier. Raises NotFound without a verdict, or after a legal removal."""
    verdict = _verdict_to_print(claim_id)
    frozen = frozen_content(verdict.frozen) if verdict.frozen else content_of(verdict)
    if frozen is None:
        raise NotFound(_("The content of this claim was removed for legal reasons."))
    fact_check = FactCheck.objects.filter(claim_id=verdict.claim_id).first()
    return Dossier(
        frozen=frozen,
        desk_name=Desk.objects.values_list("name", flat=True).get(),
        status=verdict.get_status_display(),
        generated_at=now.replace(microsecond=0),
        url=(fact_check.canonical_url or fact_check_url(fact_check.slug)) if fact_check else "",
        digest=verdict.frozen.sha256 if verdict.frozen else digest(frozen),
        history=_history_of(verdict),
        corrections=corrections_of(fact_check) if fact_check else (),
    )


# python-docx and typst are imported where a dossier is written: every other process would hold them for nothing.
def write_docx_dossier(target: IO[bytes], claim_id: UUID | str, now: datetime) -> None:
    from publishing.formats.dossier import write_docx

    write_docx(target, _dossier_of(claim_id, now=now))


def write_pdf_dossier(target: IO[bytes], claim_id: UUID | str, now: datetime) -> None:
    from publishing.formats.dossier_pdf import render_pdf

    target.write(render_pdf(_dossier_of(claim_id, now=now)).data)


def _verdict_to_print(claim_id: UUID | str) -> Verdict:
    verdicts = Verdict.objects.select_related("claim", "rating__scale", "frozen__payload").filter(claim_id=claim_id)
    found = verdicts.live().first() or verdicts.order_by("-version").first()
    if found is None:
        raise NotFound(_("The claim has no verdict yet, so there is nothing to print."))
    return found


def _history_of(verdict: Verdict) -> tuple[HistoryEntry, ...]:
    steps = VerdictTransition.objects.filter(claim_id=verdict.claim_id).select_related("actor", "verdict")
    return tuple(
        HistoryEntry(
            at=step.at,
            who=step.actor.name if step.actor else _("The desk"),
            note=step.reason,
            what=_("{step} (version {version})").format(
                step=step.action.replace("_", " ").capitalize(), version=step.verdict.version
            ),
        )
        for step in steps.order_by("at", "pk")
    )
