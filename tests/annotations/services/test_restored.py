"""A mark that was away while its words changed: whoever brings it back is asked what the change means."""

import pytest

from accounts.models import User
from annotations.models import Claim, Placement, RecheckTask
from annotations.services.acts.replay import undo_act
from annotations.services.boundaries import move_appearance
from annotations.services.changes.placements import place_revision
from annotations.services.changes.rechecks import confirm_placement, resolve_recheck
from annotations.services.claims import add_appearance, remove_appearance, remove_claim, restore_appearance
from annotations.services.evidence import remove_evidence, restore_evidence
from annotations.services.targets import Target
from articles.models import Article
from tests.annotations import story

pytestmark = pytest.mark.django_db
NOW = story.NOW


@pytest.fixture
def claim(editor: User, article: Article) -> Claim:
    return story.mark(editor, article)


def change(article: Article, before: str = "40 million", after: str = "44 million") -> None:
    """The publisher changes its text."""
    article.refresh_from_db()
    assert article.current_revision is not None
    blocks = tuple(block.replace(before, after) for block in article.current_revision.text.split("\n\n"))
    revision = story.add_pending(article, blocks)
    place_revision(revision_id=revision.pk, now=NOW)


def tasks(claim: Claim) -> list[str]:
    return list(RecheckTask.objects.open().filter(claim=claim).values_list("placement__exact", flat=True))


def test_a_claim_that_is_brought_back(editor: User, article: Article, claim: Claim) -> None:
    remove_claim(person=editor, claim_id=claim.pk, now=NOW)
    change(article)
    assert tasks(claim) == []
    undo_act(person=editor, now=NOW)
    assert tasks(claim) == ["cost 44 million euros"]


def test_a_place_and_evidence_that_are_brought_back(editor: User, article: Article, claim: Claim) -> None:
    target = Target(article_id=article.pk, exact="40 million")
    place = add_appearance(person=editor, claim_id=claim.pk, target=target, now=NOW)
    evidence = story.link(editor, claim, article, "nobody had been hurt")
    remove_appearance(person=editor, appearance_id=place.pk, now=NOW)
    remove_evidence(person=editor, evidence_id=evidence.pk, now=NOW)
    change(article)
    change(article, "nobody had been hurt", "hardly anybody had been hurt")
    assert tasks(claim) == ["cost 44 million euros"]
    restore_appearance(person=editor, appearance_id=place.pk, now=NOW)
    restore_evidence(person=editor, evidence_id=evidence.pk, now=NOW)
    assert sorted(tasks(claim)) == ["44 million", "cost 44 million euros", "hardly anybody had been hurt"]
    task = RecheckTask.objects.open().get(placement__exact="44 million")
    assert task.claim.rechecks.count() == 4, "the first one was carried to the second text"


def test_ends_that_are_moved_back(editor: User, article: Article, claim: Claim) -> None:
    wider = Target(article_id=article.pk, exact="The new bridge cost 40 million euros")
    move_appearance(person=editor, appearance_id=claim.appearances.get().pk, target=wider, now=NOW)
    change(article)
    before = tasks(claim)
    assert before == ["The new bridge cost 44 million euros"]
    undo_act(person=editor, now=NOW)
    assert sorted(tasks(claim)) == [*before, "cost 44 million euros"]


def test_nobody_is_asked_again_what_was_decided(editor: User, article: Article, claim: Claim) -> None:
    change(article)
    task = RecheckTask.objects.open().get()
    resolve_recheck(person=editor, task_id=task.pk, resolution="no-change", now=NOW)
    remove_claim(person=editor, claim_id=claim.pk, now=NOW)
    undo_act(person=editor, now=NOW)
    assert tasks(claim) == []


def test_nobody_is_asked_about_words_that_a_person_confirmed(editor: User, article: Article, claim: Claim) -> None:
    remove_claim(person=editor, claim_id=claim.pk, now=NOW)
    change(article)
    confirm_placement(person=editor, placement_id=Placement.objects.latest("created_at").pk, now=NOW)
    undo_act(person=editor, now=NOW)
    assert tasks(claim) == []


def test_unchanged_words_bring_no_task(editor: User, article: Article, claim: Claim) -> None:
    remove_claim(person=editor, claim_id=claim.pk, now=NOW)
    change(article, "nobody had been hurt", "hardly anybody had been hurt")
    undo_act(person=editor, now=NOW)
    assert tasks(claim) == []
