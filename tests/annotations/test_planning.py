"""Assignment, priority, due dates, mentions, My work, and who is told of what: once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.due import light_of, words_of
from annotations.models import Comment, Contribution, Notification, ReviewLock
from annotations.services.claims import update_claim
from annotations.services.discussion import add_comment, mentioned_in, people_to_mention, resolve_comment
from annotations.services.notifications import send_waiting
from annotations.services.plan import take_review
from annotations.services.verdicts.review import request_changes
from board.services.my_work import waiting_for, work_of
from core.errors import InvalidInput, NotPermitted
from publishing.services.rechecks import report_error
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Edda Editor")


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer", name="Rita Reviewer")


def told(person) -> list[str]:
    return [one.title for one in Notification.objects.filter(person=person).order_by("created_at", "pk")]


def keys_of(person, now=story.NOW) -> dict[str, int]:
    """Return what the page lists; it must agree with the number in the navigation."""
    found = {section.key: len(section.items) for section in work_of(person, now=now) if section.items}
    assert waiting_for(person, now=now).my_work == sum(found.values())
    return found


def test_a_plan_tells_who_has_got_the_work_and_is_no_contribution(editor, reviewer, make_user):
    lead = make_user("admin")
    verdict = story.in_review(editor)
    update_claim(
        person=lead, claim_id=verdict.claim_id, now=story.NOW, assigned_to=editor, reviewer=reviewer, priority=1,
        due_at=story.NOW + timedelta(days=1),
    )  # fmt: skip
    assert told(editor)[-1].startswith("Assigned to you: The bridge")
    assert told(reviewer)[-1].startswith("You were asked to review")
    update_claim(person=lead, claim_id=verdict.claim_id, now=story.NOW, assigned_to=editor)
    assert len(told(editor)) == 1
    assert not Contribution.objects.filter(person=lead).exists()
    verdict.refresh_from_db()
    assert verdict.status == "in_review"
    assert keys_of(reviewer) == {"reviews": 1}
    assert keys_of(editor) == {}, "it is the reviewer's move"


def test_what_a_plan_refuses(editor, reviewer, make_user):
    verdict = story.in_review(editor)
    for field, value in (
        ("reviewer", editor), ("reviewer", make_user("publisher")), ("assigned_to", make_user("publisher")), ("priority", 4),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match="Nothing was saved"):
            update_claim(person=reviewer, claim_id=verdict.claim_id, now=story.NOW, **{field: value})
    with pytest.raises(NotPermitted):
        update_claim(person=make_user("publisher"), claim_id=verdict.claim_id, now=story.NOW, priority=1)
    author = make_user(("editor", "reviewer"))
    own = story.in_review(author)
    with pytest.raises(InvalidInput, match="wrote some of it"):
        update_claim(person=editor, claim_id=own.claim_id, now=story.NOW, reviewer=author)


def test_my_work_follows_the_work(editor, reviewer, make_user):
    claim = story.mark(editor, story.make_article())
    assert keys_of(editor) == {}
    update_claim(person=reviewer, claim_id=claim.pk, now=story.NOW, assigned_to=editor)
    assert keys_of(editor) == {"assigned": 1}
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    verdict = story.in_review(editor, claim=claim)
    assert keys_of(editor) == {}
    take_review(person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    assert keys_of(reviewer) == {"reviews": 1}
    ReviewLock.objects.update(expires_at=story.NOW - timedelta(minutes=1))
    assert keys_of(reviewer) == {}
    request_changes(person=reviewer, verdict_id=verdict.pk, comment="Say who counts.", now=story.NOW)
    assert keys_of(editor) == {"changes_requested": 1}, "once, though it is assigned to them as well"
    update_claim(person=editor, claim_id=claim.pk, now=story.NOW, state="parked", parked_reason="Nobody cares")
    assert keys_of(make_user("editor")) == {}


def test_a_mention_waits_until_it_is_answered_or_settled(editor, reviewer, make_user):
    make_user("editor", name="Rita Other")
    verdict = story.in_review(editor)
    body = "@rita reviewer, look at this; @Edda too. mail@rita.example is nobody, @Rita is two"
    comment = add_comment(person=reviewer, claim_id=verdict.claim_id, verdict=verdict, body=body, now=story.NOW)
    assert comment.mentioned == [editor.pk, reviewer.pk]
    assert [title.partition(":")[0] for title in told(editor)] == ["Rita Reviewer mentioned you"], (
        "author and mentioned: told once"
    )
    assert keys_of(editor) == {"mentions": 1}
    later = story.NOW + timedelta(minutes=1)
    add_comment(person=editor, claim_id=verdict.claim_id, in_reply_to=comment, body="Looking", now=later)
    assert keys_of(editor) == {}
    again = add_comment(person=reviewer, claim_id=verdict.claim_id, body="@Edda?", now=later + timedelta(minutes=1))
    assert keys_of(editor) == {"mentions": 1}
    resolve_comment(person=reviewer, comment_id=again.pk, now=later)
    assert keys_of(editor) == {}
    assert Comment.objects.filter(mentioned=[]).count() == 1


def test_who_can_be_called_is_who_may_read_the_discussion(client, editor, reviewer, make_user):
    make_user(None, name="Rita Roleless")
    make_user("editor", name="Rita Retired", is_active=False)
    many = [make_user("publisher", name=f"Otto {number:02}") for number in range(12)]
    assert [one.name for one in people_to_mention(person=editor, words=" rita ")] == ["Rita Reviewer"]
    assert [one.name for one in people_to_mention(person=editor, words="rev")] == ["Rita Reviewer"]
    assert people_to_mention(person=editor, words="edda") == [], "not oneself"
    assert people_to_mention(person=editor, words="ita") == [], "not the middle of a name"
    assert people_to_mention(person=editor, words="") == many[:8]
    outsider = make_user(None, name="Nobody")
    with pytest.raises(NotPermitted):
        people_to_mention(person=outsider, words="")
    assert mentioned_in("@Rita Roleless @Rita Retired @Rita") == [reviewer.pk], "one Rita may read this"
    client.force_login(editor)
    found = client.get(reverse("annotations:mention_suggest"), {"q": "Rita"}).json()["results"]
    assert found == [{"id": str(reviewer.pk), "label": "Rita Reviewer"}]


def test_who_is_asked_hears_of_the_submission_alone_and_mails_go_once(editor, reviewer, make_user):
    other = make_user("reviewer")
    claim = story.mark(editor, story.make_article())
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    update_claim(person=editor, claim_id=claim.pk, now=story.NOW, reviewer=reviewer)
    story.in_review(editor, claim=claim)
    assert [title.partition(":")[0] for title in told(reviewer)] == ["You were asked to review", "Submitted for review"]
    assert told(other) == []
    sent: list[str] = []

    def send(person: Any, items: Any) -> bool:
        sent.extend(f"{person.name} {one.title}" for one in items)
        return True

    for _ in range(2):
        send_waiting(now=story.NOW, send=send)
    assert len(sent) == len(set(sent)) == 2


def test_rechecks_tell_the_authors_once(editor, reviewer, published):
    before = len(told(editor))
    for body in ("The sum is wrong", "It is indeed"):
        report_error(fact_check=published.claim.fact_check, body=body, reply_to="", now=story.NOW)
    assert told(editor)[before:] == ["Recheck (reported by a reader): The bridge cost 40 million euros."]
    assert keys_of(editor) == {"rechecks": 1}


# --- the screens
def test_lists_are_narrowed_by_person_priority_and_due_date(client, editor, reviewer, django_assert_max_num_queries):
    verdict = story.in_review(editor)
    update_claim(
        person=editor, claim_id=verdict.claim_id, now=story.NOW, reviewer=reviewer, assigned_to=editor, priority=1,
        due_at=timezone.now() - timedelta(hours=1),
    )  # fmt: skip
    client.force_login(reviewer)
    queue, title = reverse("publishing:review_queue"), verdict.claim.statement
    for query, is_there in (
        ("who=me&priority=1&due=overdue", True), (f"who={reviewer.pk}", True), ("who=nobody", False), ("priority=3", False),
        ("due=week", False), ("due=none", False),
    ):  # fmt: skip
        with django_assert_max_num_queries(8):
            assert (title in client.get(f"{queue}?{query}").content.decode()) is is_there, query
    assert client.get(f"{queue}?due=someday").status_code == 422
    client.force_login(editor)
    claims = reverse("annotations:claims")
    with django_assert_max_num_queries(8):
        page = client.get(f"{claims}?who=me&due=overdue").content.decode()
    assert "Overdue" in page
    assert "High priority" in page
    assert "No claims match" in client.get(f"{claims}?who=nobody").content.decode()
    with django_assert_max_num_queries(10):
        assert "Nothing waits for you" in client.get(reverse("board:my_work")).content.decode()


def test_a_claim_is_planned_in_its_menu_and_on_a_page(client, editor, reviewer):
    verdict = story.in_review(editor)
    client.force_login(editor)
    url = reverse("annotations:claim_plan", args=[verdict.claim_id])
    assert "hx-post" in client.get(f"{url}?in=head").content.decode()
    review = reverse("publishing:review", args=[verdict.pk])
    data = {"assigned_to": editor.pk, "reviewer": reviewer.pk, "priority": "3", "due_on": "2026-12-24", "next": review}
    answer = client.post(url, data)
    assert (answer.status_code, answer.url) == (303, review)
    verdict.claim.refresh_from_db()
    claim = verdict.claim
    assert (claim.assigned_to, claim.reviewer, claim.priority) == (editor, reviewer, 3)
    assert timezone.localtime(claim.due_at).date().isoformat() == "2026-12-24"
    assert client.post(url, data | {"reviewer": editor.pk}).status_code == 422
    assert client.post(url, data | {"next": "https://evil.example/"}).url == reverse(
        "annotations:claim", args=[claim.pk]
    )
    fragment = client.post(url, {"priority": "2"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="head"' in fragment
    claim.refresh_from_db()
    assert (claim.assigned_to, claim.due_at, claim.priority) == (None, None, 2)
    assert client.post(url, {"priority": "9"}, headers={"HX-Request": "true"}).status_code == 422


@pytest.mark.parametrize(
    ("hours", "light", "words"),
    [(-30, "red", "Overdue by 1 day"), (-1, "red", "Overdue since today"), (2, "amber", "Due today"),
     (23, "amber", "Due tomorrow"), (30, "green", "Due tomorrow"), (80, "green", "Due in 3 days"),
     (400, "green", "Due 18 March"), (9_000, "green", "Due 11 March 2027")],
)  # fmt: skip
def test_a_due_date_in_a_light_and_in_words(hours, light, words):
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    due_at = now + timedelta(hours=hours)
    assert (light_of(due_at, now), words_of(due_at, now)) == (light, words)
