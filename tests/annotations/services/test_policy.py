"""The desk's submission policy, what corrections may change, conflicts of interest."""

from typing import Any

import pytest

from accounts.audit import acting
from annotations.errors import ConflictUnanswered, HasConflict, InvalidInput, NotReady
from annotations.models import ClaimantContact, Desk, Verdict
from annotations.services.evidence import update_evidence
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.policy_checks import POLICY_CHECKS, WARNED, submission_report
from annotations.services.verdicts.review import allowed_actions, approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from annotations.services.verdicts.transitions import declare_conflict
from publishing.models import FactCheckVersion
from publishing.services.publish import publish_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer")


def policy(**levels: str) -> None:
    with acting(None):
        Desk.objects.update(policy={guard.key: "off" for guard in POLICY_CHECKS} | levels)


def codes(refusal: pytest.ExceptionInfo[NotReady]) -> list[str]:
    return [error["code"] for error in refusal.value.errors]


@pytest.mark.parametrize("key", [guard.key for guard in POLICY_CHECKS])
def test_a_required_guard_blocks_until_a_reason_is_given(editor, key):
    policy(**{key: "required"})
    verdict = story.draft(editor)
    if key == "named_sources":
        update_evidence(person=editor, evidence_id=verdict.claim.evidence.get().pk, cited_as="", now=story.NOW)
    if key == "contrary_evidence":
        story.link(
            editor, verdict.claim, story.make_article(("Town", "Yes, 40 million it was.")), "40 million", "supports"
        )
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert codes(refusal) == [key.replace("_", "-")]
    [state] = submission_report(verdict)
    assert state.is_blocking
    assert state.preset_reasons

    reason = state.preset_reasons[0]
    submitted = submit_verdict(person=editor, verdict_id=verdict.pk, waived={key: reason}, now=story.NOW)
    assert submitted.waived == {key: reason}


def test_two_sources_are_waived_by_a_preset_reason_alone(editor):
    policy(independent_sources="required")
    verdict = story.draft(editor)
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, waived={"independent_sources": "Trust me"}, now=story.NOW)
    assert "not one of the desk's" in refusal.value.errors[0]["detail"]


def test_a_reason_that_is_too_long_is_refused_and_not_cut(editor):
    verdict = story.draft(editor)
    with pytest.raises(InvalidInput, match="1,001 characters; at most 1,000 fit"):
        submit_verdict(person=editor, verdict_id=verdict.pk, waived={"contrary_evidence": "a" * 1_001}, now=story.NOW)
    verdict.refresh_from_db()
    assert (verdict.status, verdict.waived) == ("draft", {})


def test_an_unknown_guard_is_refused(editor):
    verdict = story.draft(editor)
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, waived={"sources": "x"}, now=story.NOW)
    assert codes(refusal) == ["unknown-policy-check"]


def test_a_warning_never_blocks_and_is_recorded(editor):
    policy(independent_sources="warn", claimant_contacted="warn")
    verdict = story.in_review(editor)
    assert verdict.waived == {"independent_sources": WARNED, "claimant_contacted": WARNED}


def test_sources_count_by_origin(editor):
    policy(independent_sources="required")
    verdict = story.draft(editor)
    other = story.make_article(("Ministry", "The ministry paid 61 million for the bridge."))
    story.link(editor, verdict.claim, other, "61 million", "refutes")
    assert submission_report(verdict)[0].is_met
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)


@pytest.mark.parametrize(
    ("label", "stance", "answered", "is_met"),
    [
        ("False", "supports", False, False),
        ("False", "supports", True, True),
        ("False", "context", False, True),
        ("True", "supports", False, True),
        ("Unproven", "supports", False, False),
        ("Misleading", "supports", False, False),
    ],
)
def test_contrary_evidence_is_answered(editor, label, stance, answered, is_met):
    policy(contrary_evidence="required")
    text = "The accounts say otherwise [E1]." + (" The town says [E2]." if answered else "")
    verdict = story.draft(editor, rating=story.rating(label), rationale=text)
    story.link(editor, verdict.claim, story.make_article(("Town", "Yes, 40 million it was.")), "40 million", stance)
    assert submission_report(verdict)[0].is_met is is_met


@pytest.mark.parametrize("fields", [{"asked_at": story.NOW, "channel": "e-mail"}, {"waived_reason": "Unreachable"}])
def test_the_claimant_was_asked_or_it_was_waived(editor, fields):
    policy(claimant_contacted="required")
    verdict = story.draft(editor)
    with acting(editor):
        ClaimantContact.objects.create(claim=verdict.claim, updated_by=editor, **fields)
    assert submission_report(verdict)[0].is_met


# --- corrections
def corrected(editor, reviewer, kind: str, **fields: Any) -> Verdict:
    live = story.published(editor, reviewer, summary="The audit office counts 61 million, not less.")
    verdict = correct_verdict(person=editor, verdict_id=live.pk, kind=kind, note="Mended", now=story.NOW)
    return save_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": "The audit office counts 62 million, not less."},
        {"summary": "The audit office counts 61 million, less."},
        {"summary": "The tax office in Berlin counts 61 million, not less."},
        {"rationale": "The accounts say otherwise."},
        {"rationale": "The accounts say otherwise [E1]. See [this](https://example.org/a)."},
        {"headline": "Yes, the bridge was dearer"},
        {"byline": ["Somebody Else"]},
        {"language": "de"},
    ],
)
def test_a_refile_mends_typing_errors_alone(editor, reviewer, fields):
    verdict = corrected(editor, reviewer, "refile", **fields)
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert set(codes(refusal)) <= {"refile-changes-content", "refile-changes-meaning"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"correction_note": " "}, "note-missing"), ({"correction_kind": ""}, "kind-missing")],
)
def test_a_correction_keeps_its_kind_and_its_public_note(editor, reviewer, fields, code):
    verdict = corrected(editor, reviewer, "update", summary="Other words", **fields)
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert codes(refusal) == [code]


def test_a_first_version_corrects_nothing(editor):
    verdict = story.draft(editor, correction_kind="refile")
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert codes(refusal) == ["nothing-to-correct"]


def test_a_refile_may_mend_a_comma(editor, reviewer):
    verdict = corrected(editor, reviewer, "refile", summary="The audit office counts 61 million - not less.")
    verdict = save_verdict(
        person=editor, verdict_id=verdict.pk, now=story.NOW, summary="The audit office counts 61 million, not less"
    )
    assert submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW).status == "in_review"


def test_a_refile_refuses_new_evidence(editor, reviewer):
    verdict = corrected(editor, reviewer, "refile")
    story.link(editor, verdict.claim, story.make_article(("Town", "Yes, 40 million it was.")), "40 million", "supports")
    with pytest.raises(NotReady) as refusal:
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    assert refusal.value.errors[0]["pointer"] == "/evidence"


@pytest.mark.parametrize(("kind", "is_refused"), [("update", True), ("clarification", True), ("correction", False)])
def test_a_changed_rating_is_a_correction(editor, reviewer, kind, is_refused):
    verdict = corrected(editor, reviewer, kind, rating=story.rating("Misleading"))
    if is_refused:
        with pytest.raises(NotReady) as refusal:
            submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
        assert codes(refusal) == ["rating-changed"]
    else:
        assert submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW).status == "in_review"


@pytest.mark.parametrize("reviewers", [1, 2])
def test_a_changed_rating_wants_two_where_there_are_two(editor, reviewer, make_user, reviewers):
    others = [make_user("reviewer") for _ in range(reviewers - 1)]
    verdict = corrected(editor, reviewer, "correction", rating=story.rating("Misleading"))
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    for person in [reviewer, *others]:
        outcome = approve_verdict(no_conflict=True, person=person, verdict_id=verdict.pk, now=story.NOW)
        assert outcome.is_done is (person is (others or [reviewer])[-1])
    publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    version = FactCheckVersion.objects.select_related("payload", "fact_check").get(number=2)
    assert version.is_single_approval is (reviewers == 1)
    assert version.fact_check.document["corrections"][-1]["note"] == "Mended"


# --- conflicts of interest
def test_approving_needs_an_answer_to_the_question_once_per_claimant(editor, reviewer):
    verdict = story.in_review(editor)
    with pytest.raises(ConflictUnanswered):
        approve_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    assert not verdict.approvals.exists()
    assert approve_verdict(person=reviewer, verdict_id=verdict.pk, no_conflict=True, now=story.NOW).is_done
    another = story.in_review(editor)
    assert another.claim.claimant_id == verdict.claim.claimant_id
    assert approve_verdict(person=reviewer, verdict_id=another.pk, now=story.NOW).is_done


def test_who_declared_a_conflict_does_not_approve(editor, reviewer, make_user):
    verdict = story.in_review(editor)
    claimant = verdict.claim.claimant_id
    with pytest.raises(InvalidInput, match="2,000 characters"):
        declare_conflict(person=reviewer, claimant_id=claimant, has_conflict=True, statement="a" * 2_001, now=story.NOW)
    declare_conflict(person=reviewer, claimant_id=claimant, has_conflict=True, statement="A cousin", now=story.NOW)
    assert not allowed_actions(reviewer, verdict)["approve"]
    with pytest.raises(HasConflict):
        approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    declare_conflict(person=reviewer, claimant_id=claimant, has_conflict=False, now=story.NOW)
    assert approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, now=story.NOW).is_done
