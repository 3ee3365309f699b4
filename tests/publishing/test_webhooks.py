"""Webhooks end to end: from a change to a receiver that takes, fails, stalls, redirects, hangs up or is gone."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from standardwebhooks import Webhook

from accounts.encryption import decrypt
from annotations.errors import InvalidInput, WrongState
from annotations.services.changes.placements import place_revision
from articles.models import PendingRevision
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.errors import NotPermitted
from core.fetching import AddressRefused, Limits, fetch
from publishing import tasks as publishing_tasks
from publishing.models import (
    Change,
    Delivery,
    FactCheck,
    WebhookEndpoint,
)
from publishing.services.feed import announce_changed_articles, number_changes
from publishing.services.withdrawals import suspend_verdict
from publishing.webhooks.deliveries import deliver, lease_due
from publishing.webhooks.endpoints import create_endpoint, rotate_secret, update_endpoint
from publishing.webhooks.mail import mail_endpoint_news
from publishing.webhooks.replays import replay, replay_range, send_test
from publishing.webhooks.retries import MOST_ATTEMPTS, PAUSES
from tests.annotations import story
from tests.publishing.receiver import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(endpoint, admin, clock) -> Delivery:
    return send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_related("endpoint").get(pk=delivery.pk)


def test_a_published_check_arrives_signed_and_thin(make_user, endpoint, receiver, send, clock):
    story.published(make_user("editor"), make_user("reviewer"))
    number_changes()
    delivery = Delivery.objects.get()
    clock.now = max(clock.now, delivery.next_at)
    send(delivery)

    (message,) = receiver.messages
    change, fact_check = Change.objects.get(), FactCheck.objects.get()
    assert json.loads(message.body) == {
        "type": "fact_check.published",
        "timestamp": json.loads(message.body)["timestamp"],
        "data": {
            "id": str(fact_check.pk), "version": 1, "seq": change.seq, "etag": fact_check.etag,
            "url": f"http://localhost:8000/api/v1/fact-checks/{fact_check.pk}",
        },
    }  # fmt: skip
    assert Webhook(endpoint.secret).verify(message.body, message.headers)["type"] == "fact_check.published"
    assert message.headers["webhook-id"] == str(delivery.pk)
    assert fresh(delivery).state == "delivered"
    attempt = delivery.attempts.get()
    assert (attempt.status, attempt.error, attempt.request_headers["webhook-id"]) == (204, "", str(delivery.pk))


def test_numbering_writes_every_delivery_exactly_once(make_user, endpoint, admin, receiver):
    only = create_endpoint(person=admin, url=receiver.url, events=["fact_check.suspended"], now=story.NOW).endpoint
    off = create_endpoint(person=admin, url=receiver.url, now=story.NOW).endpoint
    update_endpoint(person=admin, endpoint_id=off.pk, is_active=False)
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.published(editor, reviewer)
    number_changes()
    suspend_verdict(person=reviewer, verdict_id=verdict.pk, reason="Doubts", now=story.NOW)
    number_changes()
    number_changes()
    found = Delivery.objects.order_by("change__seq").values_list("endpoint", "event")
    assert sorted(found, key=str) == sorted(
        [
            (endpoint.endpoint.pk, "fact_check.published"),
            (endpoint.endpoint.pk, "fact_check.suspended"),
            (only.pk, "fact_check.suspended"),
        ],
        key=str,
    )


def test_two_signatures_while_a_rotation_lasts(endpoint, admin, receiver, send, clock):
    new = rotate_secret(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())
    send(send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock()))
    message = receiver.messages[0]
    for secret in (endpoint.secret, new.secret):
        Webhook(secret).verify(message.body, message.headers)
    assert len(message.headers["webhook-signature"].split(" ")) == 2
    rotated = WebhookEndpoint.objects.get()
    assert new.secret not in rotated.secret
    assert decrypt(rotated.secret, purpose="webhook-secret") == new.secret
    WebhookEndpoint.objects.update(previous_secret_until=clock())
    send(send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock()))
    assert len(receiver.messages[1].headers["webhook-signature"].split(" ")) == 1


def test_a_secret_that_a_new_key_closed_for_good_is_told_and_replaced(
    waiting, endpoint, admin, receiver, send, clock, settings
):
    """Nor does the lost one, which signs for a day beside its successor, stop that."""
    settings.SECRET_KEY = "another key"
    send(waiting)
    delivery = fresh(waiting)
    assert (delivery.state, delivery.attempts_made) == ("pending", 1)
    assert "SECRET_KEY was changed" in delivery.attempts.get().error
    new = rotate_secret(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())
    clock.forward(seconds=6)
    send(waiting)
    (message,) = receiver.messages
    Webhook(new.secret).verify(message.body, message.headers)


@pytest.mark.parametrize(
    "answer",
    [Answer(500), Answer(404), Answer(301, {"Location": "http://localhost:1/"}), Answer(0), Answer(302)],
    ids=["fails", "not found", "redirects", "hangs up", "redirects nowhere"],
)
def test_what_is_not_taken_is_tried_again_under_the_same_id(waiting, receiver, send, clock, answer):
    receiver.answers = [answer]
    send(waiting)
    delivery = fresh(waiting)
    assert (delivery.state, delivery.attempts_made, delivery.lease_until) == ("pending", 1, None)
    assert timedelta(seconds=5) <= delivery.next_at - clock() <= timedelta(seconds=6)
    assert send(waiting) is None  # not due yet
    clock.forward(seconds=6)
    send(waiting)
    assert fresh(waiting).state == "delivered"
    first, second = receiver.messages
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert len(receiver.messages) == 2, "a redirect was followed"


def test_a_stalling_receiver_is_cut_off(waiting, receiver, clock, monkeypatch):
    monkeypatch.setattr(publishing_tasks, "LIMITS", Limits(total_seconds=0.3, max_bytes=1000))
    receiver.answers = [Answer(200, stall=1.0)]
    (turn,) = lease_due(now=clock())
    deliver(turn=turn, send=publishing_tasks.post, clock=clock)
    attempt = waiting.attempts.get()
    assert fresh(waiting).state == "pending"
    assert attempt.status is None
    assert "too long" in attempt.error
    assert attempt.duration_ms < 900


def test_gone_switches_the_endpoint_off(waiting, receiver, send, endpoint, admin, clock):
    other = send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())
    receiver.answers = [Answer(410)]
    result = send(waiting)
    assert result.news == "disabled"
    assert (fresh(waiting).state, fresh(other).state) == ("failed", "cancelled")
    assert not fresh(waiting).endpoint.is_active
    with pytest.raises(WrongState):
        send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())


@pytest.mark.parametrize(
    ("status", "waits"), [(429, 120.0), (502, 120.0), (504, 120.0), (503, 5.0)], ids=["429", "502", "504", "503"]
)
def test_retry_after_is_honoured_where_the_standard_says_so(waiting, receiver, send, clock, status, waits):
    receiver.answers = [Answer(status, {"Retry-After": "120"})]
    send(waiting)
    pause = (fresh(waiting).next_at - clock()).total_seconds()
    assert waits <= pause <= waits * 1.2


@pytest.mark.parametrize(
    "header",
    [("Retry-After", "Thu, 01 Jan 2026 00:00:00 +99999999999999"), ("X-Odd", "a\0b"), ("X-Od\0d", "a")],
    ids=["time", "value", "name"],
)
def test_an_answer_with_an_odd_header_counts(waiting, receiver, send, header):
    """One that cannot be recorded would be sent again every two minutes, for ever."""
    receiver.answers = [Answer(429, dict([header]))]
    send(waiting)
    assert fresh(waiting).attempts_made == 1
    assert fresh(waiting).attempts.get().status == 429


def test_a_receiver_that_answers_with_a_whole_page_has_taken_it(waiting, receiver, send):
    receiver.answers = [Answer(200, body=b"<p>Thank you.</p>" * 200_000)]
    send(waiting)
    assert fresh(waiting).state == "delivered"
    assert fresh(waiting).attempts.get().response_body.startswith("<p>Thank you.</p>")
    assert len(receiver.messages) == 1


def test_after_the_last_attempt_mail_goes_out_and_the_endpoint_is_off(waiting, receiver, send, clock, admin):
    receiver.usual = Answer(500, body=b"out of order")
    started, news = clock(), []
    for _ in range(MOST_ATTEMPTS):
        result = send(waiting)
        news.append(result.news)
        if result.news:
            mail_endpoint_news(result.delivery, result.news)
        clock.now = max(clock.now, result.delivery.next_at)
    delivery = fresh(waiting)
    assert (delivery.state, delivery.attempts_made, len(receiver.messages)) == ("failed", 10, 10)
    planned = sum(PAUSES, timedelta())
    assert planned <= clock() - started <= planned * 1.2
    assert news == ["", "", "", "", "warning", "", "", "", "", "disabled"]
    assert [message.to for message in mail.outbox] == [[admin.email]] * 2
    assert "was switched off" in mail.outbox[1].subject
    assert "status 500" in delivery.endpoint.disabled_reason
    assert delivery.attempts.order_by("-pk")[0].response_body == "out of order"


def test_a_dead_workers_delivery_is_sent_by_the_next(waiting, receiver, send, clock):
    def die(*_sent):
        raise KeyboardInterrupt

    (turn,) = lease_due(now=clock())
    with pytest.raises(KeyboardInterrupt):
        deliver(turn=turn, send=die, clock=clock)
    assert send(waiting) is None  # the lease still holds
    clock.forward(minutes=2, seconds=1)
    assert deliver(turn=turn, send=die, clock=clock) is None  # its message, when the broker gives it out once more
    send(waiting)
    assert fresh(waiting).state == "delivered"


def test_a_replay_has_the_same_bytes_and_id(waiting, receiver, send, admin, clock):
    send(waiting)
    copy = replay(person=admin, delivery_id=waiting.pk, now=clock())
    send(copy)
    again = replay(person=admin, delivery_id=copy.pk, now=clock())
    send(again)
    assert len({message.body for message in receiver.messages}) == 1
    assert {message.headers["webhook-id"] for message in receiver.messages} == {str(waiting.pk)}
    assert len(receiver.messages) == 3


def test_a_range_brings_what_was_sent_and_what_was_missed(make_user, endpoint, admin, receiver, send, clock):
    started = clock.now - timedelta(seconds=5)
    sent = send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())
    send(sent)
    update_endpoint(person=admin, endpoint_id=endpoint.endpoint.pk, is_active=False)
    story.published(make_user("editor"), make_user("reviewer"))
    number_changes()
    update_endpoint(person=admin, endpoint_id=endpoint.endpoint.pk, is_active=True)
    assert Delivery.objects.count() == 1
    count = replay_range(
        person=admin, endpoint_id=endpoint.endpoint.pk, since=story.NOW - timedelta(days=1),
        until=clock() + timedelta(minutes=1), now=clock(),
    )  # fmt: skip
    assert count == 2
    assert sorted(Delivery.objects.filter(state="pending").values_list("event", flat=True)) == [
        "endpoint.test", "fact_check.published",
    ]  # fmt: skip
    with pytest.raises(InvalidInput):
        replay_range(person=admin, endpoint_id=endpoint.endpoint.pk, since=clock(), until=started, now=clock())


def test_addresses_are_judged_when_connecting(admin, settings, receiver, clock, send):
    made = create_endpoint(person=admin, url=receiver.url, now=clock())
    settings.FETCH_ALLOWED_HOSTS = []
    delivery = send_test(person=admin, endpoint_id=made.endpoint.pk, now=clock())
    send(delivery)
    assert receiver.messages == []
    assert "not on the public internet" in delivery.attempts.get().error
    private = (
        "https://localhost/x",
        "https://10.0.0.5/x",
        "https://[::1]/x",
        "https://127.1/x",
        "https://2130706433/x",
    )
    for url in ("http://example.org/hook", *private):
        with pytest.raises(InvalidInput, match="FETCH_ALLOWED_HOSTS"):
            create_endpoint(person=admin, url=url, now=clock())
    for url in ("ftp://example.org/", "https://name:word@example.org/", "nonsense"):
        with pytest.raises(AddressRefused):
            create_endpoint(person=admin, url=url, now=clock())
    with pytest.raises(InvalidInput):
        create_endpoint(person=admin, url="https://example.org/", events=["fact_check.exploded"], now=clock())


def test_only_admins_manage_endpoints(make_user, endpoint, clock):
    for role in ("editor", "reviewer", "publisher"):
        with pytest.raises(NotPermitted):
            create_endpoint(person=make_user(role), url="https://example.org/", now=clock())
        with pytest.raises(NotPermitted):
            rotate_secret(person=make_user(role), endpoint_id=endpoint.endpoint.pk, now=clock())


IMPORTS = {
    "import.finished": [IncomingFile("a.txt", b"A\n\nText", "text/plain"), IncomingFile("b.json", b"{", "")],
    "import.failed": [IncomingFile("b.json", b"{", "application/json")],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("event", IMPORTS)
def test_the_end_of_an_import_is_sent_once(make_user, endpoint, receiver, event):
    run = start_import(person=make_user("editor"), files=IMPORTS[event], now=story.NOW)
    for _ in range(2):  # two workers find nothing left to do
        process_run(run_id=run.pk, fetch=fetch, clock=lambda: story.NOW)
    publishing_tasks.drain_outbox()
    (message,) = receiver.messages
    assert json.loads(message.body) == {
        "type": event,
        "timestamp": "2026-03-01T09:00:00Z",
        "data": {
            "id": str(run.pk), "version": None, "seq": None, "etag": None,
            "url": f"http://localhost:8000/api/v1/imports/{run.pk}",
        },
    }  # fmt: skip
    assert Webhook(endpoint.secret).verify(message.body, message.headers)["type"] == event
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_changed_words_are_sent_when_a_day_has_passed(make_user, endpoint, receiver):
    verdict = story.published(make_user("editor"), make_user("reviewer"))
    article = verdict.claim.appearances.get().passage.article
    revision = story.add_revision(article, tuple(block.replace("40", "45") for block in story.COUNCIL))
    PendingRevision.objects.create(revision=revision, created_at=story.NOW)
    place_revision(revision_id=revision.pk, now=story.NOW)
    announce_changed_articles(now=story.NOW + timedelta(days=1))
    publishing_tasks.drain_outbox()
    sent = [json.loads(message.body) for message in receiver.messages]
    assert [one["type"] for one in sent] == ["fact_check.published", "article.changed"]
    change = Change.objects.get(kind="article")
    assert sent[1]["data"] == {
        "id": str(article.pk), "version": 2, "seq": change.seq, "etag": revision.sha256,
        "url": f"http://localhost:8000/api/v1/articles/{article.pk}",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_commit_of_a_change_sends_it(client, make_user, endpoint, receiver):
    reviewer = make_user("reviewer")
    verdict = story.approved(make_user("editor"), reviewer)
    client.force_login(reviewer)
    client.post(f"/review/{verdict.pk}/publish/")
    client.post(f"/verdicts/{verdict.pk}/suspend/", {"reason": "Doubts"})
    assert [json.loads(message.body)["type"] for message in receiver.messages] == [
        "fact_check.published",
        "fact_check.suspended",
    ]
