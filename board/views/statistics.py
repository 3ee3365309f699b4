"""Statistics: charts with the table behind each and its CSV."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import permission_required
from board.services.statistics import PERIODS, headline_figures, may_be_old, statistics_table, statistics_tables
from publishing.formats.tabular import csv_stream


@require_safe
@permission_required("desk.read")
def statistics(request: HttpRequest) -> HttpResponse:
    days = _parse_days(request)
    tables = statistics_tables(now=timezone.now(), days=days)
    counted = [table for table in tables if not table.is_empty]
    charts = [table for table in counted if table.has_chart]
    context = {
        "charts": charts,
        "figures": headline_figures(tables) if counted else [],
        "sentences": [table for table in counted if not table.has_chart],
        "nothing": [table for table in tables if table.is_empty],
        "data": [table.data for table in charts],
        "days": days,
        "periods": PERIODS,
        "may_be_old": may_be_old(tables),
    }
    return render(request, "statistics.html", context)


@require_safe
@permission_required("desk.read")
def statistics_csv(request: HttpRequest, key: str) -> HttpResponse:
    days = _parse_days(request)
    table = statistics_table(key, now=timezone.now(), days=days)
    if table is None:
        raise Http404(_("There is no such table."))
    response = HttpResponse(b"".join(csv_stream(table.columns, table.rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table.key}-{days}-days.csv"'
    return response


def _parse_days(request: HttpRequest) -> int:
    """Return the chosen period; an unknown one is the default, which the page names."""
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in PERIODS else 90
