"""The path from marked words to the feed, through the services as the app's database role."""

import pytest

from annotations.errors import ContributorMayNotApprove, NotReady, OverlapsClaim, QuoteAmbiguous
from annotations.services.verdicts.edits import correct_verdict, save_verdict, start_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import contributor_ids
from publishing.models import Change, FactCheck
from publishing.services.feed import number_changes
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import restore_verdict, retract_verdict, suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


def test_a_verdict_goes_from_draft_to_feed(make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.published(editor, reviewer)

    fact_check = FactCheck.objects.get()
    assert verdict.status == "published"
    assert fact_check.document["claimreview"]["claimReviewed"] == "The bridge cost 40 million euros."
    assert fact_check.document["etag"] == fact_check.etag
    number_changes()
    assert list(Change.objects.values_list("reason", "is_latest")) == [("published", True)]


def test_suspension_and_retraction_reach_the_feed(make_user, published):
    _, reviewer, other = make_user("editor"), make_user("reviewer"), make_user("reviewer")
    suspend_verdict(person=other, verdict_id=published.pk, reason="A reader doubts it", now=story.NOW)
    first = retract_verdict(person=reviewer, verdict_id=published.pk, reason="Wrong bridge", now=story.NOW)
    assert not first.is_done
    assert retract_verdict(person=other, verdict_id=published.pk, reason="Wrong bridge", now=story.NOW).is_done
    assert FactCheck.objects.get().state == "retracted"
    restore_verdict(person=reviewer, verdict_id=published.pk, reason="Right bridge", now=story.NOW)
    restore_verdict(person=other, verdict_id=published.pk, reason="Right bridge", now=story.NOW)
    number_changes()
    assert list(Change.objects.order_by("seq").values_list("reason", "state", "is_latest")) == [
        ("published", "updated", False),
        ("suspended", "deleted", False),
        ("retracted", "deleted", False),
        ("restored", "updated", True),
    ]


def test_a_contributor_does_not_approve(make_user):
    editor = make_user(("editor", "reviewer"))
    verdict = story.in_review(editor)
    assert contributor_ids(verdict.pk) == {editor.pk}
    with pytest.raises(ContributorMayNotApprove):
        approve_verdict(no_conflict=True, person=editor, verdict_id=verdict.pk, now=story.NOW)


def test_an_edit_drops_the_approval(make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.approved(editor, reviewer)
    verdict = save_verdict(person=editor, verdict_id=verdict.pk, summary="Another summary", now=story.NOW)
    assert verdict.status == "draft"
    verdict = submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    with pytest.raises(Exception, match="approved"):
        publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)


def test_a_correction_replaces_the_live_version(make_user, published):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    correction = correct_verdict(
        person=editor, verdict_id=published.pk, kind="update", note="New figures", now=story.NOW
    )
    save_verdict(person=editor, verdict_id=correction.pk, summary="Now 62 million.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=correction.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=correction.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=correction.pk, now=story.NOW)

    published.refresh_from_db()
    fact_check = FactCheck.objects.get()
    assert (published.status, fact_check.version) == ("superseded", 2)
    assert [item["note"] for item in fact_check.document["corrections"]] == ["New figures"]


def test_submission_lists_all_that_is_missing(make_user):
    editor = make_user("editor")
    claim = story.mark(editor, story.make_article(), statement="", claimant=None, speech=None)
    verdict = start_verdict(person=editor, claim_id=claim.pk, now=story.NOW)
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert [error["code"] for error in refusal.value.errors] == [
        "statement-missing", "claimant-missing", "date-missing", "rating-missing", "evidence-missing",
    ]  # fmt: skip


def test_evidence_does_not_overlap_its_claim(make_user):
    editor = make_user("editor")
    article = story.make_article()
    claim = story.mark(editor, article)
    with pytest.raises(OverlapsClaim):
        story.link(editor, claim, article, "40 million")


def test_a_quote_that_stands_twice_is_asked_back(make_user):
    editor = make_user("editor")
    article = story.make_article(("Bridge", "It cost 40 million.", "Yes, 40 million."))
    with pytest.raises(QuoteAmbiguous) as refusal:
        story.mark(editor, article, "40 million")
    assert [item["start"] for item in refusal.value.extra["candidates"]] == [16, 34]
