"""A receiver that never answers: what is leased for it, when it is left alone, what its page says."""

from datetime import timedelta

import pytest

from publishing.links import api_url
from publishing.models import Delivery, EndpointHealth, ExportRun
from publishing.webhooks.deliveries import QUEUED, lease_due
from publishing.webhooks.endpoints import create_endpoint, update_endpoint
from publishing.webhooks.outbox import payload
from publishing.webhooks.replays import send_test
from publishing.webhooks.retries import MOST_IN_FLIGHT, OPENS_AFTER, break_after
from tests.publishing.receiver import Answer

pytestmark = pytest.mark.django_db
COUNT = 200


def wait_for(endpoint, count, now):
    run = ExportRun.objects.create(kind="csv", created_by=endpoint.created_by)
    body = payload("export.ready", at=now, object_id=run.pk, url=api_url(f"exports/{run.pk}"))
    rows = [Delivery(endpoint=endpoint, event="export.ready", body=body, next_at=now) for _ in range(count)]
    return Delivery.objects.bulk_create(rows)


@pytest.fixture
def flooded(endpoint, clock):
    return wait_for(endpoint.endpoint, COUNT, clock())


def test_a_drain_enqueues_two_deliveries_of_an_endpoint_and_no_more_until_they_end(flooded, clock, receiver):
    assert len(lease_due(now=clock())) == MOST_IN_FLIGHT
    for _ in range(15):  # two and a half minutes of sweeps while nobody answers
        clock.forward(seconds=10)
        assert lease_due(now=clock()) == []
    clock.forward(seconds=QUEUED.total_seconds() - 149)
    assert len(lease_due(now=clock())) == MOST_IN_FLIGHT  # their messages were lost


def test_another_endpoint_has_its_own_turns(flooded, clock, admin, receiver):
    other = create_endpoint(person=admin, url=receiver.url, now=clock()).endpoint
    mine = {delivery.pk for delivery in wait_for(other, 3, clock())}
    lease_due(now=clock())
    clock.forward(seconds=10)
    assert lease_due(now=clock()) == []
    Delivery.objects.filter(endpoint=other).exclude(lease_until=None).update(state="delivered", lease_until=None)
    (turn,) = lease_due(now=clock())
    assert turn.delivery_id in mine


def test_failures_in_a_row_open_the_breaker_and_one_success_closes_it(flooded, clock, receiver, send, endpoint):
    receiver.usual = Answer(500)
    for delivery in flooded[:OPENS_AFTER]:
        assert send(delivery) is not None
        Delivery.objects.update(lease_until=None)
    health = EndpointHealth.objects.get()
    assert (health.failures, health.paused_until) == (OPENS_AFTER, clock() + break_after(OPENS_AFTER))
    assert lease_due(now=clock()) == []
    clock.forward(seconds=31)
    (probe,) = lease_due(now=clock())
    Delivery.objects.update(lease_until=None)
    assert probe.delivery_id == flooded[0].pk, "the oldest that is due decides when the endpoint is given up"
    receiver.usual = Answer(204)
    assert send(flooded[0]).delivery.state == "delivered"
    assert EndpointHealth.objects.get().failures == 0
    assert len(lease_due(now=clock())) == MOST_IN_FLIGHT


def test_the_breaker_never_waits_longer_than_a_quarter_of_an_hour():
    assert [break_after(failures) for failures in range(1, OPENS_AFTER)] == [None] * (OPENS_AFTER - 1)
    assert [break_after(failures) for failures in range(OPENS_AFTER, 60)] == [
        timedelta(seconds=min(30.0 * 2**n, 900.0)) for n in range(60 - OPENS_AFTER)
    ]


@pytest.fixture
def paused(endpoint, clock):
    return EndpointHealth.objects.create(
        endpoint=endpoint.endpoint, failures=7, failing_since=clock.now - timedelta(hours=1),
        paused_until=clock.now + timedelta(minutes=2), last_problem="It took too long to answer.",
    )  # fmt: skip


def test_a_person_who_sends_a_test_ends_the_pause_and_goes_first(paused, flooded, clock, admin, endpoint):
    sent = send_test(person=admin, endpoint_id=endpoint.endpoint.pk, now=clock())
    assert [turn.delivery_id for turn in lease_due(now=clock())] == [sent.pk]


def test_switching_on_again_begins_with_a_clean_record(paused, admin, endpoint):
    update_endpoint(person=admin, endpoint_id=endpoint.endpoint.pk, is_active=False)
    update_endpoint(person=admin, endpoint_id=endpoint.endpoint.pk, is_active=True)
    assert not EndpointHealth.objects.exists()


def test_the_pages_say_that_nothing_is_sent_and_until_when(client, paused, flooded, admin, endpoint):
    client.force_login(admin)
    page = client.get(f"/settings/webhooks/{endpoint.endpoint.pk}/").content.decode()
    assert "This endpoint does not take deliveries" in page
    assert "7 attempts in a row failed" in page
    assert "It took too long to answer." in page
    assert "nothing is sent here" in page
    assert f"({COUNT} now)" in page
    assert "Not answering" in client.get("/settings/webhooks/").content.decode()
    EndpointHealth.objects.update(failures=0, paused_until=None)
    assert "does not take deliveries" not in client.get(f"/settings/webhooks/{endpoint.endpoint.pk}/").content.decode()
    assert "Not answering" not in client.get("/settings/webhooks/").content.decode()


def test_an_outage_is_told_by_mail_once(clock, receiver, send, endpoint):
    receiver.usual = Answer(500)
    news = []
    for delivery in wait_for(endpoint.endpoint, 2, clock()):
        Delivery.objects.filter(pk=delivery.pk).update(attempts_made=4)
        news.append(send(delivery).news)
        Delivery.objects.update(lease_until=None)
    assert news == ["warning", ""]


def test_what_a_clock_that_ran_ahead_wrote_is_due_when_it_is_put_right(endpoint, clock):
    (delivery,) = wait_for(endpoint.endpoint, 1, clock() + timedelta(hours=1))
    EndpointHealth.objects.create(
        endpoint=endpoint.endpoint, failures=OPENS_AFTER, paused_until=clock() + timedelta(hours=1, seconds=30)
    )
    assert [turn.delivery_id for turn in lease_due(now=clock())] == [delivery.pk]
