"""The events process as a browser meets it: a real one, on the test's database and Redis."""

import signal
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.services import deactivate_person, set_roles
from annotations.services.claims import update_claim
from annotations.services.discussion import add_comment
from core.heartbeat import dead_queues, redis_client
from core.notices import channel, publish
from factcheck.events.streams import MOST_PENDING
from tests.annotations.story import make_article, mark
from tests.databases import maintenance
from tests.events.process import EventsProcess, Listener, events_process, session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def events():
    with events_process() as running:
        yield running


@pytest.fixture
def claim(editor):
    return mark(editor, make_article())


def listening(events: EventsProcess, person, place: str, **headers: str) -> Listener:
    listener = events.listen(place, session_of(person), **headers)
    assert listener.status == 200
    listener.wait_for("hello")
    return listener


def test_an_edit_and_a_comment_arrive_as_ids_alone(events, editor, reviewer, claim):
    page = listening(events, reviewer, f"claim:{claim.pk}")
    update_claim(person=editor, claim_id=claim.pk, now=timezone.now(), statement="A secret statement")
    page.wait_for("changed", claim=str(claim.pk))
    seen = len(page.named("changed"))
    add_comment(person=editor, claim_id=claim.pk, body="Not for the wire", now=timezone.now())
    page.wait(lambda one: len(one.named("changed")) > seen)
    assert all(set(data) <= {"claim", "article"} for data in page.named("changed"))


def test_a_page_learns_which_changes_are_its_own_persons_and_not_whose_the_others_are(events, editor, reviewer, claim):
    own, other = (listening(events, person, f"claim:{claim.pk}") for person in (editor, reviewer))
    update_claim(person=editor, claim_id=claim.pk, now=timezone.now(), statement="Reworded")
    own.wait_for("changed", claim=str(claim.pk))
    other.wait_for("changed", claim=str(claim.pk))
    assert {"claim": str(claim.pk), "is_own": True} in own.named("changed")
    assert all("is_own" not in data and "by" not in data for data in other.named("changed"))
    seen = len(own.named("changed"))
    add_comment(person=reviewer, claim_id=claim.pk, body="A colleague's", now=timezone.now())
    own.wait(lambda one: len(one.named("changed")) > seen)
    assert "is_own" not in own.named("changed")[-1]


def test_what_is_rolled_back_is_not_told(events, editor, reviewer, claim):
    page = listening(events, reviewer, f"claim:{claim.pk}")
    with pytest.raises(Exception, match="at most"):
        update_claim(person=editor, claim_id=claim.pk, now=timezone.now(), statement="x" * 5_000)
    publish({"type": "changed", "claim": "last"})
    page.wait_for("changed", claim="last")
    assert page.named("changed") == [{"claim": "last"}]


def test_answers_are_never_kept_or_held_back(events, editor):
    page = listening(events, editor, f"article:{uuid4()}")
    headers = page.answer.headers
    assert headers["Content-Type"].startswith("text/event-stream")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize(
    "place", ["", "article:", "article:1", "person:0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a", "x" * 500]
)
def test_a_place_that_is_none_is_refused(events, editor, place):
    assert events.ask("GET", f"/events/?at={place}", Cookie=f"sessionid={session_of(editor)}")[0] == 400


def test_nobody_listens_without_a_session_that_is_valid(events, editor):
    place = f"article:{uuid4()}"
    for cookie in ("", "sessionid=", "sessionid=abcdefgh12345678abcdefgh12345678", "sessionid=../../etc"):
        assert events.ask("GET", f"/events/?at={place}", Cookie=cookie)[0] == 401


def test_a_person_without_a_role_does_not_listen(events, make_user):
    nobody = make_user("editor")
    nobody.groups.clear()
    assert events.listen(f"article:{uuid4()}", session_of(nobody)).status == 401


def test_who_signs_out_or_is_deactivated_is_cut_at_once(events, make_user):
    admin, leaver, other = make_user("admin"), make_user("editor"), make_user("editor")
    gone, stays = (listening(events, one, f"article:{uuid4()}") for one in (leaver, other))
    deactivate_person(admin=admin, person=leaver, now=timezone.now())
    gone.wait_for("bye", reason="signed_out")
    gone.wait(lambda one: one.is_ended)
    set_roles(admin=admin, person=other, roles=["reviewer"])
    publish({"type": "changed", "claim": "still there"})
    stays.wait_for("changed", claim="still there")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:9999", "null", "http://[", "http://localhost:abc"]
)
def test_another_site_may_not_listen(events, editor, origin):
    place, cookie = f"article:{uuid4()}", f"sessionid={session_of(editor)}"
    assert events.ask("GET", f"/events/?at={place}", Cookie=cookie, Origin=origin, Host="localhost")[0] == 400


def test_our_page_on_another_port_may_listen(events, editor):
    place, cookie = f"article:{uuid4()}", f"sessionid={session_of(editor)}"
    ours = "http://localhost:8000"
    status, headers = events.ask("GET", f"/events/?at={place}", Cookie=cookie, Origin=ours, Host="localhost:1")
    assert (status, headers["Access-Control-Allow-Origin"]) == (200, ours)
    assert events.ask("GET", f"/events/?at={place}", Cookie=cookie, Host="evil.example")[0] == 400


def test_people_see_who_else_is_here_and_at_which_claim(events, editor, reviewer, claim):
    place = f"article:{uuid4()}"
    mine, theirs = listening(events, editor, place), listening(events, reviewer, place)
    mine.wait(lambda one: {str(editor.pk), str(reviewer.pk)} == people(one))
    stream = theirs.named("hello")[-1]["stream"]
    assert events.ask("POST", "/events/here", {"stream": stream, "claim": str(claim.pk)})[0] == 204
    mine.wait(lambda one: {"person": str(reviewer.pk), "claim": str(claim.pk)} in one.named("here")[-1]["people"])
    theirs.close()
    mine.wait(lambda one: people(one) == {str(editor.pk)})


def test_a_review_shows_who_has_it_open_and_the_claim_too(events, editor, reviewer, claim):
    place = f"review:{uuid4()}"
    mine, theirs = listening(events, editor, place), listening(events, reviewer, place)
    on_the_claim = listening(events, editor, f"claim:{claim.pk}")
    mine.wait(lambda one: people(one) == {str(editor.pk), str(reviewer.pk)})
    stream = theirs.named("hello")[-1]["stream"]
    assert events.ask("POST", "/events/here", {"stream": stream, "claim": str(claim.pk)})[0] == 204
    on_the_claim.wait(lambda one: str(reviewer.pk) in people(one))
    stranger = listening(events, editor, f"review:{uuid4()}")
    stranger.wait(lambda one: people(one) == {str(editor.pk)})


def people(listener: Listener) -> set[str]:
    shown = listener.named("here")
    return {one["person"] for one in shown[-1]["people"]} if shown else set()


def test_only_the_pages_own_signed_id_moves_it(events, editor):
    page = listening(events, editor, f"article:{uuid4()}")
    stream = page.named("hello")[0]["stream"]
    assert events.ask("POST", "/events/here", {"stream": stream[:-1] + "x", "claim": str(uuid4())})[0] == 403
    assert events.ask("POST", "/events/here", {"stream": stream, "claim": "<script>"})[0] == 400
    assert events.ask("POST", "/events/here", {"claim": str(uuid4())})[0] == 403
    assert events.ask("POST", "/events/here", {str(number): "1" for number in range(9)})[0] == 400
    assert events.ask("GET", f"/events/?{'a=1&' * 1_100}at={uuid4()}")[0] == 400


def test_who_comes_back_hears_what_they_missed_or_that_nobody_knows(events, editor):
    place = f"article:{uuid4()}"
    first = listening(events, editor, place)
    publish({"type": "changed", "claim": "one"})
    first.wait_for("changed", claim="one")
    last = next(event_id for name, _, event_id in first.events if name == "changed")
    first.close()
    publish({"type": "changed", "claim": "two"})
    back = listening(events, editor, place, **{"Last-Event-ID": last})
    back.wait_for("changed", claim="two")
    assert back.named("hello")[0]["is_complete"]
    assert {"claim": "one"} not in back.named("changed")
    # Cut off right after the greeting, the page must ask for "two" again.
    assert next(event_id for name, _, event_id in back.events if name == "hello") == last
    for strange in ("another-process-7", last + "0" * 5_000, "x"):
        stranger = listening(events, editor, place, **{"Last-Event-ID": strange})
        assert not stranger.named("hello")[0]["is_complete"]
        stranger.close()


def test_who_was_here_in_an_outage_of_redis_asks_for_everything_afterwards(editor, private_redis):
    place = f"article:{uuid4()}"
    with events_process(REDIS_URL=private_redis.url) as events:
        stayed = listening(events, editor, place)
        private_redis.stop()
        stayed.wait_for("lost")
        cut_off = listening(events, editor, place)
        assert not cut_off.named("hello")[0]["is_live"]
        cut_off.close()
        private_redis.start()
        stayed.wait_for("reset")
        back = listening(events, editor, place, **{"Last-Event-ID": cut_off.events[0][2]})
        assert not back.named("hello")[0]["is_complete"]
        reset_id = next(event_id for name, _, event_id in stayed.events if name == "reset")
        again = listening(events, editor, place, **{"Last-Event-ID": reset_id})
        assert again.named("hello")[0]["is_complete"]


@pytest.mark.parametrize("count", [MOST_PENDING, 3 * MOST_PENDING])
def test_who_missed_too_much_is_greeted_all_the_same_and_asks_for_everything(events, editor, count):
    place = f"article:{uuid4()}"
    first = listening(events, editor, place)
    last = first.events[0][2]
    first.close()
    other = listening(events, editor, place)
    for number in range(count):
        publish({"type": "changed", "claim": f"missed {number}"})
    other.wait(lambda one: one.named("reset") or one.named("changed")[-1:] == [{"claim": f"missed {count - 1}"}])
    back = listening(events, editor, place, **{"Last-Event-ID": last})
    assert not back.named("hello")[0]["is_complete"]


@pytest.mark.parametrize(
    "notice",
    [
        "no JSON",
        "[]",
        '{"type": []}',
        '{"type": "move"}',
        '{"type": "seats", "process": "p", "is_all": true}',
        '{"type": "seats", "process": "p", "is_all": true, "seats": null}',
        '{"type": "seats", "process": "p", "is_all": true, "seats": {"s": ["a", "b", "c", "d"]}}',
        '{"type": "seats", "process": "p", "is_all": true, "seats": {"s": [1, "PLACE"], "t": [null, "PLACE"]}}',
    ],
)
def test_a_notice_of_another_version_ends_nothing(editor, events, notice):
    place = f"article:{uuid4()}"
    page = listening(events, editor, place)
    redis_client().publish(channel(), notice.replace("PLACE", place))
    publish({"type": "changed", "claim": "afterwards"})
    page.wait_for("changed", claim="afterwards")
    late = listening(events, editor, place)
    late.wait_for("here")
    assert not page.is_ended


def test_open_streams_are_bounded_for_a_person_and_for_the_process(editor, reviewer):
    place = f"article:{uuid4()}"
    limits = {"EVENTS_MAX_STREAMS": "3", "EVENTS_MAX_STREAMS_PER_PERSON": "2"}
    with events_process(**limits) as events:
        kept = [listening(events, editor, place) for _ in range(2)]
        assert events.listen(place, session_of(editor)).status == 429
        kept.append(listening(events, reviewer, place))
        assert events.listen(place, session_of(reviewer)).status == 503


def test_waiting_streams_hold_no_database_connection(events, editor):
    pages = [listening(events, editor, f"article:{uuid4()}") for _ in range(5)]
    name = settings.DATABASES["default"]["NAME"]
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() AND client_port = ANY(%s)"
    )
    with maintenance() as connection:
        ports = connections_of(events.process.pid)
        assert connection.execute(query, [name, ports]).fetchone() == (0,)
    assert all(not page.is_ended for page in pages)


def connections_of(pid: int) -> list[int]:
    import psutil

    return [one.laddr.port for one in psutil.Process(pid).net_connections("tcp") if one.status == "ESTABLISHED"]


def test_it_says_that_it_is_there_and_ends_its_streams_when_stopped(editor):
    with events_process() as events:
        page = listening(events, editor, f"article:{uuid4()}")
        page.wait(lambda _: dead_queues(["events"]) == [])
        assert events.stop() in {0, -signal.SIGTERM}
        page.wait_for("bye", reason="restart")


def test_the_channel_belongs_to_one_redis_number(settings):
    first = channel()
    settings.REDIS_URL = settings.REDIS_URL.rpartition("/")[0] + "/15"
    assert channel() != first
