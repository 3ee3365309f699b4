"""A person's notifications."""

from itertools import groupby
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from annotations.models import Notification
from annotations.services.notifications import mark_read, unread_count

SHOWN = 100


@require_safe
@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    person = cast("User", request.user)
    shown = Notification.objects.filter(person=person).select_related("claim").order_by("-created_at", "-pk")[:SHOWN]
    days = [(day, list(found)) for day, found in groupby(shown, key=lambda one: timezone.localdate(one.created_at))]
    return render(request, "notifications/list.html", {"days": days, "unread": unread_count(person)})


# POST, because it writes: browsers fetch links ahead, and would mark them all as read.
@require_POST
@login_required
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Mark a notification as read and redirect to its subject."""
    person = cast("User", request.user)
    found = get_object_or_404(Notification, pk=notification_id, person=person)
    mark_read(person=person, notification_id=found.pk, now=timezone.now())
    return redirect(found.url or "board:notifications")


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    count = mark_read(person=cast("User", request.user), now=timezone.now())
    messages.success(request, _("{count} marked as read.").format(count=count))
    return redirect("board:notifications")
