"""Embargoes, dates, dead links, retention, notifications: what beat tasks do."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import override

from accounts.audit import acting
from accounts.models import IdempotencyKey, Session
from annotations.errors import NotPublishable
from annotations.mail import send_notifications
from annotations.models import (
    Desk,
    Notification,
    RecheckTask,
    Verdict,
    work,
)
from annotations.services.discussion import add_comment
from annotations.services.evidence import OutsideSource, add_evidence
from annotations.services.notifications import mark_read, send_waiting, unread_count
from annotations.services.verdicts.edits import save_verdict
from api.resources.changes import feed_state
from core.fetching import BadAnswer, FetchTimedOut, RobotsRefused
from core.in_turn import SomeFailed
from publishing import tasks
from publishing.events import TEST_EVENT
from publishing.links import api_url
from publishing.models import (
    Change,
    Delivery,
    ErrorReport,
    ExportRun,
    FactCheck,
    WebhookEndpoint,
)
from publishing.services.fact_checks import set_canonical_url
from publishing.services.feed import number_changes
from publishing.services.publish import due_verdicts, publish_all_due, publish_due, publish_verdict
from publishing.services.rechecks import check_link, links_to_check, open_expired_rechecks, report_error
from publishing.services.retention import clean_up
from publishing.services.withdrawals import suspend_verdict
from publishing.webhooks.endpoints import create_endpoint
from publishing.webhooks.outbox import payload
from publishing.webhooks.replays import replay
from tests.annotations import story

pytestmark = pytest.mark.django_db
LATER = story.NOW + timedelta(hours=2)


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer")


# --- embargo
def test_an_embargo_ends_once(editor, reviewer):
    verdict = story.approved(editor, reviewer)
    outcome = publish_verdict(person=reviewer, verdict_id=verdict.pk, not_before=LATER, now=story.NOW)
    assert not outcome.is_done
    assert due_verdicts(now=story.NOW) == []
    assert not publish_due(verdict_id=verdict.pk, now=story.NOW)
    assert due_verdicts(now=LATER) == [verdict.pk]
    assert publish_due(verdict_id=verdict.pk, now=LATER)
    assert not publish_due(verdict_id=verdict.pk, now=LATER)
    assert (FactCheck.objects.get().published_at, Change.objects.count()) == (LATER, 1)


def test_an_edit_calls_the_schedule_off(editor, reviewer):
    verdict = story.approved(editor, reviewer)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, not_before=LATER, now=story.NOW)
    save_verdict(person=editor, verdict_id=verdict.pk, summary="Other words", now=story.NOW)
    assert due_verdicts(now=LATER) == []
    assert not publish_due(verdict_id=verdict.pk, now=LATER)


def test_the_beat_task_publishes_what_is_due(editor, reviewer):
    verdict = story.approved(editor, reviewer)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, not_before=LATER, now=story.NOW)
    tasks.publish_scheduled()
    verdict.refresh_from_db()
    assert verdict.status == "published"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("secret words"), 2),
        (NotPublishable("The logo is missing."), 2),
        (OperationalError("a deadlock"), 0),
    ],
)
def test_one_that_cannot_be_published_keeps_no_other_one_waiting(editor, reviewer, caplog, error, told):
    first, second = story.approved(editor, reviewer), story.approved(editor, reviewer)
    for minutes, verdict in enumerate((first, second)):
        due = LATER + timedelta(minutes=minutes)
        publish_verdict(person=reviewer, verdict_id=verdict.pk, not_before=due, now=story.NOW)
    Notification.objects.all().delete()

    def refuse(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "publishing_factcheckversion"') and first.pk in params:
            raise error
        return execute(sql, params, many, context)

    for _ in range(2):
        with connection.execute_wrapper(refuse), pytest.raises(SomeFailed) as failure:
            publish_all_due(now=LATER + timedelta(minutes=1))
    assert "secret" not in str(failure.value)
    assert str(first.pk) in caplog.text
    assert type(error).__name__ in caplog.text
    assert [Verdict.objects.get(pk=one.pk).status for one in (first, second)] == ["approved", "published"]
    found = Notification.objects.filter(event_key__startswith="unpublished")
    assert {one.person for one in found} == ({editor, reviewer} if told else set())
    assert found.count() == told
    assert all("The logo is missing." in one.title or "in the desk's log" in one.title for one in found)
    assert not any("secret" in one.title for one in found)


# --- dates and links
def test_a_verdict_past_its_date_is_rechecked_once(editor, reviewer):
    story.published(editor, reviewer, valid_until=date(2026, 3, 5))
    assert open_expired_rechecks(now=story.NOW) == 0
    later = story.NOW + timedelta(days=10)
    assert (open_expired_rechecks(now=later), open_expired_rechecks(now=later)) == (1, 0)
    assert RecheckTask.objects.get().kind == "expired"


@pytest.mark.parametrize(("zone", "hour", "opened"), [("Asia/Tokyo", 16, 1), ("America/New_York", 2, 0), ("UTC", 2, 1)])
def test_a_verdicts_last_day_is_one_of_the_desks_calendar(editor, reviewer, zone, hour, opened):
    Desk.objects.update(time_zone=zone)
    last = date(2026, 3, 5)
    story.published(editor, reviewer, valid_until=last)
    day = 5 if zone == "Asia/Tokyo" else 6
    assert open_expired_rechecks(now=datetime(2026, 3, day, hour, tzinfo=UTC)) == opened


def outside(editor, claim):
    source = OutsideSource(url="https://archive.example.org/a", quote="61 million")
    return add_evidence(
        person=editor, claim_id=claim.pk, stance="refutes", outside=source, cited_as="A report", now=story.NOW
    )


@pytest.mark.parametrize(
    ("answers", "status", "tasks_open"),
    [
        ([None], "ok", 0),
        ([BadAnswer("Gone", upstream_status=404)], "gone (404)", 1),
        ([FetchTimedOut("Slow")], "unreachable", 0),
        ([FetchTimedOut("Slow"), FetchTimedOut("Slow")], "unreachable", 1),
        ([FetchTimedOut("Slow"), None], "ok", 0),
        ([RobotsRefused("No")], "robots", 0),
        ([BadAnswer("No", upstream_status=403)], "refused (403)", 0),
    ],
)
def test_a_dead_link_is_rechecked(editor, reviewer, published, answers, status, tasks_open):
    evidence = outside(editor, published.claim)
    assert links_to_check(now=story.NOW) == [evidence.pk]
    for answer in answers:

        def fetch(_url, answer=answer):
            if answer is not None:
                raise answer

        assert check_link(evidence_id=evidence.pk, now=story.NOW, fetch=fetch)
    evidence.refresh_from_db()
    assert evidence.link_status == status
    assert RecheckTask.objects.filter(kind="dead_link", evidence=evidence).count() == tasks_open
    assert links_to_check(now=story.NOW) == []


# --- retention
def test_what_is_past_its_time_goes_and_the_rest_stays(editor, reviewer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    fact_check = FactCheck.objects.get(verdict=story.published(editor, reviewer))
    newest = suspend(fact_check, reviewer, at=now - timedelta(days=100))
    number_changes()
    endpoint = WebhookEndpoint.objects.create(url="https://cms.example.org", secret="x", created_by=editor)
    body = payload(TEST_EVENT, at=now, object_id=endpoint.pk, url=api_url(f"webhook-endpoints/{endpoint.pk}"))
    send = partial(Delivery.objects.create, endpoint=endpoint, event=TEST_EVENT, body=body)
    for age in (timedelta(0), timedelta(days=100)):
        then = now - age
        IdempotencyKey.objects.create(user=editor, key=str(age), request_sha256="", created_at=then)
        send(state="delivered", created_at=then)
        path = default_storage.save("exports/a.csv", ContentFile(b"a"))
        ExportRun.objects.create(kind="csv", state="finished", created_by=editor, path=path, finished_at=then)
        report_error(fact_check=fact_check, body="Wrong", reply_to="reader@example.org", now=then)
        Session.objects.create(session_key=str(age), session_data="", expire_date=then + timedelta(days=1))
    send(created_at=now - timedelta(days=100))

    assert set(clean_up(now=now).values()) == {1}
    assert IdempotencyKey.objects.count() == Session.objects.count() == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered", "pending"}
    assert ExportRun.objects.get(state="expired").path == ""
    assert default_storage.exists(ExportRun.objects.get(state="finished").path)
    assert sorted(ErrorReport.objects.values_list("reply_to", flat=True)) == ["", "reader@example.org"]
    assert Change.objects.get() == newest
    assert set(clean_up(now=now).values()) == {0}


def test_a_delivery_stays_as_long_as_a_replay_of_it(editor, reviewer, make_user, published):
    now, admin = timezone.now(), make_user("admin")
    create_endpoint(person=admin, url="https://cms.example.org/", now=now)
    number_changes()
    Delivery.objects.update(state="delivered", created_at=now - timedelta(days=100))
    original = Delivery.objects.get()
    replays = [replay(person=admin, delivery_id=original.pk, now=now) for _ in range(2)]
    assert clean_up(now=now)["deliveries"] == 0
    assert {Delivery.objects.get(pk=one.pk).replay_of for one in replays} == {original}
    Delivery.objects.filter(replay_of=original).update(state="delivered", created_at=now - timedelta(days=100))
    assert [clean_up(now=now)["deliveries"] for _ in range(3)] == [2, 1, 0]


def suspend(fact_check, reviewer, *, at):
    """Return the tombstone of a suspension."""
    suspend_verdict(person=reviewer, verdict_id=fact_check.verdict_id, reason="A doubt", now=at)
    return Change.objects.get(object_id=fact_check.pk, is_latest=True)


def told_twice(fact_check, reviewer, *, at):
    """An old change and the tombstone that replaced it."""
    set_canonical_url(person=reviewer, fact_check_id=fact_check.pk, url="https://news.example/bridge", now=at)
    old = Change.objects.get(object_id=fact_check.pk, is_latest=True)
    tombstone = suspend(fact_check, reviewer, at=at)
    number_changes()
    return old, tombstone


def test_a_change_under_way_and_the_newest_of_an_object_stay(editor, reviewer):
    long_ago = timezone.now() - timedelta(days=400)
    fact_check = FactCheck.objects.get(verdict=story.published(editor, reviewer))
    endpoint = WebhookEndpoint.objects.create(url="https://cms.example.org", secret="x", created_by=editor)
    old, tombstone = told_twice(fact_check, reviewer, at=long_ago)  # waits for its delivery
    clean_up(now=timezone.now())
    assert {old, tombstone} <= set(Change.objects.all())
    assert feed_state(after=1, start=0).is_expired
    Delivery.objects.filter(endpoint=endpoint).delete()
    clean_up(now=timezone.now())
    assert set(Change.objects.filter(modified_at=long_ago)) == {tombstone}
    assert feed_state(after=1, start=0).is_expired, "who missed the retraction must still be told to begin again"
    with pytest.raises(IntegrityError, match="newest change"):
        Change.objects.filter(pk=tombstone.pk).delete()


# --- notifications
def test_whom_a_step_concerns_is_told_once(editor, reviewer):
    verdict = story.in_review(editor)
    assert [one.title for one in Notification.objects.filter(person=reviewer)] == [
        "Submitted for review: No, the bridge was dearer"
    ]
    assert unread_count(editor) == 0
    add_comment(person=reviewer, claim_id=verdict.claim_id, verdict=verdict, body="Which accounts?", now=story.NOW)
    assert unread_count(editor) == 1
    assert mark_read(person=editor, now=story.NOW) == 1
    assert unread_count(editor) == 0


def test_a_notification_of_long_words_ends_between_two_of_them(editor, reviewer):
    verdict = story.in_review(editor)
    body = "The accounts of the harbour name another sum. " * 9
    add_comment(person=reviewer, claim_id=verdict.claim_id, verdict=verdict, body=body, now=story.NOW)
    title = Notification.objects.get(person=editor).title
    assert title.endswith("…")
    assert title.rstrip("…").rpartition(" ")[2] in body.replace(".", "").split()


def test_a_notification_is_read_in_the_readers_language(editor, reviewer, monkeypatch):
    """Written while the author's language is active, it is translated when it is shown."""
    german = {"Submitted for review: {claim}": "Wartet auf Prüfung: {claim}"}
    with override("de"):
        story.in_review(editor)
    found = Notification.objects.get(person=reviewer)
    assert found.title == "Submitted for review: No, the bridge was dearer"
    monkeypatch.setattr(work, "gettext", lambda text: german.get(text, text))
    assert found.title == "Wartet auf Prüfung: No, the bridge was dearer"


def test_one_mail_for_an_event_and_person(editor, reviewer):
    story.in_review(editor)
    for _ in range(2):
        send_waiting(now=story.NOW, send=send_notifications)
    assert [message.to for message in mail.outbox] == [[reviewer.email]]
    assert "/review/" in mail.outbox[0].body


def test_a_digest_comes_once_a_day(editor, reviewer):
    with acting(None):
        reviewer.notify_by = "digest"
        reviewer.save()
    story.in_review(editor)
    story.in_review(editor)
    assert send_waiting(now=story.NOW, send=send_notifications) == 0
    tomorrow = story.NOW + timedelta(hours=23)
    assert send_waiting(now=tomorrow, send=send_notifications) == 1
    assert send_waiting(now=tomorrow, send=send_notifications) == 0
    assert mail.outbox[0].subject.endswith("2 things wait for you")


def test_a_time_zone_nobody_knows_keeps_nobodys_digest_back(editor, make_user):
    Desk.objects.update(time_zone="Asia/Tokyo")
    people = [make_user("reviewer", notify_by="digest", time_zone=zone) for zone in ("Mars/Olympus", "UTC")]
    story.in_review(editor)
    tokyo_seven = story.NOW + timedelta(hours=13, minutes=30)
    assert send_waiting(now=tokyo_seven, send=send_notifications) == 1
    assert send_waiting(now=story.NOW + timedelta(hours=23), send=send_notifications) == 1
    assert [message.to for message in mail.outbox] == [[person.email] for person in people]


def test_one_whose_mail_fails_keeps_nobody_elses_back(editor, make_user):
    broken, other = (make_user("reviewer") for _ in range(2))
    story.in_review(editor)

    def send(person, items):
        if person == broken:
            raise KeyError("template")
        return send_notifications(person, items)

    with pytest.raises(SomeFailed, match="1 of 2"):
        send_waiting(now=story.NOW, send=send)
    assert [message.to for message in mail.outbox] == [[other.email]]


def test_no_mail_for_whom_wants_none_or_has_read_it(editor, reviewer, make_user):
    other = make_user("reviewer", notify_by="none")
    story.in_review(editor)
    mark_read(person=reviewer, now=story.NOW)
    assert send_waiting(now=story.NOW, send=send_notifications) == 0
    assert unread_count(other) == 1


def test_a_mail_that_was_not_taken_is_tried_again(editor, reviewer):
    story.in_review(editor)
    assert send_waiting(now=story.NOW, send=lambda *_: False) == 0
    assert send_waiting(now=story.NOW, send=send_notifications) == 1
