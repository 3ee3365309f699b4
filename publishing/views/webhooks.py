"""Settings: webhook endpoints, their deliveries and the answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.views.common import render_secret, report
from core.errors import DomainError, NotPermitted
from core.pages.paging import page_of, parse_time
from publishing.events import EVENTS
from publishing.forms import EndpointForm, RangeForm
from publishing.models import Delivery, EndpointHealth, WebhookEndpoint
from publishing.tasks import wake_outbox
from publishing.webhooks import endpoints as webhooks_service
from publishing.webhooks import replays
from publishing.webhooks.endpoints import Made
from publishing.webhooks.retries import OPENS_AFTER, is_paused

PAGE_SIZE = 50
# Retries that wait longer are shown when the person loads the page again.
_SOON = timedelta(seconds=10)
_manager = permission_required("webhook.manage")


@require_http_methods(["GET", "HEAD", "POST"])
@_manager
def webhooks(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show_list(request, EndpointForm())
    form = EndpointForm(request.POST)
    if not form.is_valid():
        return _show_list(request, form, status=422)
    try:
        made = webhooks_service.create_endpoint(person=person_of(request), now=timezone.now(), **form.cleaned_data)
    # Who may not do it at all gets the page for 403, not a form to try again.
    except NotPermitted:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _show_list(request, form, status=422)
    # No redirect: the secret is shown once, and no later page can know it. Where it is, the test can be sent.
    return _show_endpoint(request, made.endpoint, made=made)


@require_http_methods(["GET", "HEAD", "POST"])
@_manager
def webhook(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Show one endpoint with its deliveries; POST changes it."""
    endpoint = _find_endpoint(endpoint_id)
    if request.method != "POST":
        return _show_endpoint(request, endpoint)
    form = EndpointForm(request.POST)
    if form.is_valid():
        try:
            webhooks_service.update_endpoint(person=person_of(request), endpoint_id=endpoint_id, **form.cleaned_data)
        except NotPermitted:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return _back_to_endpoint(endpoint_id)
    return _show_endpoint(request, endpoint, form=form, status=422)


@require_POST
@_manager
def switch(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    is_on = request.POST.get("to") == "on"

    def act() -> str:
        webhooks_service.update_endpoint(person=person_of(request), endpoint_id=endpoint_id, is_active=is_on)
        return _("Switched on. It gets the next change; replay what it missed.") if is_on else _("Switched off.")

    report(request, act)
    return _back_to_endpoint(endpoint_id)


@require_POST
@_manager
def delete(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    def act() -> str:
        webhooks_service.delete_endpoint(person=person_of(request), endpoint_id=endpoint_id)
        return _("The endpoint and its deliveries are deleted.")

    report(request, act)
    return HttpResponseRedirect(reverse("publishing:webhooks"))


@require_POST
@_manager
def rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    made = webhooks_service.rotate_secret(person=person_of(request), endpoint_id=endpoint_id, now=timezone.now())
    return _show_endpoint(request, made.endpoint, made=made)


@require_POST
@_manager
def test(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    def act() -> str:
        replays.send_test(person=person_of(request), endpoint_id=endpoint_id, now=timezone.now())
        # Else it waits for the next beat, and the person looks at an empty list.
        wake_outbox()
        return _("A test event is on its way; its answer appears below.")

    report(request, act)
    return _back_to_endpoint(endpoint_id)


@require_POST
@_manager
def replay_range(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    form = RangeForm(request.POST)
    if not form.is_valid():
        return _show_endpoint(request, _find_endpoint(endpoint_id), range_form=form, status=422)

    def act() -> str:
        count = replays.replay_range(
            person=person_of(request), endpoint_id=endpoint_id, now=timezone.now(), **form.cleaned_data
        )
        wake_outbox()
        return (
            ngettext(
                "{count:,} delivery is on its way again.", "{count:,} deliveries are on their way again.", count
            ).format(count=count)
            if count
            else _("Nothing was sent in that time.")
        )

    report(request, act)
    return _back_to_endpoint(endpoint_id)


@require_safe
@_manager
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    found = Delivery.objects.select_related("endpoint", "replay_of").filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    attempts = found.attempts.order_by("-pk")
    context = {"delivery": found, "attempts": attempts, "is_moving": _is_moving(found)}
    return render(request, "webhooks/delivery.html", context)


@require_POST
@_manager
def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    target = reverse("publishing:delivery", args=[delivery_id])
    try:
        copy = replays.replay(person=person_of(request), delivery_id=delivery_id, now=timezone.now())
    except NotPermitted:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        wake_outbox()
        messages.success(request, _("The same message is on its way once more."))
        target = reverse("publishing:delivery", args=[copy.pk])
    return HttpResponseRedirect(target)


def _show_list(request: HttpRequest, form: EndpointForm, *, status: int = 200) -> HttpResponse:
    pending, failed = Q(deliveries__state="pending"), Q(deliveries__state="failed")
    endpoints = (
        WebhookEndpoint.objects.select_related("health")
        .annotate(waiting=Count("deliveries", filter=pending), failed=Count("deliveries", filter=failed))
        .order_by("-created_at", "pk")
    )
    context = {
        "endpoints": endpoints,
        "form": form,
        "events": EVENTS,
        "chosen": form["events"].value() or [],
        "now": timezone.now(),
    }
    return render(request, "webhooks/list.html", context, status=status)


def _show_endpoint(
    request: HttpRequest,
    endpoint: WebhookEndpoint,
    *,
    form: EndpointForm | None = None,
    range_form: RangeForm | None = None,
    made: Made | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = Delivery.objects.filter(endpoint=endpoint).prefetch_related("attempts")
    cursor = request.GET.get("cursor", "")
    page = page_of(rows, key="created_at", cursor=cursor, size=PAGE_SIZE, parse=parse_time)
    form = form or EndpointForm(initial={name: getattr(endpoint, name) for name in ("url", "description", "events")})
    health = EndpointHealth.objects.filter(endpoint=endpoint, failures__gte=OPENS_AFTER).first()
    context: dict[str, Any] = {
        "endpoint": endpoint,
        "health": health,
        "paused_until": health.paused_until if health and is_paused(health.paused_until, now=timezone.now()) else None,
        "waiting": Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.PENDING).count() if health else 0,
        "form": form,
        "range_form": range_form or _last_day(timezone.now()),
        "made": made,
        "events": EVENTS,
        "chosen": form["events"].value() or [],
        "is_moving": any(_is_moving(one) for one in page.rows),
        "rows": [(one, list(one.attempts.all())[-1:]) for one in page.rows],
        "next_url": f"?cursor={page.next}" if page.next else "",
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
    }
    return render_secret(request, "webhooks/endpoint.html", context, status=status)


def _last_day(now: datetime) -> RangeForm:
    """Return the form for the last day, up to the end of this minute: the fields have no seconds."""
    until = timezone.localtime(now + timedelta(minutes=1))
    return RangeForm(initial={"since": timezone.localtime(now - timedelta(days=1)), "until": until})


def _is_moving(delivery: Delivery) -> bool:
    """Return whether an answer is due within seconds, so that the page polls for it."""
    return delivery.state == Delivery.State.PENDING and delivery.next_at <= timezone.now() + _SOON


def _find_endpoint(endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise Http404
    return endpoint


def _back_to_endpoint(endpoint_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("publishing:webhook", args=[endpoint_id]))
