import pytest

from annotations.errors import NotReady, Stale, WrongState
from annotations.services.contributors import contributor_ids
from annotations.services.discussion import accept_suggestion, add_comment, resolve_comment, suggest_words
from annotations.services.verdict_edits import save_verdict
from annotations.services.verdicts import submit_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(make_user):
    return make_user("editor")


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
