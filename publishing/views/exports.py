"""Exports: choose a format and a filter, watch the progress, download, repeat."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from annotations.models import Claim
from articles.progress import IDLE
from core.errors import DomainError, NotPermitted
from core.heartbeat import is_worker_alive
from core.pages.paging import page_of, parse_time
from core.queueing import hand_over
from publishing.exports import runs as exports_service
from publishing.exports.downloads import download
from publishing.exports.formats import label_of
from publishing.exports.runs import OPEN, find_export, visible_exports
from publishing.forms import ExportForm
from publishing.models import ExportRun
from publishing.tasks import run_export_task

PAGE_SIZE = 25
_reader = permission_required("export.create")


@require_safe
@_reader
def export_list(request: HttpRequest) -> HttpResponse:
    return _list(request, ExportForm())


@require_POST
@_reader
def export_start(request: HttpRequest) -> HttpResponse:
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        run = _start(request, form.cleaned_data["kind"], form.filter())
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _list(request, form, status=422)
    return HttpResponseRedirect(reverse("publishing:export", args=[run.pk]))


@require_POST
@_reader
def dossier_start(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Start a dossier of one claim, from its page."""
    kind = "docx" if request.POST.get("kind") == "docx" else "pdf"
    try:
        run = _start(request, kind, {"claim": str(claim_id)})
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(reverse("publishing:exports"))
    return HttpResponseRedirect(reverse("publishing:export", args=[run.pk]))


@require_safe
@_reader
def export_detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    return render(request, "exports/detail.html", _context(find_export(person=person_of(request), run_id=run_id)))


@never_cache
@require_safe
@_reader
def export_progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Return the progress bar, polled every second. A finished run redirects to its page."""
    run = find_export(person=person_of(request), run_id=run_id)
    response = render(request, "exports/detail.html#progress", _context(run))
    if run.state not in OPEN:
        response["HX-Redirect"] = reverse("publishing:export", args=[run.pk])
    return response


@require_POST
@_reader
def export_cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    try:
        exports_service.cancel_export(person=person_of(request), run_id=run_id)
        messages.success(request, _("The export is cancelled."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("publishing:export", args=[run_id]))


@require_POST
@_reader
def export_repeat(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Start an export again with the same filter."""
    run = find_export(person=person_of(request), run_id=run_id)
    try:
        run = _start(request, run.kind, run.filter)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("publishing:export", args=[run.pk]))


@require_safe
@_reader
def export_download(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = exports_service.downloadable(person=person_of(request), run_id=run_id, now=timezone.now())
    return cast("HttpResponse", download(request, run))  # a streamed one


def _start(request: HttpRequest, kind: str, given: dict[str, Any]) -> ExportRun:
    run = exports_service.start_export(person=person_of(request), kind=kind, given=given, now=timezone.now())
    hand_over(run_export_task, run.pk)
    return run


def _list(request: HttpRequest, form: ExportForm, *, status: int = 200) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    runs = visible_exports(person_of(request))
    page = page_of(runs, key="created_at", cursor=cursor, size=PAGE_SIZE, parse=parse_time)
    context = {
        "form": form,
        "runs": [_row(run) for run in page.rows],
        "next_url": f"?cursor={page.next}" if page.next else "",
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
    }
    return render(request, "exports/list.html", context, status=status)


def _row(run: ExportRun) -> dict[str, Any]:
    return {
        "run": run,
        "label": label_of(run.kind),
        "filter": _name_filters(run),
        "can_download": run.state == "finished" and bool(run.path),
    }


def _name_filters(run: ExportRun) -> list[tuple[str, Any]]:
    """Return the filter of a run in the words of its form. A dossier's claim is shown by itself."""
    return [(_label(name), _show_value(name, value)) for name, value in run.filter.items() if name != "claim"]


def _label(name: str) -> str:
    field = ExportForm.base_fields.get(name)
    return str(field.label) if field else name.replace("_", " ").capitalize()


def _show_value(name: str, value: Any) -> Any:
    try:
        return date_format(date.fromisoformat(value), "j F Y") if name.startswith("published_") else value
    except ValueError:  # a filter of the API: a moment
        return value


def _context(run: ExportRun) -> dict[str, Any]:
    is_open = run.state in OPEN
    is_idle = is_open and run.done == 0 and timezone.now() - run.created_at > IDLE
    claim = Claim.objects.filter(pk=run.filter["claim"]).first() if "claim" in run.filter else None
    return _row(run) | {
        "is_open": is_open,
        "no_worker": is_idle and not is_worker_alive("exports"),
        "is_list": "claim" not in run.filter,
        "claim": claim,
    }
