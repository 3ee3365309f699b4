"""Undo where a colleague has merged, edited or built on the same thing since."""

from datetime import UTC, datetime

import pytest

from annotations.errors import WrongState
from annotations.models import Claim, Evidence, Verdict
from annotations.services.acts.replay import redo_act, undo_act
from annotations.services.claims import Speech, add_appearance, update_appearance, update_claim
from annotations.services.discussion import add_comment
from annotations.services.evidence import remove_evidence, update_evidence
from annotations.services.merging import merge_claims
from annotations.services.targets import Target
from annotations.services.verdicts.edits import save_verdict, start_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db
NOW = story.NOW


@pytest.fixture
def mira(make_user):
    return make_user("editor")


@pytest.fixture
def jonas(make_user):
    return make_user("editor")


@pytest.fixture
def claim(mira, article):
    return story.mark(mira, article)


def undo(person):
    return undo_act(person=person, now=datetime.now(UTC)).message


def merge(jonas, claim, article):
    """Merge Mira's claim into another of Jonas'; return that one."""
    other = story.mark(jonas, article, "nobody had been hurt", statement="Nobody was hurt.")
    return merge_claims(person=jonas, claim_id=claim.pk, into_id=other.pk, now=NOW)


def approve_after_merge(make_user, mira, jonas, claim, article):
    into = merge(jonas, claim, article)
    linked = story.link(jonas, into, story.make_article(story.AUDIT), "61 million euros")
    said = f"The accounts say otherwise [E{linked.number}]."
    return story.approved(jonas, make_user("reviewer"), claim=into, rationale=said)


def test_a_mark_is_not_undone_on_the_claim_it_was_merged_into(mira, jonas, claim, article):
    into = merge(jonas, claim, article)
    with pytest.raises(WrongState, match="merged into another one"):
        undo(mira)
    assert Claim.objects.standing().filter(pk=into.pk).exists()


def test_an_edit_is_not_undone_on_the_claim_it_was_merged_into(mira, jonas, claim, article):
    update_claim(person=mira, claim_id=claim.pk, now=NOW, statement="Mine")
    into = merge(jonas, claim, article)
    with pytest.raises(WrongState, match="merged into another one"):
        undo(mira)
    into.refresh_from_db()
    claim.refresh_from_db()
    assert (into.statement, claim.statement) == ("Nobody was hurt.", "Mine")


@pytest.mark.parametrize("is_edit", [False, True])
def test_evidence_that_a_merge_moved_keeps_the_approval_of_its_new_claim(
    make_user, mira, jonas, claim, article, is_edit
):
    evidence = story.link(mira, claim, article, "council leader said")
    if is_edit:
        update_evidence(person=mira, evidence_id=evidence.pk, now=NOW, note="Mine")
    verdict = approve_after_merge(make_user, mira, jonas, claim, article)
    with pytest.raises(WrongState, match="submitted since"):
        undo(mira)
    verdict.refresh_from_db()
    assert verdict.status == "approved"
    assert Evidence.objects.standing().filter(pk=evidence.pk).exists()


def test_the_speech_of_a_place_that_a_merge_moved_keeps_the_approval(make_user, mira, jonas, claim, article):
    place = claim.appearances.get()
    update_appearance(person=mira, appearance_id=place.pk, speech=Speech(mode="direct"), now=NOW)
    verdict = approve_after_merge(make_user, mira, jonas, claim, article)
    with pytest.raises(WrongState, match="submitted since"):
        undo(mira)
    place.refresh_from_db()
    verdict.refresh_from_db()
    assert (place.mode, verdict.status) == ("direct", "approved")


def test_linked_evidence_stays_once_a_colleague_edited_it(mira, jonas, claim, article):
    evidence = story.link(mira, claim, article, "nobody had been hurt")
    update_evidence(person=jonas, evidence_id=evidence.pk, now=NOW, note="Counted anew")
    with pytest.raises(WrongState, match="Others have worked on it since"):
        undo(mira)
    assert Evidence.objects.standing().get().note == "Counted anew"


def test_linked_evidence_stays_once_a_colleague_commented_on_it(mira, jonas, claim, article):
    evidence = story.link(mira, claim, article, "nobody had been hurt")
    add_comment(person=jonas, claim_id=claim.pk, evidence=evidence, body="Which year?", now=NOW)
    with pytest.raises(WrongState, match="Others have worked on it since"):
        undo(mira)
    assert Evidence.objects.standing().exists()


@pytest.mark.parametrize(("rationale", "stays"), [("The report says so [E1].", True), ("Not written yet.", False)])
def test_linked_evidence_stays_once_a_colleagues_draft_cites_it(mira, jonas, claim, article, rationale, stays):
    story.link(mira, claim, article, "nobody had been hurt")
    start_verdict(person=jonas, claim_id=claim.pk, now=NOW, rationale=rationale)
    if stays:
        with pytest.raises(WrongState, match="Others have worked on it since"):
            undo(mira)
    else:
        assert undo(mira).startswith("Undone: Evidence linked")
    assert Evidence.objects.standing().exists() == stays


def test_a_place_stays_once_a_colleague_described_it(mira, jonas, claim, article):
    where = Target(article_id=article.pk, exact="council leader said")
    place = add_appearance(person=mira, claim_id=claim.pk, target=where, now=NOW)
    update_appearance(person=jonas, appearance_id=place.pk, speech=Speech(said_where="Geneva"), now=NOW)
    with pytest.raises(WrongState, match="Others have worked on it since"):
        undo(mira)
    place.refresh_from_db()
    assert (place.said_where, place.removed_at) == ("Geneva", None)


@pytest.mark.parametrize(
    "work",
    [
        lambda jonas, claim: update_claim(person=jonas, claim_id=claim.pk, now=NOW, statement="Theirs"),
        lambda jonas, claim: update_claim(person=jonas, claim_id=claim.pk, now=NOW, topics=["bridges"]),
        lambda jonas, claim: start_verdict(person=jonas, claim_id=claim.pk, now=NOW, summary="Words"),
        lambda jonas, claim: update_appearance(
            person=jonas, appearance_id=claim.appearances.get().pk, speech=Speech(mode="direct"), now=NOW
        ),
    ],
    ids=["statement", "topics", "verdict", "speech"],
)
def test_a_marked_claim_stays_with_a_colleagues_work(mira, jonas, claim, work):
    work(jonas, claim)
    with pytest.raises(WrongState, match="Others have worked on this claim since"):
        undo(mira)
    assert Claim.objects.standing().exists()


def test_a_claim_stays_with_a_colleagues_words_in_the_persons_own_draft(mira, jonas, claim):
    verdict = start_verdict(person=mira, claim_id=claim.pk, now=NOW, summary="Mine")
    save_verdict(person=jonas, verdict_id=verdict.pk, now=NOW, summary="Theirs")
    with pytest.raises(WrongState, match="Others have worked on this claim since"):
        undo(mira)
    assert Verdict.objects.get().summary == "Theirs"


def test_a_removal_of_a_colleagues_row_is_done_again_unless_they_worked_on_it_meanwhile(mira, jonas, claim, article):
    evidence = story.link(jonas, claim, article, "nobody had been hurt")
    remove_evidence(person=mira, evidence_id=evidence.pk, now=NOW)
    undo(mira)
    assert redo_act(person=mira, now=NOW).message.startswith("Done again")
    undo(mira)
    update_evidence(person=jonas, evidence_id=evidence.pk, now=NOW, note="Needed")
    with pytest.raises(WrongState, match="Others have worked on it since"):
        redo_act(person=mira, now=NOW)
    assert Evidence.objects.standing().exists()
