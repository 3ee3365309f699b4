"""Show an import's effect on claims; apply it or leave it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import permission_required, person_of
from accounts.permissions import has_permission
from annotations.errors import InvalidInput, NotFound
from annotations.services.changes.import_effects import ArticleEffect, effects_made, effects_of
from articles.models import ImportItem, ImportRun
from articles.services.holding import apply_held, held_entries, leave_held, newest_numbers
from articles.tasks import process_import
from core.errors import DomainError
from core.queueing import hand_over

SHOWN = 20  # a decision covers the page alone; the next page follows it


@never_cache
@require_safe
@permission_required("desk.read")
def effects(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _find_run(run_id)
    held = run.items.filter(state=ImportItem.State.HELD).select_related("raw", "article").order_by("position", "pk")
    context = _load_made(run) | {
        "rows": _make_rows(run, list(held[:SHOWN])),
        "total": held.count(),
        "may_decide": run.state == ImportRun.State.HELD and has_permission(person_of(request), "article.import"),
    }
    return render(request, "imports/effects.html", context)


@never_cache
@require_safe
@permission_required("desk.read")
def made(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Return the fragment for the import's own page that tells its effects."""
    return render(request, "imports/effects.html#made", _load_made(_find_run(run_id)))


@require_POST
@permission_required("article.import")
def apply(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _decide(request, run_id, apply_held)
    if run is None:
        return redirect("annotations:import_effects", run_id=run_id)
    # After the service: the task must find the decision committed.
    hand_over(process_import, run.pk)
    messages.success(request, gettext("Applied. What it changed about claims is listed here once it is written."))
    return redirect("import_detail", run_id=run_id)


@require_POST
@permission_required("article.import")
def leave(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run = _decide(request, run_id, leave_held)
    if run is not None:
        messages.success(request, gettext("Left as it is. Nothing of the new version was stored."))
    if run is None or run.state == ImportRun.State.HELD:
        return redirect("annotations:import_effects", run_id=run_id)
    return redirect("import_detail", run_id=run_id)


def _decide(request: HttpRequest, run_id: UUID, decision: Callable[..., ImportRun]) -> ImportRun | None:
    """Apply or leave the items; return the run, None where it was refused.

    Side effect: a message tells the person why.
    """
    try:
        return decision(run_id=run_id, person=person_of(request), seen=_parse_seen(request), now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return None


def _parse_seen(request: HttpRequest) -> dict[int, int]:
    """Parse `item=12:3`: item 12, shown when its article had 3 revisions."""
    seen = {}
    for value in request.POST.getlist("item"):
        item, _, number = value.partition(":")
        if not (item.isdecimal() and number.isdecimal()):
            raise InvalidInput(gettext("This page is out of date. Nothing was changed: look at it again."))
        seen[int(item)] = int(number)
    return seen


def _make_rows(run: ImportRun, items: list[ImportItem]) -> list[dict[str, Any]]:
    """Return each held item with its effect.

    None where no claim uses the article any more, or its bytes cannot be read.
    """
    numbers = newest_numbers(items)
    texts = {item.pk: parsed.canonical.text for item, parsed in held_entries(run=run, items=items)}
    rows = []
    for item in items:
        found: list[ArticleEffect] = []
        if item.pk in texts and item.article_id:
            # One by one: two items of the page may be versions of the same article.
            found = effects_of([(item.article_id, texts[item.pk])])
        # Sent back with the decision: it is refused where the article got another revision meanwhile.
        key = f"{item.pk}:{numbers.get(item.article_id, 0) if item.article_id else 0}"
        rows.append({"item": item, "key": key, "effect": found[0] if found else None})
    return rows


def _load_made(run: ImportRun) -> dict[str, Any]:
    return {"run": run, "made": effects_made(run=run), "is_held": run.state == ImportRun.State.HELD}


def _find_run(run_id: UUID) -> ImportRun:
    run = ImportRun.objects.for_lists().filter(pk=run_id).first()
    if not isinstance(run, ImportRun):
        raise NotFound(gettext("There is no such import."))
    return run
