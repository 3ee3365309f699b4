"""Exports: every kind, filters, leases and crashes, who may see them, downloads that resume."""

import base64
import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from openpyxl import load_workbook

from annotations.errors import InvalidInput, NotFound, WrongState
from core.errors import Gone
from publishing.exports.formats import LISTS
from publishing.exports.runs import (
    cancel_export,
    downloadable,
    find_export,
    start_export,
)
from publishing.exports.worker import LEASE, _Work, open_runs, run_export
from publishing.formats.webannotation_check import check_collection
from publishing.models import Delivery, ExportRun, FactCheck
from publishing.services.retention import clean_up
from publishing.services.withdrawals import suspend_verdict
from publishing.tasks import run_export_task
from tests.annotations import story

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(make_user):
    return make_user("editor", email="editor@desk.example")


def test_a_worker_writes_one_export_at_a_time_and_then_the_next(editor, checks, monkeypatch):
    """Its other threads publish: exports that wait must not take them all."""
    sent: list[str] = []
    monkeypatch.setattr(run_export_task, "delay", sent.append)
    first, second = (start_export(person=editor, kind="csv", given={}, now=timezone.now()) for _ in range(2))

    def run_beside(**given: Any) -> bool:
        run_export_task(str(second.pk))
        second.refresh_from_db()
        assert second.state == "queued", "it waits for the first"
        return run_export(**given)

    monkeypatch.setattr("publishing.tasks.run_export", run_beside)
    run_export_task(str(first.pk))
    first.refresh_from_db()
    assert first.state == "finished"
    assert sent == [str(second.pk)], "handed over by whoever held it up"
    monkeypatch.undo()
    run_export_task(str(second.pk))
    second.refresh_from_db()
    assert second.state == "finished"


@pytest.fixture
def checks(editor, make_user):
    """Two published checks and a suspended one."""
    reviewer = make_user("reviewer")
    story.published(editor, reviewer)
    story.published(editor, reviewer, headline="=HYPERLINK(1)", rating=story.rating("Misleading"), language="de")
    gone = story.published(editor, reviewer, headline="Withdrawn")
    suspend_verdict(person=reviewer, verdict_id=gone.pk, reason="Doubts", now=story.NOW)
    return list(FactCheck.objects.filter(state="published").order_by("published_at", "pk"))


@pytest.fixture
def export(editor):
    def make(kind: str, **given: str) -> bytes:
        run = start_export(person=editor, kind=kind, given=given, now=timezone.now())
        run_export(run_id=run.pk, clock=timezone.now)
        run.refresh_from_db()
        assert (run.state, run.error) == ("finished", "")
        data: bytes = default_storage.open(run.path).read()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (run.size, run.sha256)
        assert run.finished_at
        assert run.expires_at == run.finished_at + timedelta(days=7)
        return data

    return make


def test_jsonl_holds_the_documents(export, checks):
    lines = [json.loads(line) for line in export("jsonl").splitlines()]
    assert lines == [check.document for check in checks]


def test_tables_are_defused_and_whole(export, checks):
    rows = list(csv.reader(io.StringIO(export("csv").decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["id", *(str(check.pk) for check in checks)]
    assert rows[2][rows[0].index("headline")] == "'=HYPERLINK(1)"
    sheet = load_workbook(io.BytesIO(export("xlsx"))).worksheets[0]
    assert [cell.value for cell in sheet["A"]] == [row[0] for row in rows]


def test_claim_reviews_annotations_and_ninjs(export, checks):
    feed = json.loads(export("claimreview"))
    assert [item["item"]["@type"] for item in feed["dataFeedElement"]] == ["ClaimReview", "ClaimReview"]
    collection = json.loads(export("webannotation"))
    items = collection["first"]["items"]
    assert collection["type"] == "AnnotationCollection"
    assert collection["total"] == len(items) == 6  # claim, evidence and verdict of each
    assert {word for item in items for word in _words(item["motivation"])} >= {"highlighting", "linking", "assessing"}
    docs = [json.loads(line) for line in export("ninjs").splitlines()]
    assert [doc["pubStatus"] for doc in docs] == ["usable", "usable"]


def test_every_kind_of_list_can_be_written(export, checks):
    assert [kind for kind in LISTS if not export(kind)] == []


def test_an_empty_export_is_a_valid_document(export, editor):
    assert export("jsonl") == b""
    assert json.loads(export("webannotation"))["total"] == 0
    assert json.loads(export("claimreview"))["dataFeedElement"] == []
    assert export("csv").count(b"\r\n") == 1


def test_working_material_holds_unpublished_work(export, editor, checks):
    claim = story.mark(editor, story.make_article())
    rows = [json.loads(line) for line in export("working").splitlines()]
    assert {row["type"] for row in rows} == {"article", "claim", "evidence", "verdict"}
    (draft,) = (row for row in rows if row["id"] == str(claim.pk))
    (appearance,) = draft["appearances"]
    (article,) = (row for row in rows if row["id"] == appearance["article"])
    assert article["text"][appearance["start"] : appearance["end"]] == appearance["exact"]
    collection = json.loads(export("workannotation"))
    assert [problem for problem in check_collection(collection) if problem.level == "error"] == []
    marks = {item["id"]: item for item in collection["first"]["items"]}
    target = marks[f"urn:uuid:{appearance['id']}"]["target"]
    assert target["source"].endswith(f"/api/v1/articles/{article['id']}")
    assert [selector["type"] for selector in target["selector"]] == ["TextQuoteSelector", "TextPositionSelector"]
    with pytest.raises(InvalidInput):
        start_export(person=editor, kind="working", given={"language": "en"}, now=timezone.now())


def test_dossiers(export, checks):
    claim = str(checks[0].claim_id)
    assert export("docx", claim=claim)[:2] == b"PK"
    assert export("pdf", claim=claim)[:5] == b"%PDF-"


def test_filters(export, checks):
    article = checks[0].document["claim"]["appearances"][0]["article"]
    for given, count in [
        ({"rating": "false"}, 1), ({"rating": "Misleading"}, 1), ({"language": "DE"}, 1), ({"q": "hyperlink"}, 1),
        ({"q": "100%"}, 0), ({"claimant": "ada example"}, 2), ({"claimant": "Ada"}, 0),
        ({"published_since": "2026-03-01"}, 2), ({"published_since": "2026-03-02"}, 0),
        ({"published_until": "2026-03-01T09:00:00Z"}, 0), ({"rating": "False", "language": "en"}, 1), ({"q": " "}, 2),
        ({"article": article}, 1), ({"claimant": str(checks[0].claim.claimant_id)}, 2),
    ]:  # fmt: skip
        assert export("jsonl", **given).count(b"\n") == count, given


def _words(value):
    return value if isinstance(value, list) else [value]


class Killed(BaseException):
    """The end of a worker that can say nothing more."""


def test_a_killed_workers_run_is_begun_again(editor, checks, monkeypatch):
    now = timezone.now()
    run = start_export(person=editor, kind="jsonl", given={}, now=now)

    def die(*_arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setitem(LISTS, "jsonl", replace(LISTS["jsonl"], write=die))
        with pytest.raises(Killed):
            run_export(run_id=run.pk, clock=lambda: now)
    assert open_runs(now=now) == []
    assert run_export(run_id=run.pk, clock=lambda: now) is False  # somebody else's, as far as one can tell
    later = now + LEASE + timedelta(seconds=1)
    assert open_runs(now=later) == [run.pk]
    assert run_export(run_id=run.pk, clock=lambda: later) is True
    assert run_export(run_id=run.pk, clock=lambda: later) is False
    assert len(default_storage.listdir("exports")[1]) == 1


def test_a_commit_whose_answer_is_lost_keeps_the_file(client, editor, checks, monkeypatch):
    finish = _Work._finish

    def finish_and_hear_nothing(*given):
        finish(*given)
        raise OperationalError("server closed the connection unexpectedly")

    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())
    monkeypatch.setattr(_Work, "_finish", finish_and_hear_nothing)
    with pytest.raises(OperationalError):
        run_export(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    assert run.state == "finished"
    client.force_login(editor)
    answer = client.get(f"/exports/{run.pk}/file/")
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == run.sha256


def test_a_file_that_no_export_names_is_cleaned_up(export, checks):
    export("jsonl")
    (kept,) = default_storage.listdir("exports")[1]
    default_storage.save("exports/left.jsonl", ContentFile(b"x"))
    clean_up(now=timezone.now())
    assert len(default_storage.listdir("exports")[1]) == 2, "it may be one that is being written"
    clean_up(now=timezone.now() + timedelta(days=2))
    assert default_storage.listdir("exports")[1] == [kept]


@pytest.mark.parametrize("path", ["raw/a", "exports/../raw/a", "/etc/passwd", "exports/a/b", "exports/"])
def test_an_export_names_no_other_file(editor, path):
    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())
    with pytest.raises(IntegrityError, match="export_path_is_an_export"):
        ExportRun.objects.filter(pk=run.pk).update(path=path)


def test_a_run_that_nobody_finishes_is_given_up(editor):
    now = timezone.now()
    run = start_export(person=editor, kind="jsonl", given={}, now=now - timedelta(days=2))
    assert open_runs(now=now) == []
    run.refresh_from_db()
    assert run.state == "failed"
    assert "within a day" in run.error


def test_cancelling_stops_the_writer(editor, checks, monkeypatch):
    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())

    def cancel_then_write(_target, rows, _now):
        cancel_export(person=editor, run_id=run.pk)
        list(rows.texts())

    monkeypatch.setitem(LISTS, "jsonl", replace(LISTS["jsonl"], write=cancel_then_write))
    assert run_export(run_id=run.pk, clock=timezone.now) is False
    run.refresh_from_db()
    assert (run.state, run.path) == ("cancelled", "")
    with pytest.raises(WrongState):
        cancel_export(person=editor, run_id=run.pk)


def test_the_file_shows_one_moment(editor, checks, make_user, monkeypatch):
    """A check suspended while the file is written still stands in it: the snapshot was taken before."""
    writer = LISTS["jsonl"]
    reviewer = make_user("reviewer")

    def suspend_then_write(target, rows, now):
        suspend_verdict(person=reviewer, verdict_id=checks[0].verdict_id, reason="Late", now=story.NOW)
        writer.write(target, rows, now)

    monkeypatch.setitem(LISTS, "jsonl", replace(writer, write=suspend_then_write))
    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())
    run_export(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    assert (run.total, default_storage.open(run.path).read().count(b"\n")) == (2, 2)
    assert FactCheck.objects.filter(state="published").count() == 1


def test_an_export_is_its_makers_and_the_admins(editor, make_user, checks):
    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())
    with pytest.raises(NotFound):
        find_export(person=make_user("reviewer"), run_id=run.pk)
    assert find_export(person=make_user("admin"), run_id=run.pk) == run
    with pytest.raises(WrongState):
        downloadable(person=editor, run_id=run.pk, now=timezone.now())
    run_export(run_id=run.pk, clock=timezone.now)
    with pytest.raises(Gone):
        downloadable(person=editor, run_id=run.pk, now=timezone.now() + timedelta(days=8))


def test_a_finished_export_tells_the_endpoints(editor, endpoint):
    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())
    run_export(run_id=run.pk, clock=timezone.now)
    body = json.loads(Delivery.objects.get().body)
    assert (body["type"], body["data"]["id"]) == ("export.ready", str(run.pk))


@pytest.fixture
def file(client, editor, checks):
    run = start_export(person=editor, kind="jsonl", given={}, now=timezone.now())
    run_export(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    client.force_login(editor)
    return run, default_storage.open(run.path).read(), f"/exports/{run.pk}/file/"


def whole(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_download_resumes(client, file):
    run, data, url = file
    response = client.get(url)
    assert (response.status_code, whole(response)) == (200, data)
    assert response["ETag"] == f'"{run.sha256}"'
    assert response["Repr-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
    for header, start, end in [
        ("bytes=100-", 100, len(data)), ("bytes=0-0", 0, 1), ("bytes=-7", len(data) - 7, len(data)),
        (f"bytes=5-{len(data) * 2}", 5, len(data)),
    ]:  # fmt: skip
        response = client.get(url, headers={"Range": header})
        assert (response.status_code, whole(response)) == (206, data[start:end])
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(data)}"
        assert response["Content-Length"] == str(end - start)


def test_a_range_of_another_file_gives_the_whole(client, file):
    run, data, url = file
    assert whole(client.get(url, headers={"Range": "bytes=5-", "If-Range": '"other"'})) == data
    assert client.get(url, headers={"Range": "bytes=5-", "If-Range": f'"{run.sha256}"'}).status_code == 206
    assert client.get(url, headers={"If-None-Match": f'"{run.sha256}"'}).status_code == 304
    refused = client.get(url, headers={"Range": f"bytes={len(data)}-"})
    assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{len(data)}")
    for odd in ("bytes=1-2,4-5", "lines=1-2", "bytes=-", "bytes=9-3"):
        assert client.get(url, headers={"Range": odd}).status_code == 200
    assert client.head(url)["Content-Length"] == str(len(data))


def test_somebody_elses_file_is_not_there(client, file, make_user):
    client.force_login(make_user("publisher"))
    assert client.get(file[2]).status_code == 404
