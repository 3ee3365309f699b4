"""Views of sources."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.permissions import has_permission
from articles.forms import SourceForm
from articles.models import Source
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
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise Http404
    return _edit(request, source)


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
    }
    return render(request, "sources/edit.html" if source else "sources/list.html", context, status=status)
