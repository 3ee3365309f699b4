"""Evidence on the claim page: outside sources, notes, stances, removal."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.decorators import permission_required, person_of
from annotations.forms.claim import EvidenceForm, OutsideForm
from annotations.models import Evidence
from annotations.services.evidence import add_evidence, remove_evidence, restore_evidence, update_evidence
from annotations.views.answers import Done, answered, change, undo_of
from annotations.views.landing import form_of_claim_page


@form_of_claim_page
@permission_required("evidence.write")
def add_outside(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    form = OutsideForm(request.POST, auto_id="id_outside_%s")

    def act(data: dict[str, Any]) -> Evidence:
        return add_evidence(
            person=person_of(request),
            claim_id=claim_id,
            stance=data["stance"],
            outside=form.outside(),
            note=data["note"],
            source_class=data["source_class"],
            cited_as=data["cited_as"],
            now=timezone.now(),
        )

    return change(
        request,
        claim_id,
        "evidence",
        act,
        form=form,
        key="outside",
        said=_("The source is linked."),
        undo=lambda made: undo_of(request, made.pk),
    )


@form_of_claim_page
@permission_required("evidence.write")
def edit(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    found = _find_evidence(evidence_id)
    form = EvidenceForm(request.POST, auto_id=f"id_{found.pk}_%s")

    def act(data: dict[str, Any]) -> None:
        update_evidence(person=person_of(request), evidence_id=found.pk, now=timezone.now(), **data)

    return change(
        request,
        found.claim_id,
        "evidence",
        act,
        form=form,
        key=str(found.pk),
        said=_("Saved."),
        undo=lambda _result: undo_of(request, found.pk),
    )


@form_of_claim_page
@permission_required("evidence.write")
def remove(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    found = _find_evidence(evidence_id)

    def act(_data: Any) -> None:
        remove_evidence(person=person_of(request), evidence_id=found.pk, now=timezone.now())

    def undo(_result: Any) -> dict[str, Any] | None:
        return undo_of(request, found.pk)

    return change(
        request,
        found.claim_id,
        "evidence",
        act,
        said=_("Evidence {number} is unlinked.").format(number=found.number),
        undo=undo,
    )


@form_of_claim_page
@permission_required("evidence.write")
@answered
def restore(request: HttpRequest, evidence_id: UUID) -> Done:
    found = restore_evidence(person=person_of(request), evidence_id=evidence_id, now=timezone.now())
    return Done(
        message=_("Evidence {number} is linked again.").format(number=found.number),
        claim_id=found.claim_id,
        part="evidence",
    )


def _find_evidence(evidence_id: UUID) -> Evidence:
    found = Evidence.objects.filter(pk=evidence_id).first()
    if found is None:
        raise Http404(_("This evidence does not exist."))
    return found
