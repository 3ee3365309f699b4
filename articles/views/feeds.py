"""Views of watched feeds."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.permissions import has_permission
from articles.forms import FeedForm, interval_words
from articles.models import FeedWatch
from articles.services.feeds import edit_feed, pause_feed, resume_feed, unwatch_feed, watch_feed
from articles.views.articles import source_names
from core.errors import DomainError, NotPermitted


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.read")
def feed_list(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, FeedForm())
    feed, form = _given(request, watch_feed)
    if feed is None:
        return _show(request, form, status=422)
    messages.success(request, _("{feed} is watched. Its articles appear within a minute or two.").format(feed=feed))
    return HttpResponseRedirect(reverse("feed_list"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("article.import")
def feed_edit(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    feed = get_object_or_404(FeedWatch.objects.select_related("source"), pk=feed_id)
    if request.method != "POST":
        return _show_one(request, FeedForm.of(feed), feed)
    saved, form = _given(request, edit_feed, feed)
    if saved is None:
        return _show_one(request, form, feed, status=422)
    messages.success(request, _("{feed} is saved.").format(feed=saved))
    return HttpResponseRedirect(reverse("feed_list"))


@require_POST
@permission_required("article.import")
def feed_pause(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    try:
        feed = pause_feed(person=person_of(request), feed_id=feed_id)
        messages.success(request, _("{feed} is paused: nothing is fetched until you resume it.").format(feed=feed))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("feed_list"))


@require_POST
@permission_required("article.import")
def feed_resume(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    try:
        feed = resume_feed(person=person_of(request), feed_id=feed_id, now=timezone.now())
        messages.success(request, _("{feed} is watched again. It is fetched within a minute.").format(feed=feed))
    except DomainError as refusal:
        messages.error(request, refusal.message)
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


def _given(
    request: HttpRequest, save: Callable[..., FeedWatch], feed: FeedWatch | None = None
) -> tuple[FeedWatch | None, FeedForm]:
    """Return the saved feed; None if it was refused, the form then says why."""
    form = FeedForm(request.POST)
    if feed:
        form.keep_interval(feed)
    if not form.is_valid():
        return None, form
    which = {"feed_id": feed.pk} if feed else {}
    try:
        return save(person=person_of(request), now=timezone.now(), **which, **form.cleaned_data), form
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return None, form


def _show_one(request: HttpRequest, form: FeedForm, feed: FeedWatch, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "feed": feed, "source_names": source_names}
    return render(request, "imports/feed.html", context, status=status)


def _show(request: HttpRequest, form: FeedForm, *, status: int = 200) -> HttpResponse:
    context = {
        "feeds": [(feed, interval_words(feed.every_minutes)) for feed in FeedWatch.objects.select_related("source")],
        "now": timezone.now(),
        "form": form,
        "can_import": has_permission(person_of(request), "article.import"),
        "source_names": source_names,
    }
    return render(request, "imports/feeds.html", context, status=status)
