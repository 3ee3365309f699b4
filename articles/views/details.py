"""An article's details beside the reader: edits, proposals, block roles."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.permissions import has_permission
from articles.forms import DetailsForm
from articles.models import Article, Proposal
from articles.services.copies import dismiss_also_published
from articles.services.details import accept_proposal, dismiss_proposal, edit_details
from articles.services.revisions import set_block_role
from articles.views.articles import source_names
from core.errors import DomainError, NotFound, NotPermitted, Stale
from core.pages.lost_race import Comparison, compare_forms, with_choices


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def article_details(request: HttpRequest, article_id: UUID) -> HttpResponse:
    article = _find(article_id)
    if request.method != "POST":
        return _panel(request, article, DetailsForm.of(article))
    form = DetailsForm.of(article, with_choices(request.POST, DetailsForm.of(article)))
    if not form.is_valid():
        return _panel(request, article, form, status=422)
    try:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        edit_details(
            article_id=article_id,
            person=person_of(request),
            changes=changes,
            now=timezone.now(),
            read=form.values_read(),
        )
    except NotPermitted:
        raise
    except Stale:
        article = _find(article_id)
        race = compare_forms(form, DetailsForm.of(article))
        return _panel(request, article, DetailsForm.of(article, race.data), status=Stale.status, race=race)
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _panel(request, article, form, status=422)
    saved = _find(article_id)
    return _panel(request, saved, DetailsForm.of(saved), said=_("Saved. No import overwrites what you changed."))


@require_POST
@permission_required("article.edit")
def proposal_decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Decide a proposal; `decision` is `accept` or `dismiss`."""
    decide = accept_proposal if request.POST.get("decision") == "accept" else dismiss_proposal
    said = ""
    try:
        decide(proposal_id=proposal_id, person=person_of(request), now=timezone.now())
    except NotPermitted:
        raise
    except DomainError as refusal:
        said = refusal.message
    proposal = get_object_or_404(Proposal, pk=proposal_id)
    article = _find(proposal.article_id)
    return _panel(request, article, DetailsForm.of(article), said=said)


@require_POST
@permission_required("article.edit")
def block_role(request: HttpRequest, article_id: UUID, number: int) -> HttpResponse:
    block = set_block_role(
        article_id=article_id,
        block=number,
        role=request.POST.get("role", ""),
        person=person_of(request),
        now=timezone.now(),
    )
    return JsonResponse({"block": number, "tag": block.tag, "role": block.role, "start": block.start, "end": block.end})


@require_POST
@permission_required("article.edit")
def not_the_same(request: HttpRequest, article_id: UUID, other_id: UUID) -> HttpResponse:
    article = _find(article_id)
    said = _("They count as two sources from now on.")
    try:
        dismiss_also_published(one_id=article_id, other_id=other_id, person=person_of(request))
    except NotFound as refusal:
        said = refusal.message
    return _panel(request, article, DetailsForm.of(article), said=said)


def _panel(
    request: HttpRequest,
    article: Article,
    form: DetailsForm,
    *,
    status: int = 200,
    said: str = "",
    race: Comparison | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "article": article,
        "form": form,
        "proposals": article.proposals.filter(state="open"),
        "others": _also_published(article),
        "can_edit": has_permission(person_of(request), "article.edit"),
        "source_names": source_names,
        "said": said,
        "race": race,
    }
    name = "articles/details.html#panel" if request.headers.get("HX-Request") else "articles/details.html"
    response = render(request, name, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def _also_published(article: Article) -> list[tuple[Article, float]]:
    ones = article.also_published.filter(is_dismissed=False).select_related("other__source")
    others = article.also_published_from.filter(is_dismissed=False).select_related("article__source")
    return [(row.other, row.similarity) for row in ones] + [(row.article, row.similarity) for row in others]


def _find(article_id: UUID) -> Article:
    article: Article | None = Article.objects.for_lists().filter(pk=article_id).first()
    if article is None:
        raise Http404
    return article
