"""List receipts: which site shows which version of a check. Outdated ones are red."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required
from annotations.models import Desk
from core.pages.paging import page_of, parse_time
from publishing.models import Receipt
from publishing.services.receipts import stale_receipts

PAGE_SIZE = 50


@require_safe
@permission_required("desk.read")
def receipt_list(request: HttpRequest) -> HttpResponse:
    stale = stale_receipts(now=timezone.now())
    shown_above = [row.receipt.pk for row in stale]
    receipts = Receipt.objects.exclude(pk__in=shown_above).select_related("fact_check", "reported_by")
    cursor = request.GET.get("cursor", "")
    page = page_of(receipts, key="reported_at", cursor=cursor, size=PAGE_SIZE, parse=parse_time)
    context = {
        "stale": stale,
        "alarm_hours": Desk.objects.values_list("receipt_alarm_hours", flat=True).get(),
        "receipts": page.rows,
        "next_url": f"?cursor={page.next}" if page.next else "",
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
    }
    return render(request, "exports/receipts.html", context)
