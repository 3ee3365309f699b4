"""Real parallel connections: a verdict is published once, and a second person's confirmation counts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from annotations.models import Claim, Verdict
from annotations.services.merging import merge_claims
from factcheck.local.processes import wait_until
from publishing.models import Change, Delivery, FactCheckVersion
from publishing.services.check_index import index_checks
from publishing.services.feed import number_changes
from publishing.services.publish import publish_due, publish_verdict
from publishing.services.retention import clean_up
from publishing.services.withdrawals import retract_verdict
from publishing.webhooks.endpoints import create_endpoint, delete_endpoint, update_endpoint
from publishing.webhooks.replays import replay, replay_range
from tests.annotations import story
from tests.annotations.races import at_once, behind, how_it_ends, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_publication_runs_twice(make_user):
    editor, reviewer, publisher = make_user("editor"), make_user("reviewer"), make_user("publisher")
    verdict = story.approved(editor, reviewer)
    ended = at_once(
        [partial(publish_verdict, person=one, verdict_id=verdict.pk, now=story.NOW) for one in (reviewer, publisher)]
    )
    assert ended == ["done", "done"]  # the second is told that it is published
    assert FactCheckVersion.objects.count() == Change.objects.count() == 1


def test_two_workers_end_one_embargo(make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.approved(editor, reviewer)
    later = story.NOW.replace(hour=12)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, not_before=later, now=story.NOW)
    at_once([lambda: publish_due(verdict_id=verdict.pk, now=later)] * 4)
    assert FactCheckVersion.objects.count() == Change.objects.count() == 1


def test_two_confirm_a_retraction_at_once(make_user):
    editor, reviewer, publisher = make_user("editor"), make_user("reviewer"), make_user("publisher")
    verdict = story.published(editor, reviewer)
    ended = at_once(
        [
            partial(retract_verdict, person=one, verdict_id=verdict.pk, reason="Wrong", now=story.NOW)
            for one in (reviewer, publisher)
        ]
    )
    assert sorted(ended) == ["done", "waits"]  # the first is told that one more has to confirm it
    assert Verdict.objects.get(pk=verdict.pk).status == "retracted"
    assert Verdict.objects.get(pk=verdict.pk).transitions.filter(action="retract").count() == 1


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "switched off"])
def test_an_endpoint_goes_while_changes_are_numbered(make_user, is_deleted):
    """Its deliveries would fail the numbering, and with it the feed, or be sent though it is switched off."""
    editor, reviewer, admin = make_user("editor"), make_user("reviewer"), make_user("admin")
    endpoint = create_endpoint(person=admin, url="https://cms.example/hook", now=story.NOW).endpoint
    story.published(editor, reviewer)
    numbered = []

    def end() -> None:
        if is_deleted:
            delete_endpoint(person=admin, endpoint_id=endpoint.pk)
        else:
            update_endpoint(person=admin, endpoint_id=endpoint.pk, is_active=False)

    assert behind(end, first=lambda: numbered.append(number_changes())) == "done"
    assert numbered == [1]
    assert set(Delivery.objects.values_list("state", flat=True)) == (set() if is_deleted else {"cancelled"})


def test_two_claims_are_merged_while_they_are_indexed(make_user):
    """The index's rows refer to both claims, which Postgres locks at the commit, in the order of the rows."""
    editor, article = make_user("editor"), story.make_article()
    first, second = (story.mark(editor, article, words) for words in ("The new bridge", "cost 40 million euros"))
    merge = partial(merge_claims, person=editor, claim_id=second.pk, into_id=first.pk, now=story.NOW)
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Claim.objects.select_for_update().get(pk=first.pk)
            merging = pool.submit(how_it_ends, merge)
            assert wait_until(somebody_waits, 60)
            indexing = pool.submit(how_it_ends, index_checks)
            assert wait_until(two_wait, 60)
        assert (merging.result(), indexing.result()) == ("done", "done")


def two_wait() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks"
            " WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0] == 2)


@pytest.mark.parametrize("is_range", [True, False], ids=["a range", "one"])
def test_a_delivery_is_replayed_while_it_is_cleaned_up(make_user, is_range):
    editor, reviewer, admin = make_user("editor"), make_user("reviewer"), make_user("admin")
    endpoint = create_endpoint(person=admin, url="https://cms.example/hook", now=story.NOW).endpoint
    story.published(editor, reviewer)
    number_changes()
    Delivery.objects.update(state="delivered", created_at=story.NOW)
    one, now = Delivery.objects.get().pk, story.NOW + timedelta(days=100)

    def again() -> object:
        if not is_range:
            return replay(person=admin, delivery_id=one, now=now)
        since, until = (story.NOW + timedelta(days=days) for days in (-1, 1))
        return replay_range(person=admin, endpoint_id=endpoint.pk, since=since, until=until, now=now)

    assert behind(again, first=partial(clean_up, now=now)) == ("done" if is_range else "not-found")
    assert not Delivery.objects.filter(replay_of=one).exists()
