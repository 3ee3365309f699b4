"""Views of import runs."""

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.permissions import has_permission
from accounts.views.list_filters import saved_or_redirect
from articles.cells import defuse, defuse_inside
from articles.forms import ImportForm
from articles.import_filters import chosen_filters, narrow_runs, run_address, run_chips
from articles.links import effects_url, reader_url
from articles.models import ImportItem, ImportRun
from articles.progress import Progress, progress_of
from articles.services.copies import similar_articles
from articles.services.previews import has_tables
from articles.services.processing import process_run
from articles.services.revisions import extract_again
from articles.services.runs import IncomingFile, PastedText, cancel_import, retry_failed, start_import
from articles.tasks import announce_pending, process_import
from articles.views.articles import list_context
from core.errors import DomainError, NotPermitted
from core.fetching import fetch
from core.heartbeat import is_worker_alive
from core.http import large_body
from core.pages.paging import page_of, parse_time
from core.queueing import hand_over

PAGE_SIZE = 25
ITEMS_SHOWN = 200
# A pasted text is stored while the person waits, so that it opens at once.
_INLINE_SECONDS = 10.0


@large_body
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("article.import")
def import_start(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":  # where a browser asks for the address of a form again
        return HttpResponseRedirect(reverse("article_list") + "?import=1#import-box")
    form = ImportForm(request.POST, request.FILES, prefix="import")
    if not form.is_valid():
        return _refused(request, form)
    alike = _resembled(request, form.cleaned_data)
    if alike:
        return render(request, "imports/resembles.html", {"form": form, "alike": alike})
    try:
        run = start_import(person=person_of(request), now=timezone.now(), **_arguments(form.cleaned_data, request))
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _refused(request, form)
    return HttpResponseRedirect(_work_now(run) if _is_text_alone(form.cleaned_data) else hand_over_run(run))


@require_safe
@permission_required("desk.read")
def import_list(request: HttpRequest) -> HttpResponse:
    saved, elsewhere = saved_or_redirect(request, "imports")
    if elsewhere:
        return elsewhere
    chosen = chosen_filters(request.GET)
    runs = narrow_runs(ImportRun.objects.for_lists(), chosen, person_of(request))
    cursor = request.GET.get("cursor", "")
    page = page_of(runs, key="created_at", cursor=cursor, size=PAGE_SIZE, parse=parse_time)
    context = {
        "runs": page.rows,
        "next_url": run_address(chosen, cursor=page.next) if page.next else "",
        "previous_url": run_address(chosen, cursor=page.previous) if page.previous else "",
        "quick": run_chips(chosen),
        "is_narrowed": bool(chosen),
        "saved_query": saved,
    }
    return render(request, "imports/list.html", context)


@require_safe
@permission_required("desk.read")
def import_detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = find_run(run_id)
    state = request.GET.get("state", "")
    items = run.items.select_related("article").order_by("position", "pk")
    if state in ImportItem.State.values:
        items = items.filter(state=state)
    context = _progress_context(run) | {
        "items": items[:ITEMS_SHOWN],
        "items_shown": ITEMS_SHOWN,
        "state": state,
        "effects_url": effects_url(run.pk),
        "has_tables": has_tables(run),
        "can_import": has_permission(person_of(request), "article.import"),
    }
    return render(request, "imports/detail.html", context)


@never_cache
@require_safe
@permission_required("desk.read")
def import_progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Answer the progress bar's poll. A finished run redirects to its article or shows its outcomes."""
    run = find_run(run_id)
    context = _progress_context(run)
    response = render(request, "imports/detail.html#progress", context)
    if not context["progress"].is_open:
        response["HX-Redirect"] = _where_it_ended(run)
    return response


@require_POST
@permission_required("article.import")
def import_cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    try:
        cancel_import(run_id=run_id, person=person_of(request), now=timezone.now())
        messages.success(request, _("The import is cancelled. What was stored before stays."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("import_detail", args=[run_id]))


@require_POST
@permission_required("article.import")
def import_retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    try:
        run = retry_failed(run_id=run_id, person=person_of(request), now=timezone.now())
        hand_over(process_import, run.pk)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("import_detail", args=[run_id]))


@require_POST
@permission_required("article.import")
def import_again(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Extract the text from the stored original again."""
    try:
        run = extract_again(person=person_of(request), article_id=article_id, now=timezone.now())
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(reader_url(article_id))
    where = _work_now(run)
    run.refresh_from_db()
    if run.unchanged:
        messages.success(request, _("Read again: the text is the same as before. Nothing was changed."))
    return HttpResponseRedirect(where)


@require_safe
@permission_required("desk.read")
def import_errors(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Download the failed items as CSV with defused cells."""
    run = find_run(run_id)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([_("Position"), _("Item"), _("Code"), _("Reason")])
    failed = run.items.filter(state=ImportItem.State.FAILED).order_by("position", "pk")
    for position, *cells in failed.values_list("position", "name", "code", "detail").iterator():
        writer.writerow([position, *(defuse_inside(defuse(cell)) for cell in cells)])
    response = HttpResponse(table.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-errors.csv"'
    return response


def _refused(request: HttpRequest, form: ImportForm) -> HttpResponse:
    return render(
        request, "articles/list.html", list_context(request, form) | {"nav_path": reverse("article_list")}, status=422
    )


def _resembled(request: HttpRequest, given: dict[str, Any]) -> list[tuple[Any, float]]:
    """Return articles that a pasted text resembles, unless the person was asked before."""
    if not _is_text_alone(given) or "version_of" in request.POST:
        return []
    return similar_articles(given["text"])


def _version_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("version_of", ""))
    except ValueError:
        return None


def _arguments(given: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    return {
        "files": [IncomingFile(file.name, file, file.content_type or "") for file in given["files"]],
        "urls": given["urls"],
        "pasted": PastedText(given["text"], article_id=_version_of(request)) if given["text"].strip() else None,
        "source": given["source"],
        "options": {"shows_first": True} if given["shows_first"] else {},
    }


def _is_text_alone(given: dict[str, Any]) -> bool:
    return bool(given["text"].strip()) and not given["files"] and not given["urls"]


def _work_now(run: ImportRun) -> str:
    """Return the address to show next: the reader, or the run if the text was refused."""
    is_open = process_run(
        run_id=run.pk, fetch=fetch, clock=timezone.now, report=announce_pending, budget_seconds=_INLINE_SECONDS
    )
    if is_open:
        return hand_over_run(run)
    run.refresh_from_db()
    return _where_it_ended(run)


def _where_it_ended(run: ImportRun) -> str:
    """Return the address after a run: the article, the decision it waits for, or its outcomes."""
    if run.state == ImportRun.State.HELD:
        return effects_url(run.pk)
    was_approved = run.items.filter(locator__has_key="approved_after").exists()
    alone = None if was_approved else _only_article(run)
    return reader_url(alone) if alone else reverse("import_detail", args=[run.pk])


def hand_over_run(run: ImportRun) -> str:
    hand_over(process_import, run.pk, times=min(run.items.count(), 2))
    run.refresh_from_db()  # a quick worker may be done with it
    return effects_url(run.pk) if run.state == ImportRun.State.HELD else reverse("import_detail", args=[run.pk])


def _only_article(run: ImportRun) -> UUID | None:
    """Return the article of a run with one item, which opens in the reader."""
    items = list(run.items.values_list("article", flat=True)[:2])
    return items[0] if len(items) == 1 else None


def _progress_context(run: ImportRun) -> dict[str, Any]:
    progress: Progress = progress_of(run, timezone.now())
    return {"run": run, "progress": progress, "no_worker": progress.is_idle and not is_worker_alive("imports")}


def find_run(run_id: UUID) -> ImportRun:
    run: ImportRun | None = ImportRun.objects.for_lists().filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run
