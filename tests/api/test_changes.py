"""The change feed: a reader who follows `next` ends in the source's state."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishing.models import FactCheck
from publishing.services.withdrawals import retract_verdict, suspend_verdict
from tests.annotations import story
from tests.api.test_fact_checks import correct

pytestmark = pytest.mark.django_db


def follow(api, state=None, path="changes?limit=2"):
    """Poll until nothing more comes; (id -> data or None, where to poll next)."""
    state = {} if state is None else state
    while True:
        page = api.get(path).json()
        for item in page["items"]:
            state[item["id"]] = item["data"] if item["state"] == "updated" else None
        path = page["next"]
        if not page["has_more"]:
            return state, path


def publish(editor, reviewer, count=1, **fields):
    return [story.published(editor, reviewer, **fields) for _ in range(count)]


def test_an_empty_feed_is_one_to_poll(api):
    page = api.get("changes").json()
    assert (page["items"], page["has_more"]) == ([], False)
    assert api.get(page["next"]).json()["items"] == []


def test_items_have_exactly_the_members_of_the_contract(api, editor, reviewer):
    publish(editor, reviewer)
    (item,) = api.get("changes").json()["items"]
    assert set(item) == {"seq", "id", "kind", "state", "reason", "version", "modified", "notice", "data"}
    check = FactCheck.objects.get()
    assert (item["id"], item["kind"], item["state"], item["reason"]) == (
        str(check.pk),
        "fact_check",
        "updated",
        "published",
    )
    assert (item["version"], item["modified"], item["notice"]) == (1, "2026-03-01T09:00:00Z", "")
    assert item["data"] == api.get(f"fact-checks/{check.pk}").json()


def test_following_ends_in_the_sources_state(api, editor, reviewer):
    verdicts = publish(editor, reviewer, 5)
    state, place = follow(api)
    assert len(state) == 5
    suspend_verdict(person=reviewer, verdict_id=verdicts[1].pk, reason="Doubts", now=timezone.now())
    retract_verdict(person=reviewer, verdict_id=verdicts[2].pk, reason="Wrong", now=timezone.now())
    correct(editor, reviewer, verdicts[3])
    later, place = follow(api, dict(state), place)
    fresh, _ = follow(api)
    assert {key: value for key, value in later.items() if value} == {
        key: value for key, value in fresh.items() if value
    }
    assert sum(value is None for value in later.values()) == 2
    assert api.get(place).json()["items"] == []


def test_what_readers_must_be_told(api, editor, reviewer):
    (verdict,) = publish(editor, reviewer)
    correct(editor, reviewer, verdict, kind="correction", note="The sum was wrong")
    (item,) = api.get("changes").json()["items"]
    assert (item["state"], item["reason"], item["notice"], item["version"]) == (
        "updated",
        "corrected",
        "The sum was wrong",
        2,
    )
    doubts = 'Doubts: "60" or 61\\62,\nécrit\u2028😀'
    suspend_verdict(person=reviewer, verdict_id=item_verdict(), reason=doubts, now=timezone.now())
    (item,) = api.get("changes").json()["items"]
    assert (item["state"], item["reason"], item["notice"], item["data"]) == ("deleted", "suspended", doubts, None)


def item_verdict():
    return FactCheck.objects.get().verdict_id


def test_each_object_stands_once_at_its_last_change(api, editor, reviewer):
    first, _second = publish(editor, reviewer, 2)
    before = [item["seq"] for item in api.get("changes").json()["items"]]
    correct(editor, reviewer, first)
    items = api.get("changes").json()["items"]
    assert [item["seq"] for item in items] == [before[1], before[1] + 1]


def test_what_leaves_a_filter_is_sent_as_deleted(api, editor, reviewer):
    (verdict,) = publish(editor, reviewer)
    publish(editor, reviewer, headline="Never matched", rating=story.rating("True"))
    assert [item["state"] for item in api.get("changes?rating=False").json()["items"]] == ["updated"]
    from annotations.services.verdicts.edits import correct_verdict, save_verdict
    from annotations.services.verdicts.review import approve_verdict
    from annotations.services.verdicts.submission import submit_verdict
    from publishing.services.publish import publish_verdict

    new = correct_verdict(person=editor, verdict_id=verdict.pk, kind="correction", note="It was true", now=story.NOW)
    save_verdict(person=editor, verdict_id=new.pk, rating=story.rating("True"), now=story.NOW)
    submit_verdict(person=editor, verdict_id=new.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=new.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=new.pk, now=story.NOW)
    (item,) = api.get("changes?rating=False").json()["items"]
    assert (item["state"], item["reason"], item["data"]) == ("deleted", "left_filter", None)
    assert [item["state"] for item in api.get("changes?rating=True").json()["items"]] == ["updated", "updated"]
    assert api.get("changes?kind=article").json()["items"] == []


def test_a_place_before_a_purged_tombstone_is_410_and_a_new_start_is_not(api, editor, reviewer):
    verdicts = publish(editor, reviewer, 3)
    _, place = follow(api)
    early = api.get("changes?limit=1").json()["next"]
    suspend_verdict(
        person=reviewer, verdict_id=verdicts[0].pk, reason="Doubts", now=timezone.now() - timedelta(days=31)
    )
    for stale in (place, early, "changes?after=0"):
        response = api.get(stale)
        assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (410, "cursor-expired"), stale
    restart = response.json()["restart"]
    state, place = follow(api, path=restart)
    assert (len(state), None in state.values()) == (2, False)
    assert follow(api, path="changes?limit=1")[0].keys() == state.keys()
    assert api.get(place).status_code == 200


def test_a_place_that_was_never_reached_is_410(api, editor, reviewer):
    publish(editor, reviewer)
    assert api.get("changes?after=99999").status_code == 410
    assert api.get("changes?after=-1").status_code == 400
    assert api.get("changes?after=x").status_code == 400
    assert api.get("changes?after=99999999999999999999").status_code == 400


def test_pages_are_revalidated(api, editor, reviewer):
    publish(editor, reviewer)
    tag = api.get("changes")["ETag"]
    assert api.get("changes", headers={"If-None-Match": tag}).status_code == 304
    publish(editor, reviewer)
    assert api.get("changes", headers={"If-None-Match": tag}).status_code == 200


def test_the_scope(connect, editor):
    assert connect(editor, "feed:read").get("changes").status_code == 200
    assert connect(editor, "verdicts:read").get("changes").status_code == 403


def test_a_page_takes_few_queries_whatever_its_size(api, editor, reviewer, django_assert_max_num_queries):
    publish(editor, reviewer, 4)
    api.get("changes")
    with django_assert_max_num_queries(4):
        assert len(api.get("changes").json()["items"]) == 4
