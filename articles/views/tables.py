"""Choose the columns of an imported table, with its first rows in sight."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.decorators import permission_required, person_of
from articles.services.previews import columns_of, import_with_columns
from articles.views.imports import find_run, hand_over_run
from core.errors import DomainError, NotFound, NotPermitted

FIELDS = [
    ("", gettext_lazy("Not imported")),
    ("title", gettext_lazy("Headline")),
    ("text", gettext_lazy("Text")),
    ("html", gettext_lazy("Text as HTML")),
    ("content", gettext_lazy("Text or HTML")),
    ("url", gettext_lazy("Address")),
    ("external_id", gettext_lazy("Identifier")),
    ("published_at", gettext_lazy("Published")),
    ("byline", gettext_lazy("Byline")),
    ("language", gettext_lazy("Language")),
    ("source", gettext_lazy("Source")),
    ("source_domain", gettext_lazy("Domain of the source")),
    ("origin", gettext_lazy("Origin")),
]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("article.import")
def import_columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    run, refusal = find_run(run_id), ""
    columns = columns_of(run)
    chosen = {column.name: column.field for column in columns}
    if request.method == "POST":
        known = {field for field, _ in FIELDS}
        given = {column.name: request.POST.get(f"column-{at}", "") for at, column in enumerate(columns)}
        chosen = {name: field if field in known else "" for name, field in given.items()}
        try:
            again = import_with_columns(person=person_of(request), run_id=run.pk, columns=chosen, now=timezone.now())
            return HttpResponseRedirect(hand_over_run(again))
        # No mistakes in the form: the middleware answers them with a page of their own.
        except (NotPermitted, NotFound):
            raise
        except DomainError as error:
            refusal = error.message
    rows = [(column, chosen[column.name]) for column in columns]
    context = {"run": run, "rows": rows, "fields": FIELDS, "refusal": refusal}
    return render(request, "imports/columns.html", context, status=422 if refusal else 200)
