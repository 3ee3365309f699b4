"""Write, submit and correct a verdict on the claim page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from annotations import rationale
from annotations.checklist import checklist
from annotations.errors import DomainError, NotPermitted
from annotations.forms.claim import CorrectionForm, ReasonForm, VerdictForm
from annotations.models import Evidence, Verdict
from annotations.services.autosave import save_verdict_words, verdict_words, version_of
from annotations.services.claim_reads import same_statements
from annotations.services.verdicts.edits import correct_verdict, start_verdict
from annotations.services.verdicts.policy_checks import POLICY_CHECKS, submission_report
from annotations.services.verdicts.submission import correction_problems, submission_problems, submit_verdict
from annotations.services.verdicts.transitions import Outcome, eligible_approvers
from annotations.views.answers import Done, answered, typed_words
from annotations.views.claim_page import SeeOther, claim_url, find_claim, show_page
from annotations.views.landing import form_of_claim_page


@form_of_claim_page
@permission_required("verdict.write")
def start(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    start_verdict(person=person_of(request), claim_id=claim_id, now=timezone.now())
    return SeeOther(claim_url(claim_id, "verdict"))


@require_POST
@permission_required("verdict.write")
@answered
def draft(request: HttpRequest, verdict_id: UUID) -> Done:
    """Save the verdict's words as they are typed (static/js/README.md, Drafts)."""
    verdict = _save_words(request, verdict_id, expected=request.headers.get("If-Match"))
    return Done(message=_("Saved"), claim_id=verdict.claim_id, etag=version_of(verdict_words(verdict)))


def _save_words(request: HttpRequest, verdict_id: UUID, *, expected: str | None) -> Verdict:
    return save_verdict_words(
        person=person_of(request),
        verdict_id=verdict_id,
        words=typed_words(request),
        now=timezone.now(),
        expected=expected,
        has_agreed="agreed" in request.POST,
    )


@form_of_claim_page
@permission_required("verdict.submit")
def submit(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    """Save the form, then submit it.

    A refused submission keeps what was saved.
    """
    verdict = _find_verdict(verdict_id)
    try:
        # Submitting from the page sends the form too; a button elsewhere sends only the act.
        if "headline" in request.POST:
            _save_words(request, verdict_id, expected=request.POST.get("etag"))
        submit_verdict(
            person=person_of(request), verdict_id=verdict_id, waived=_read_reasons(request.POST), now=timezone.now()
        )
    except NotPermitted:
        raise
    except DomainError as refusal:
        return _show_refusal(request, verdict.claim_id, refusal)
    messages.success(request, _("Submitted. The reviewers see it in their queue."))
    return SeeOther(claim_url(verdict.claim_id, "verdict"))


@require_safe
@permission_required("desk.read")
def show_checklist(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    """Show what is missing before submission, and who could approve."""
    verdict = Verdict.objects.select_related("claim", "rating__scale", "frozen").filter(pk=verdict_id).first()
    if verdict is None:
        raise Http404(_("This verdict does not exist."))
    report = submission_report(verdict, waived=_read_reasons(request.GET))
    lines = checklist([*submission_problems(verdict), *correction_problems(verdict)])
    person = person_of(request)
    context = {
        "lines": lines,
        "policy": report,
        "same": same_statements(verdict.claim),
        "is_ready": all(line.is_met for line in lines) and not any(state.is_blocking for state in report),
        "approvers": [one for one in eligible_approvers(verdict) if one.pk != person.pk],
    }
    return render(request, "verdicts/checklist.html", context)


def _read_reasons(data: Any) -> dict[str, str]:
    """Return the reasons for unmet policy checks: own words, else the preset."""
    given = {
        check.key: data.get(f"own-reason-{check.key}") or data.get(f"reason-{check.key}") for check in POLICY_CHECKS
    }
    return {key: reason.strip() for key, reason in given.items() if reason and reason.strip()}


def _show_refusal(request: HttpRequest, claim_id: UUID, refusal: DomainError) -> HttpResponse:
    form = VerdictForm(typed_words(request), auto_id="verdict-%s")
    add_refusal(form, refusal)
    return show_page(request, find_claim(claim_id), bound={"verdict": form}, status=refusal.status)


@require_POST
@permission_required("desk.read")
def preview_rationale(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Render the rationale and its problems. Saves nothing."""
    words = request.POST.get("rationale", "")[:60_000].replace("\r\n", "\n")
    numbers = list(Evidence.objects.standing().filter(claim_id=claim_id).values_list("number", flat=True))
    context = {"html": rationale.render_html(words, numbers), "problems": rationale.problems(words, numbers)}
    return render(request, "verdicts/rationale.html", context)


@form_of_claim_page
@permission_required("verdict.correct")
def correct(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    """Start the next version; the live one stays as it is."""
    form = CorrectionForm(request.POST)

    def act(verdict: Verdict) -> str:
        correct_verdict(person=person_of(request), verdict_id=verdict.pk, now=timezone.now(), **form.cleaned_data)
        return _("A new version is open. The published one stays until this is approved.")

    return _take_step(request, verdict_id, form, "correction", act)


def act_with_reason(request: HttpRequest, verdict_id: UUID, service: Callable[..., Any], said: str) -> HttpResponse:
    form = ReasonForm(request.POST)

    def act(verdict: Verdict) -> str:
        outcome = service(person=person_of(request), verdict_id=verdict.pk, now=timezone.now(), **form.cleaned_data)
        is_waiting = isinstance(outcome, Outcome) and not outcome.is_done
        return " ".join([_("Recorded."), *outcome.missing]) if is_waiting else said

    return _take_step(request, verdict_id, form, "reason", act)


def _take_step(
    request: HttpRequest, verdict_id: UUID, form: Any, key: str, act: Callable[[Verdict], str]
) -> HttpResponse:
    verdict = _find_verdict(verdict_id)
    status = 422
    if form.is_valid():
        try:
            messages.success(request, act(verdict))
        except NotPermitted:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            return SeeOther(claim_url(verdict.claim_id, "verdict"))
    return show_page(request, find_claim(verdict.claim_id), bound={key: form}, status=status)


def _find_verdict(verdict_id: UUID) -> Verdict:
    verdict = Verdict.objects.filter(pk=verdict_id).first()
    if verdict is None:
        raise Http404(_("This verdict does not exist."))
    return verdict
