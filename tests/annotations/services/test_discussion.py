from functools import partial

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from annotations.errors import InvalidInput, NotReady, Stale, WrongState
from annotations.models import Comment
from annotations.services.discussion import accept_suggestion, add_comment, resolve_comment, suggest_words
from annotations.services.evidence import remove_evidence
from annotations.services.merging import merge_claims
from annotations.services.verdicts.edits import save_verdict
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import contributor_ids
from articles.models import Article
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer")


def test_a_blocking_comment_keeps_a_verdict_from_being_submitted(editor, reviewer):
    verdict = story.draft(editor)
    comment = add_comment(
        person=reviewer, claim_id=verdict.claim_id, verdict=verdict, body="Says who?", is_blocking=True, now=story.NOW
    )
    with pytest.raises(NotReady, match="blocking"):
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    resolve_comment(person=reviewer, comment_id=comment.pk, now=story.NOW)
    assert submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW).status == "in_review"


def test_the_discussion_of_a_merged_claim_goes_on_in_the_other_one(client, editor, reviewer):
    verdict = story.draft(editor)
    audit = Article.objects.get(title=story.AUDIT[0])
    old = story.mark(editor, story.make_article(), statement="The bridge cost forty million.")
    twin = story.link(editor, old, audit, "61 million euros")
    moved = story.link(editor, old, audit, "Two workers were hurt")
    gone = story.link(editor, old, audit, "the office writes")
    remove_evidence(person=editor, evidence_id=gone.pk, now=story.NOW)
    say = partial(add_comment, person=reviewer, claim_id=old.pk, now=story.NOW)
    blocking = say(body="Says who?", is_blocking=True, evidence=twin, field="evidence")
    said = [blocking, say(body="The office.", in_reply_to=blocking), say(body="And this?", evidence=moved),
        say(body="On what is gone.", evidence=gone, field="evidence")]  # fmt: skip
    merge_claims(person=editor, claim_id=old.pk, into_id=verdict.claim_id, now=story.NOW)

    client.force_login(editor)
    page = client.get(reverse("annotations:claim", args=[old.pk]), follow=True).content.decode()
    assert all(f'id="comment-{one.pk}"' in page for one in said)
    under = Comment.objects.filter(claim=verdict.claim, evidence__claim=verdict.claim)
    numbers = dict(under.values_list("body", "evidence__number"))
    assert numbers == {"Says who?": 1, "And this?": 2}
    for one in said:
        before = (one.body, one.author_id, one.created_at, one.is_blocking, one.in_reply_to_id)
        one.refresh_from_db()
        assert (one.body, one.author_id, one.created_at, one.is_blocking, one.in_reply_to_id) == before
        events = AuditEvent.objects.filter(object_id=str(one.pk)).order_by("at", "pk").values_list("stream", flat=True)
        assert list(events) == [f"claim:{old.pk}", f"claim:{verdict.claim_id}"]
    with pytest.raises(NotReady, match="blocking"):
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    resolve_comment(person=reviewer, comment_id=blocking.pk, now=story.NOW)
    assert submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW).status == "in_review"


def test_whoever_suggests_can_still_approve(editor, reviewer):
    verdict = story.draft(editor)
    comment = suggest_words(person=reviewer, verdict=verdict, field="summary", suggested_to="Better.", now=story.NOW)
    accept_suggestion(person=editor, comment_id=comment.pk, now=story.NOW)
    verdict.refresh_from_db()
    assert verdict.summary == "Better."
    assert contributor_ids(verdict.pk) == {editor.pk}
    with pytest.raises(WrongState):
        accept_suggestion(person=editor, comment_id=comment.pk, now=story.NOW)


def test_a_suggestion_for_words_that_changed_is_not_applied(editor, reviewer):
    verdict = story.draft(editor)
    comment = suggest_words(person=reviewer, verdict=verdict, field="summary", suggested_to="Better.", now=story.NOW)
    save_verdict(person=editor, verdict_id=verdict.pk, summary="Mine.", now=story.NOW)
    with pytest.raises(Stale):
        accept_suggestion(person=editor, comment_id=comment.pk, now=story.NOW)
    verdict.refresh_from_db()
    assert verdict.summary == "Mine."


def test_a_suggestion_that_does_not_fit_is_refused_and_not_cut(editor, reviewer):
    verdict = story.draft(editor)
    with pytest.raises(InvalidInput, match="301 characters; at most 300 fit"):
        suggest_words(person=reviewer, verdict=verdict, field="headline", suggested_to="a" * 301, now=story.NOW)
    assert not Comment.objects.exists()
