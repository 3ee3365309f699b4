"""Views of sources."""

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
from core.errors import DomainError, NotPermitted

MOST_SHOWN = 500


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def source_list(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


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
    asked = request.GET.get("q", "").strip()
    context = {
        "source": source,
        "into": into,
        "move": preview_merge(source=source, into=into) if into else None,
        "candidates": [] if into else merge_candidates(source=source, words=asked),
        "q": asked,
        "refusal": refusal,
    }
    return render(request, "sources/merge.html", context, status=409 if refusal else 200)


def _chosen(request: HttpRequest, source: Source) -> Source | None:
    given = request.POST.get("into") or request.GET.get("into")
    try:
        others = Source.objects.standing().exclude(pk=source.pk)
        return others.filter(pk=UUID(given)).first() if given else None
    except ValueError:
        return None


def _edit(request: HttpRequest, source: Source | None) -> HttpResponse:
    if request.method != "POST":
        return _show(request, SourceForm.of(source) if source else SourceForm(), source)
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _show(request, form, source, status=422)
    try:
        saved = save_source(person=person_of(request), source=source, **form.cleaned_data)
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show(request, form, source, status=422)
    messages.success(request, _("“{saved}” is saved.").format(saved=saved))
    return HttpResponseRedirect(reverse("source_list"))


def _show(request: HttpRequest, form: SourceForm, source: Source | None, *, status: int = 200) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    sources = Source.objects.with_counts()
    if asked:
        sources = sources.filter(name__icontains=asked)
    context = {
        "sources": sources[:MOST_SHOWN],
        "source": source,
        "form": form,
        "q": asked,
        "can_edit": has_permission(person_of(request), "source.edit"),
        "can_merge": has_permission(person_of(request), "source.merge"),
    }
    return render(request, "sources/edit.html" if source else "sources/list.html", context, status=status)
