"""Filters of exports: what is refused before anything is started, and what the database is asked."""

import pytest
from django.db import connection
from django.utils import timezone

from annotations.errors import InvalidInput
from publishing.exports.filters import where_for
from publishing.exports.runs import start_export
from publishing.models import ExportRun
from publishing.tasks import run_export_task

pytestmark = pytest.mark.django_db
ID = "0190163d-8694-739b-aea5-966c26f8ad91"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("parquet", {}), ("csv", {"colour": "red"}), ("csv", {"published_since": "yesterday"}),
        ("csv", {"published_since": "2026-03-01T09:00:00"}), ("csv", {"article": "no-id"}), ("csv", {"q": "\0"}),
        ("csv", {"q": ["a"]}), ("pdf", {}), ("pdf", {"claim": "x"}),
        ("docx", {"claim": ID}), ("csv", {"claim": "x"}),
        ("claimreview", {"checks": "foreign", "language": {"a": 1}}),
        ("claimreview", {"checks": "foreign", "language": "en\0"}),
        ("csv", {"published_since": "0001-01-01T00:00:00+23:59"}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_starts_nothing(editor, kind, given):
    with pytest.raises(InvalidInput):
        start_export(person=editor, kind=kind, given=given, now=timezone.now())
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("published_until", {"published_since": "2026-03-02", "published_until": "2026-03-01"}),
        ("language", {"language": "English, mostly"}),
        ("claimant", {"claimant": "Nobody"}),
    ],
)
def test_a_refused_export_says_so_beside_the_field(client, editor, field, given):
    client.force_login(editor)
    answer = client.post("/exports/new/", {"kind": "csv"} | given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["q"].value() == given.get("q")
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given", "values"),
    [
        ("csv", {"claimant": f"urn:uuid:{ID}"}, [ID]),
        ("csv", {"published_since": "2026-03-01T09:00:00+23:00"}, ["2026-02-28T10:00:00+00:00"]),
        ("claimreview", {"checks": "foreign", "language": " pt "}, ["pt", "pt-"]),
    ],
)
def test_what_python_reads_is_given_to_the_database_as_it_reads_it(kind, given, values):
    where = where_for(kind, given)
    assert where.params == values
    table = "publishing_foreigncheck fk" if "checks" in given else "publishing_factcheck fc"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where.sql}", where.params)
        assert cursor.fetchone() == (0,)


def test_working_material_comes_whole_whatever_its_hidden_fields_hold(client, editor, monkeypatch):
    monkeypatch.setattr(run_export_task, "delay", lambda _run: None)
    client.force_login(editor)
    hidden = {"language": "English, mostly", "claimant": "Nobody", "published_since": "soon"}
    assert client.post("/exports/new/", {"kind": "working"} | hidden).status_code == 302
    assert ExportRun.objects.get().filter == {}


def test_the_list_names_format_and_filter_and_has_the_file(client, editor):
    client.force_login(editor)
    given = {"q": "bridge", "published_since": "2026-03-02"}
    run = start_export(person=editor, kind="csv", given=given, now=timezone.now())
    start_export(person=editor, kind="working", given={}, now=timezone.now())
    ExportRun.objects.filter(pk=run.pk).update(state="finished", path="exports/a.csv", size=1200)
    page = client.get("/exports/").content.decode()
    assert "CSV: a table for any spreadsheet" in page
    assert "Search words: bridge" in page
    assert "Published from: 2 March 2026" in page
    assert page.count("/file/") == 1


def test_the_filters_of_a_new_export_are_folded_until_one_is_refused(client, editor):
    client.force_login(editor)
    assert '<details class="export-filters">' in client.get("/exports/").content.decode()
    refused = client.post(
        "/exports/new/", {"kind": "csv", "published_since": "2027-01-01", "published_until": "2026-01-01"}
    )
    assert refused.status_code == 422
    assert '<details class="export-filters" open>' in refused.content.decode()
