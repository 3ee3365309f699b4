"""Undo and redo: the last acts of a person, played back with the guards of every other change."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.audit import via
from annotations.errors import NotFound, WrongState
from annotations.models import Act, Appearance, Claim, Evidence
from annotations.services.acts.record import KEPT
from annotations.services.acts.replay import redo_act, undo_act
from annotations.services.block_roles import set_roles
from annotations.services.boundaries import move_appearance
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import Speech, add_appearance, remove_appearance, remove_claim, update_claim
from annotations.services.evidence import remove_evidence, update_evidence
from annotations.services.targets import Target
from articles.services.revisions import effective_blocks
from tests.annotations import story

pytestmark = pytest.mark.django_db
NOW = story.NOW
JSON = {"Accept": "application/json"}


@pytest.fixture
def claim(editor, article):
    return story.mark(editor, article)


def undo(person):
    return undo_act(person=person, now=NOW).message


def redo(person):
    return redo_act(person=person, now=NOW).message


def test_a_mark_is_undone_and_done_again(editor, claim):
    assert undo(editor) == "Undone: Claim marked: “cost 40 million euros”"
    assert not Claim.objects.standing().exists()
    assert redo(editor) == "Done again: Claim marked: “cost 40 million euros”"
    assert Claim.objects.standing().get() == claim
    assert undo(editor).startswith("Undone")


def test_acts_are_undone_from_the_last_to_the_first_and_back(editor, article, claim):
    evidence = story.link(editor, claim, article, "nobody had been hurt")
    update_evidence(person=editor, evidence_id=evidence.pk, now=NOW, stance="context")
    appearance = claim.appearances.get()
    move_appearance(
        person=editor, appearance_id=appearance.pk, target=Target(article_id=article.pk, exact="cost 40"), now=NOW
    )
    remove_evidence(person=editor, evidence_id=evidence.pk, now=NOW)
    told = [undo(editor) for _ in range(5)]
    assert [one.removeprefix("Undone: ") for one in told] == [
        "Evidence unlinked: “nobody had been hurt”",
        "Passage changed: “cost 40”",
        "Evidence edited: “nobody had been hurt”",
        "Evidence linked: “nobody had been hurt”",
        "Claim marked: “cost 40 million euros”",
    ]
    assert not Claim.objects.standing().exists()
    for _ in range(4):
        redo(editor)
    appearance.refresh_from_db()
    evidence.refresh_from_db()
    assert (appearance.passage.exact, evidence.stance, evidence.removed_at) == ("cost 40", "context", None)
    redo(editor)
    evidence.refresh_from_db()
    assert evidence.removed_at is not None
    with pytest.raises(NotFound, match="nothing to do again"):
        redo(editor)


def test_words_typed_on_are_one_act_and_a_pause_begins_another(editor, claim):
    for seconds, words in ((0, "The bridge"), (5, "The bridge cost"), (300, "The bridge cost 61 million")):
        update_claim(person=editor, claim_id=claim.pk, now=NOW + timedelta(seconds=seconds), statement=words)
    assert Act.objects.filter(kind="edit").count() == 2
    undo(editor)
    assert Claim.objects.get().statement == "The bridge cost"
    undo(editor)
    assert Claim.objects.get().statement == "The bridge cost 40 million euros."


def test_claimant_state_and_topics_are_put_back(editor, claim):
    update_claim(person=editor, claim_id=claim.pk, now=NOW, claimant=ClaimantInput(name="Bo Other"), topics=["bridges"])
    update_claim(person=editor, claim_id=claim.pk, now=NOW, state="parked", parked_reason="An opinion")
    undo(editor)
    undo(editor)
    found = Claim.objects.get()
    assert (found.claimant.name, found.topics, found.state, found.parked_reason) == ("Ada Example", [], "marked", "")
    redo(editor)
    assert Claim.objects.get().claimant.name == "Bo Other"


def test_a_colleagues_later_edit_is_not_overwritten_and_the_reason_is_told_once(make_user, editor, claim):
    update_claim(person=editor, claim_id=claim.pk, now=NOW, statement="Mine")
    update_claim(person=make_user("editor"), claim_id=claim.pk, now=NOW, statement="Theirs")
    with pytest.raises(WrongState, match=r"Not undone: Claim edited: “Mine”\. It was edited again since then"):
        undo(editor)
    assert Claim.objects.get().statement == "Theirs"
    # The next undo reaches the act before it: the mark, which carries the colleague's words by now.
    with pytest.raises(WrongState, match=r"Not undone: Claim marked.*Others have worked on this claim since"):
        undo(editor)
    assert Claim.objects.standing().get().statement == "Theirs"
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(editor)


def test_a_claim_that_colleagues_work_on_is_not_taken_from_them(make_user, editor, article, claim):
    story.link(make_user("editor"), claim, article, "nobody had been hurt")
    with pytest.raises(WrongState, match="Others have worked on this claim since"):
        undo(editor)
    assert Claim.objects.standing().exists()


def test_a_submitted_verdict_is_not_taken_back_by_an_undo(editor, make_user):
    verdict = story.in_review(editor)
    with pytest.raises(WrongState, match="submitted since"):
        undo(editor)
    verdict.refresh_from_db()
    assert verdict.status == "in_review"


def test_moved_ends_that_moved_again_stay(make_user, editor, article, claim):
    appearance = claim.appearances.get()
    for person, words in ((editor, "cost 40"), (make_user("editor"), "bridge cost 40")):
        move_appearance(
            person=person, appearance_id=appearance.pk, target=Target(article_id=article.pk, exact=words), now=NOW
        )
    with pytest.raises(WrongState, match="moved again since then"):
        undo(editor)


def test_what_was_undone_cannot_be_redone_after_a_new_act(editor, article, claim):
    story.link(editor, claim, article, "nobody had been hurt")
    undo(editor)
    story.link(editor, claim, article, "council leader said")
    with pytest.raises(NotFound, match="nothing to do again"):
        redo(editor)


def test_the_last_twenty_are_kept_and_each_person_has_their_own(make_user, editor, claim):
    for number in range(KEPT + 5):
        update_claim(person=editor, claim_id=claim.pk, now=NOW + timedelta(hours=number), statement=f"Words {number}")
    assert Act.objects.filter(person=editor).count() == KEPT
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(make_user("editor"))


def test_a_programs_acts_are_not_undone_at_the_screen(editor, article):
    token = via.set("token:1")
    try:
        story.mark(editor, article)
    finally:
        via.reset(token)
    assert not Act.objects.exists()


def test_places_and_paragraphs(editor, article, claim):
    made = add_appearance(
        person=editor, claim_id=claim.pk, target=Target(article_id=article.pk, exact="council leader said"), now=NOW
    )
    set_roles(person=editor, article_id=article.pk, roles={1: "furniture"}, now=NOW)
    undo(editor)
    assert effective_blocks(article.current_revision)[1].role == "body"
    remove_appearance(person=editor, appearance_id=made.pk, now=NOW)
    undo(editor)
    assert Appearance.objects.standing().count() == 2


def test_the_last_act_is_undone_by_its_address_and_after_a_reload_by_none(client, editor, claim):
    client.force_login(editor)
    remove_claim(person=editor, claim_id=claim.pk, now=NOW)
    answer = client.post(reverse("annotations:undo_last"), headers=JSON)
    assert answer.status_code == 200
    assert answer.json()["message"] == "Undone: Claim removed: “The bridge cost 40 million euros.”"
    assert (answer.json()["claim"], answer.json()["part"]) == (str(claim.pk), "head")
    again = client.post(reverse("annotations:redo_last"), headers=JSON)
    assert again.json()["message"].startswith("Done again")
    act = Act.objects.filter(person=editor).order_by("-pk")[0]
    assert client.post(reverse("annotations:undo_act", args=[act.pk]), headers=JSON).status_code == 200
    late = client.post(reverse("annotations:undo_act", args=[act.pk]), headers=JSON)
    assert (late.status_code, late.json()["detail"]) == (404, "This was undone already, or is too long ago to undo.")


def test_nobody_undoes_somebody_elses_act(client, make_user, claim):
    client.force_login(make_user("editor"))
    act = Act.objects.get()
    assert client.post(reverse("annotations:undo_act", args=[act.pk]), headers=JSON).status_code == 404
    assert Claim.objects.standing().exists()


def test_a_second_place_takes_over_date_and_speech_of_the_first(editor, article):
    first = story.mark(
        editor,
        article,
        speech=Speech(mode="reported", said_at=NOW, has_said_time=True, said_where="Geneva", relayed_via="Interfax"),
    )
    where = Target(article_id=article.pk, exact="council leader said")
    second = add_appearance(person=editor, claim_id=first.pk, target=where, now=NOW)
    assert (second.mode, second.said_at, second.has_said_time, second.said_where, second.relayed_via) == (
        "reported",
        NOW,
        True,
        "Geneva",
        "",
    )
    other = Target(article_id=article.pk, exact="nobody had been hurt")
    own = add_appearance(person=editor, claim_id=first.pk, target=other, now=NOW, speech=Speech(mode="direct"))
    assert (own.mode, own.said_at) == ("direct", None)
    assert Evidence.objects.count() == 0
