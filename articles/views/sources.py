"""Views of sources."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.permissions import has_permission
from articles.forms import SourceForm
from articles.models import Source
from articles.services.source_merging import merge_candidates, merge_sources, preview_merge
from articles.services.sources import save_source
from core.errors import DomainError, NotPermitted, Stale
from core.pages.lost_race import Comparison, compare_forms, with_choices
from core.pages.paging import page_of

PAGE_SIZE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def source_list(request: HttpRequest) -> HttpResponse:
    """List the sources; POST adds one."""
    if request.method != "POST":
        return _show_list(request, SourceForm())
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _show_list(request, form, status=422)
    try:
        saved = save_source(person=person_of(request), **form.cleaned_data)
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show_list(request, form, status=422)
    return _report_saved(request, saved)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def source_edit(request: HttpRequest, source_id: UUID) -> HttpResponse:
    source = get_object_or_404(Source, pk=source_id)
    # What somebody typed meanwhile is refused in words, and stays in the form.
    if source.merged_into_id and request.method != "POST":
        return redirect("source_edit", source_id=source.merged_into_id)
    return _edit(request, source)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("source.merge")
def source_merge(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Choose the other source, see what moves, merge."""
    source = get_object_or_404(Source, pk=source_id)
    if source.merged_into_id and request.method != "POST":
        return redirect("source_edit", source_id=source.merged_into_id)
    refusal = ""
    into = _chosen(request, source)
    if request.method == "POST" and into:
        try:
            into = merge_sources(person=person_of(request), source_id=source.pk, into_id=into.pk, now=timezone.now())
        except NotPermitted:
            raise
        except DomainError as error:
            refusal = error.message
        else:
            messages.success(request, _("“{source}” was merged into “{into}”.").format(source=source, into=into))
            return redirect("source_edit", source_id=into.pk)
    elif request.method == "POST":
        refusal = _("The other source was merged or does not exist any more. Nothing was changed; choose another one.")
    source = Source.objects.select_related("merged_into").get(pk=source.pk)
    move = preview_merge(source=source, into=into) if into else None
    asked = request.GET.get("q", "").strip()
    context = {
        "source": source,
        "into": into,
        "move": move,
        "is_possible": not refusal,
        "candidates": [] if into else merge_candidates(source=source, words=asked),
        "q": asked,
        # Two articles of one id: the page lists them all, with what to do.
        "refusal": "" if move and move.clashes else refusal,
    }
    return render(request, "sources/merge.html", context, status=409 if refusal else 200)


def _chosen(request: HttpRequest, source: Source) -> Source | None:
    given = request.POST.get("into") or request.GET.get("into")
    try:
        others = Source.objects.standing().exclude(pk=source.pk)
        return others.filter(pk=UUID(given)).first() if given else None
    except ValueError:
        return None


def _edit(request: HttpRequest, source: Source) -> HttpResponse:
    if request.method != "POST":
        return _show_one(request, SourceForm.of(source), source)
    form = SourceForm.of(source, with_choices(request.POST, SourceForm.of(source)))
    if not form.is_valid():
        return _show_one(request, form, source, status=422)
    try:
        saved = save_source(person=person_of(request), source=source, **form.cleaned_data)
    except NotPermitted:
        raise
    except Stale:
        now = Source.objects.get(pk=source.pk)
        race = compare_forms(form, SourceForm.of(now))
        return _show_one(request, SourceForm.of(now, race.data), now, race=race, status=Stale.status)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show_one(request, form, source, status=422)
    return _report_saved(request, saved)


def _report_saved(request: HttpRequest, saved: Source) -> HttpResponse:
    messages.success(request, _("“{saved}” is saved.").format(saved=saved))
    return HttpResponseRedirect(reverse("source_list"))


def _show_one(
    request: HttpRequest, form: SourceForm, source: Source, *, race: Comparison | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "source": source,
        "form": form,
        "race": race,
        "can_edit": has_permission(person_of(request), "source.edit"),
        "can_merge": has_permission(person_of(request), "source.merge"),
    }
    return render(request, "sources/edit.html", context, status=status)


def _show_list(request: HttpRequest, form: SourceForm, *, status: int = 200) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    sources = Source.objects.with_counts()
    if asked:
        sources = sources.matching(asked)
    page = page_of(sources, key="name", cursor=request.GET.get("cursor", ""), size=PAGE_SIZE, is_ascending=True)
    urls = {
        f"{side}_url": f"?{urlencode({'q': asked, 'cursor': cursor} if asked else {'cursor': cursor})}"
        if cursor
        else ""
        for side, cursor in (("previous", page.previous), ("next", page.next))
    }
    context = urls | {
        "sources": page.rows,
        "form": form,
        "narrowed": {"q": asked},
        "can_edit": has_permission(person_of(request), "source.edit"),
    }
    return render(request, "sources/list.html", context, status=status)
