"""A publisher's new text is placed while people mark words of the old one."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import User
from annotations.models import Claim, Passage, Placement, RecheckTask, RepeatedClaim
from annotations.services.acts.replay import undo_act
from annotations.services.boundaries import move_appearance, move_evidence
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.changes.placements import place_revision
from annotations.services.changes.rechecks import reattach, withdraw_passage
from annotations.services.changes.repeats import Repeat, propose_repeats
from annotations.services.claims import add_appearance, update_claim
from annotations.services.targets import Target
from articles.models import Article, ArticleRevision
from tests.annotations import story
from tests.annotations.races import behind

pytestmark = pytest.mark.django_db(transaction=True)
NEW = tuple(block.replace("40 million", "44 million") for block in story.COUNCIL)
OTHERS = "nobody had been hurt"


@pytest.fixture
def revision(article: Article) -> ArticleRevision:
    """The new text, which waits to be placed."""
    return story.add_pending(article, NEW)


def place(revision: ArticleRevision) -> dict[str, int]:
    return place_revision(revision_id=revision.pk, now=story.NOW)


def add_link(editor: User, claim: Claim, article: Article) -> object:
    return story.link(editor, claim, article, OTHERS)


def add_place(editor: User, claim: Claim, article: Article) -> object:
    target = Target(article_id=article.pk, exact=OTHERS)
    return add_appearance(person=editor, claim_id=claim.pk, target=target, now=story.NOW)


def move_ends(editor: User, claim: Claim, article: Article) -> object:
    target = Target(article_id=article.pk, exact="The new bridge cost 40 million euros")
    return move_appearance(person=editor, appearance_id=claim.appearances.get().pk, target=target, now=story.NOW)


def mark_again(editor: User, claim: Claim, article: Article) -> object:
    return story.mark(editor, article, "The new bridge")


def rename(editor: User, claim: Claim, article: Article) -> object:
    return update_claim(person=editor, claim_id=claim.pk, statement="It cost 40 million.", now=story.NOW)


def mark_many(editor: User, claim: Claim, article: Article) -> object:
    draft = ClaimDraft(target=Target(article_id=article.pk, exact="The new bridge"))
    return create_claims(person=editor, drafts=[draft], now=story.NOW)


WRITES = [add_link, add_place, move_ends, mark_again, mark_many]


@pytest.mark.parametrize("write", WRITES)
def test_words_that_were_marked_first_are_placed_in_the_new_text(editor, article, revision, write):
    """Read before and committed after, a passage would stand in no text from then on."""
    claim = story.mark(editor, article)
    assert behind(partial(place, revision), first=partial(write, editor, claim, article)) == "done"
    assert Passage.objects.count() == 2
    assert Placement.objects.filter(revision=revision).count() == 2


@pytest.mark.parametrize("write", [add_link, add_place, mark_again, mark_many])
def test_words_that_are_marked_meanwhile_wait_for_the_new_text(editor, article, revision, write):
    """Who holds the claim and waits for the article, while its claims' rechecks are written, would deadlock."""
    claim = story.mark(editor, article)
    assert behind(partial(write, editor, claim, article), first=partial(place, revision)) == "done"
    assert RecheckTask.objects.get().claim == claim
    assert Placement.objects.filter(revision=revision).count() == 2


def test_a_claim_that_is_edited_meanwhile_waits_for_its_rechecks(editor, article, revision):
    claim = story.mark(editor, article)
    assert behind(partial(rename, editor, claim, article), first=partial(place, revision)) == "done"
    assert RecheckTask.objects.get().claim == claim


def test_ends_that_are_moved_meanwhile_are_those_of_the_new_text(editor, article, revision):
    claim = story.mark(editor, article)
    assert behind(partial(move_ends, editor, claim, article), first=partial(place, revision)) == "wrong-state"
    evidence = story.link(editor, claim, article, OTHERS)
    further = story.add_pending(article, (*NEW, "One more."))
    target = Target(article_id=article.pk, exact="nobody had been hurt while")
    move = partial(move_evidence, person=editor, evidence_id=evidence.pk, target=target, now=story.NOW)
    assert behind(move, first=partial(place, further)) == "done"
    evidence.refresh_from_db()
    assert evidence.passage.revision == further


def test_ends_that_are_moved_back_meanwhile_are_asked_about(editor, article):
    """The new text changes words that nobody points at while it is placed, and somebody does from then on."""
    claim = story.mark(editor, article, OTHERS)
    narrow = Target(article_id=article.pk, exact="nobody")
    move_appearance(person=editor, appearance_id=claim.appearances.get().pk, target=narrow, now=story.NOW)
    revision = story.add_pending(article, tuple(block.replace(OTHERS, "nobody was hurt") for block in story.COUNCIL))
    undo = partial(undo_act, person=editor, now=story.NOW)
    assert behind(undo, first=partial(place, revision)) == "done"
    assert RecheckTask.objects.open().get().claim == claim


def propose(claim: Claim, article: Article) -> int:
    current = article.current_revision
    assert current
    start = current.text.index(OTHERS)
    found = Repeat(
        claim_id=claim.pk,
        article_id=article.pk,
        revision_id=current.pk,
        start=start,
        end=start + len(OTHERS),
        words=OTHERS,
        score=1.0,
    )
    return propose_repeats([found], now=story.NOW)


GONE = tuple(block.replace("cost 40 million euros", "was expensive") for block in story.COUNCIL)


def put_on_other_words(editor: User, placement: Placement) -> object:
    start = placement.revision.text.index(OTHERS)
    return reattach(person=editor, placement_id=placement.pk, start=start, end=start + len(OTHERS), now=story.NOW)


def take_back(editor: User, placement: Placement) -> object:
    return withdraw_passage(person=editor, placement_id=placement.pk, now=story.NOW)


@pytest.mark.parametrize("answer", [put_on_other_words, take_back])
def test_what_a_person_decides_of_lost_words_holds_in_a_text_that_comes_meanwhile(editor, article, answer):
    """Placed from what was read before the answer, they would be lost again, and somebody asked once more."""
    story.mark(editor, article)
    place(story.add_pending(article, GONE))
    placement = RecheckTask.objects.get().placement
    assert placement
    assert placement.status == Placement.Status.ORPHANED
    further = story.add_pending(article, (*GONE, "One more."))
    assert behind(partial(place, further), first=partial(answer, editor, placement)) == "done"
    assert not RecheckTask.objects.open().exists()
    assert not Placement.objects.filter(revision=further, start=None).exists()


@pytest.mark.parametrize("is_first", [True, False])
def test_a_repeat_that_is_proposed_beside_a_new_text_deadlocks_with_nothing(editor, article, revision, is_first):
    """The proposal refers to the article, which Postgres locks when it is committed: after the claim, unless it was before."""
    claim = story.mark(editor, story.make_article(story.AUDIT), "61 million euros")
    story.link(editor, claim, article, "The new bridge cost 40 million")
    both: list[Callable[[], object]] = [partial(propose, claim, article), partial(place, revision)]
    first, second = both if is_first else both[::-1]
    assert behind(second, first=first) == "done"
    assert RepeatedClaim.objects.get().article == article
    assert RecheckTask.objects.get().claim == claim
