"""Views of watched feeds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.permissions import has_permission
from articles.forms import FeedForm
from articles.models import FeedWatch
from articles.services.feeds import unwatch_feed, watch_feed
from articles.views.articles import source_names
from core.errors import DomainError, NotPermitted


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def feed_list(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, FeedForm())
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = form.cleaned_data
    try:
        feed = watch_feed(
            person=person_of(request),
            url=given["url"],
            every_minutes=given["every_minutes"],
            source=given["source"],
            now=timezone.now(),
        )
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show(request, form, status=422)
    messages.success(request, _("{url} is watched. Its articles appear within a minute or two.").format(url=feed.url))
    return HttpResponseRedirect(reverse("feed_list"))


@require_POST
@permission_required("article.import")
def feed_stop(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    try:
        unwatch_feed(person=person_of(request), feed_id=feed_id)
        messages.success(request, _("The feed is not watched any more. Its articles stay."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("feed_list"))


def _show(request: HttpRequest, form: FeedForm, *, status: int = 200) -> HttpResponse:
    context = {
        "feeds": FeedWatch.objects.select_related("source", "created_by"),
        "form": form,
        "can_import": has_permission(person_of(request), "article.import"),
        "source_names": source_names,
    }
    return render(request, "imports/feeds.html", context, status=status)
