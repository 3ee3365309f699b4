"""Settings: the desk's record with its submission policy, and the rating scales."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import permission_required, person_of
from accounts.forms import add_refusal
from accounts.views.common import report
from annotations import presets
from annotations.forms import scale_race
from annotations.forms.scales import DeskForm, RatingFormSet, ScaleForm, rating_rows, ratings_of, scale_values
from annotations.models import Desk, RatingScale
from annotations.services.desk import (
    RatingInput,
    make_scale,
    new_version,
    rating_previews,
    save_scale,
    scale_digest,
    set_scale_active,
    update_desk,
)
from core.errors import DomainError, Stale
from core.pages.lost_race import compare_forms, with_choices


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("desk.manage")
def desk_settings(request: HttpRequest) -> HttpResponse:
    desk = Desk.objects.select_related("default_scale").get()
    form = DeskForm.of(desk, with_choices(request.POST, DeskForm.of(desk)) if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            update_desk(
                person=person_of(request), expected=form.cleaned_data["edit_number"], **form.fields_of_the_desk()
            )
        except Stale:
            now = Desk.objects.select_related("default_scale").get()
            race = compare_forms(form, DeskForm.of(now))
            context = {"form": DeskForm.of(now, race.data), "race": race}
            return render(request, "settings/desk.html", context, status=Stale.status)
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. What is published from now on carries it."))
            return redirect("annotations:desk_settings")
    return render(request, "settings/desk.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("scale.manage")
def rating_scales(request: HttpRequest) -> HttpResponse:
    """List the scales; POST creates a scale from a preset."""
    if request.method == "POST":
        name, description, ratings = presets.SCALES.get(request.POST.get("preset", ""), _BLANK)
        given = request.POST.get("name", "").strip() or name
        steps = [_read_input(step) for step in ratings]
        try:
            scale = make_scale(
                person=person_of(request),
                name=given,
                description=description,
                ratings=steps,
                is_free_text=request.POST.get("preset") == presets.FREE_TEXT,
            )
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(
                request, _("“{scale}” was added. It can be edited until a verdict uses it.").format(scale=scale)
            )
            return redirect("annotations:rating_scale", scale_id=scale.pk)
    scales = RatingScale.objects.prefetch_related("ratings").order_by("-is_active", "name", "-version", "pk")
    return render(
        request, "settings/scales.html", {"scales": scales, "presets": presets.SCALES, "desk": Desk.objects.get()}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("scale.manage")
def rating_scale(request: HttpRequest, scale_id: UUID) -> HttpResponse:
    """Show one scale and its ClaimReview ratings; a form until a verdict uses it."""
    scale = get_object_or_404(RatingScale, pk=scale_id)
    data = scale_race.with_choices(request.POST, scale) if request.method == "POST" else None
    form = ScaleForm(data, initial=scale_values(scale) | {"read": scale_digest(scale)})
    rows = RatingFormSet(data, initial=rating_rows(scale), prefix=scale_race.RATINGS)
    if data is None or not form.is_valid() or not rows.is_valid():
        has_errors = data is not None and bool(form.errors or any(rows.errors))
        return _show_scale(request, scale, form, rows, status=422 if has_errors else 200)
    try:
        save_scale(person=person_of(request), scale_id=scale.pk, ratings=ratings_of(rows), **form.cleaned_data)
    except Stale:
        race = scale_race.after_lost_race(data, rows, RatingScale.objects.get(pk=scale.pk))
        return _show_scale(request, scale, race.form, race.rows, race=race, status=Stale.status)
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return _show_scale(request, scale, form, rows, status=422)
    messages.success(request, _("Saved."))
    return redirect("annotations:rating_scale", scale_id=scale.pk)


def _show_scale(
    request: HttpRequest, scale: RatingScale, form: ScaleForm, rows: Any, *, race: Any = None, status: int
) -> HttpResponse:
    context = {
        "race": race,
        "scale": scale,
        "form": form,
        "rows": rows,
        "previews": rating_previews(scale),
        "desk": Desk.objects.get(),
        "versions": RatingScale.objects.filter(key=scale.key).order_by("-version"),
    }
    return render(request, "settings/scale.html", context, status=status)


@require_POST
@permission_required("scale.manage")
def rating_scale_version(request: HttpRequest, scale_id: UUID) -> HttpResponse:
    try:
        following = new_version(person=person_of(request), scale_id=scale_id)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("annotations:rating_scale", scale_id=scale_id)
    messages.success(
        request, _("Version {version} is a copy. Edit it, then offer it to authors.").format(version=following.version)
    )
    return redirect("annotations:rating_scale", scale_id=following.pk)


@require_POST
@permission_required("scale.manage")
def rating_scale_active(request: HttpRequest, scale_id: UUID) -> HttpResponse:
    def act() -> str:
        wanted = request.POST.get("is_active") == "1"
        scale = set_scale_active(person=person_of(request), scale_id=scale_id, is_active=wanted)
        words = _("Authors can choose from “{scale}”.") if wanted else _("Authors no longer choose from “{scale}”.")
        return words.format(scale=scale)

    report(request, act)
    return redirect("annotations:rating_scale", scale_id=scale_id)


def _read_input(step: presets.RatingPreset) -> RatingInput:
    value = None if step.value is None else Decimal(step.value)
    return RatingInput(
        label=step.label,
        rating_class=step.rating_class,
        definition=step.definition,
        value=value,
        colour=step.colour,
        icon=step.icon,
    )


_BLANK = (
    gettext_noop("New scale"),
    "",
    [
        presets.RatingPreset("True", "true", None, "#1b7340", "check", ""),
        presets.RatingPreset("False", "false", None, "#b3261e", "cross", ""),
    ],
)
