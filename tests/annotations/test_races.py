"""Real parallel connections: one outcome each, and everybody is told the truth."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection, transaction

from accounts.audit import acting
from annotations.models import (
    Act,
    Approval,
    Claim,
    Claimant,
    Placement,
    RecheckTask,
    RepeatedClaim,
    Verdict,
)
from annotations.services.acts.replay import undo_act
from annotations.services.block_roles import set_roles
from annotations.services.bulk_claims import ClaimDraft, create_claims
from annotations.services.changes.placements import place_revision
from annotations.services.changes.rechecks import confirm_placement, resolve_recheck
from annotations.services.changes.repeats import dismiss_repeat
from annotations.services.claimants import ClaimantInput, create_claimant
from annotations.services.claims import (
    Speech,
    add_appearance,
    create_claim,
    remove_appearance,
    update_appearance,
    update_claim,
)
from annotations.services.discussion import accept_suggestion, add_comment, resolve_comment, suggest_words
from annotations.services.evidence import OutsideSource, add_evidence, update_evidence
from annotations.services.merging import merge_claims
from annotations.services.targets import Target
from annotations.services.verdicts.edits import correct_verdict, save_verdict, start_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from articles.models import PendingRevision, Source
from articles.services.revisions import effective_blocks
from articles.services.sources import source_named
from core.errors import DomainError
from publishing.services.publish import publish_verdict
from tests.annotations import story
from tests.annotations.races import at_once, behind

pytestmark = pytest.mark.django_db(transaction=True)


def test_words_changed_in_the_last_moment_are_not_overwritten_by_a_suggestion(make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.draft(editor)
    comment = suggest_words(person=reviewer, verdict=verdict, field="summary", suggested_to="Better.", now=story.NOW)
    ended = behind(
        lambda: accept_suggestion(person=editor, comment_id=comment.pk, now=story.NOW),
        first=lambda: save_verdict(person=editor, verdict_id=verdict.pk, summary="Mine.", now=story.NOW),
    )
    assert ended == "stale"
    assert Verdict.objects.get().summary == "Mine."


def test_two_name_the_same_new_source(db):
    found = []
    ended = behind(lambda: found.append(source_named("The Wire")), first=lambda: found.append(source_named("The Wire")))
    assert ended == "done"
    assert found == [Source.objects.get(name="The Wire")] * 2


def test_two_name_the_same_new_claimant(make_user):
    people, given = (make_user("editor"), make_user("editor")), ClaimantInput(name="Ada Example")
    words = Target(article_id=story.make_article().pk, exact="cost 40 million euros")
    first, second = (partial(create_claim, person=one, target=words, claimant=given, now=story.NOW) for one in people)
    assert behind(second, first=first) == "done"
    assert {claim.claimant for claim in Claim.objects.all()} == {Claimant.objects.get(name="Ada Example")}


def test_two_calls_name_the_same_new_claimants_in_another_order(make_user):
    editor, colleague, article = make_user("editor"), make_user("editor"), story.make_article()
    names = ("Bea Example", "ada example")
    drafts = [
        ClaimDraft(target=Target(article_id=article.pk, exact=words), claimant=ClaimantInput(name=name))
        for words, name in zip(("The new bridge", "cost 40 million euros"), names, strict=True)
    ]

    def name(claimant):
        create_claimant(person=colleague, given=ClaimantInput(name=claimant))

    outcomes = []
    ended = behind(
        lambda: outcomes.extend(create_claims(person=editor, drafts=drafts, now=story.NOW)),
        first=lambda: name("Ada Example"),
        then=lambda: name("Bea Example"),
    )
    assert ended == "done"
    assert [claim.claimant.name for claim in outcomes] == ["Bea Example", "Ada Example"]


def test_two_change_one_outside_source(make_user):
    editor = make_user("editor")
    claim = story.mark(editor, story.make_article())
    outside = OutsideSource(url="https://audit.example/1", quote="61 million")
    source = add_evidence(person=editor, claim_id=claim.pk, stance="refutes", outside=outside, now=story.NOW)
    archived = "https://archive.example/1"
    ended = behind(
        lambda: update_evidence(person=editor, evidence_id=source.pk, archived_url=archived, now=story.NOW),
        first=lambda: update_evidence(person=editor, evidence_id=source.pk, quote="61.4 million", now=story.NOW),
    )
    assert ended == "done"
    source.refresh_from_db()
    assert (source.quote, source.archived_url) == ("61.4 million", archived)


def test_a_mark_is_undone_while_a_colleague_links_evidence(make_user):
    editor, colleague = make_user("editor"), make_user("editor")
    article = story.make_article()
    claim = story.mark(editor, article)
    ended = behind(
        lambda: undo_act(person=editor, now=story.NOW),
        first=lambda: story.link(colleague, claim, article, "nobody had been hurt"),
    )
    assert ended == "wrong-state"
    assert Claim.objects.standing().exists()


def test_an_edit_is_undone_while_a_colleague_submits(make_user):
    editor, colleague = make_user("editor"), make_user("editor")
    verdict = story.draft(colleague)
    update_claim(person=editor, claim_id=verdict.claim_id, statement="The bridge cost 40 million.", now=story.NOW)
    ended = behind(
        lambda: undo_act(person=editor, now=story.NOW),
        first=lambda: submit_verdict(person=colleague, verdict_id=verdict.pk, now=story.NOW),
    )
    assert ended == "wrong-state"
    verdict.refresh_from_db()
    assert (verdict.status, verdict.claim.statement) == ("in_review", "The bridge cost 40 million.")


def test_paragraphs_are_put_back_while_a_colleague_sets_them(make_user):
    editor, colleague, article = make_user("editor"), make_user("editor"), story.make_article()
    set_roles(person=editor, article_id=article.pk, roles={1: "furniture"}, now=story.NOW)
    ended = behind(
        lambda: undo_act(person=editor, now=story.NOW),
        first=lambda: set_roles(person=colleague, article_id=article.pk, roles={1: "headline"}, now=story.NOW),
    )
    assert ended == "wrong-state"
    assert effective_blocks(article.current_revision)[1].role == "headline"


def test_paragraphs_are_set_while_a_new_text_comes(make_user):
    editor, article = make_user("editor"), story.make_article()
    revision = story.add_pending(article, (*story.COUNCIL, "One more."))
    ended = behind(
        lambda: set_roles(person=editor, article_id=article.pk, roles={1: "furniture"}, now=story.NOW),
        first=lambda: place_revision(revision_id=revision.pk, now=story.NOW),
    )
    assert ended == "done"
    assert effective_blocks(revision)[1].role == "furniture"


def test_two_describe_one_place(make_user):
    """The undo of the second puts back what the first wrote, not what stood there before both."""
    editor, colleague = make_user("editor"), make_user("editor")
    place = story.mark(editor, story.make_article()).appearances.get()

    def describe(person, where):
        speech = Speech(mode="direct", said_where=where)
        return update_appearance(person=person, appearance_id=place.pk, speech=speech, now=story.NOW)

    ended = behind(lambda: describe(editor, "Rome"), first=lambda: describe(colleague, "Geneva"))
    assert ended == "done"
    act = Act.objects.get(person=editor, kind="edit")
    assert (act.before, act.after) == ({"said_where": "Geneva"}, {"said_where": "Rome"})


def test_a_place_is_removed_twice(make_user):
    editor, colleague = make_user("editor"), make_user("editor")
    article = story.make_article()
    claim = story.mark(editor, article)
    where = Target(article_id=article.pk, exact="nobody had been hurt")
    place = add_appearance(person=editor, claim_id=claim.pk, target=where, now=story.NOW)

    def remove(person):
        return remove_appearance(person=person, appearance_id=place.pk, now=story.NOW)

    assert behind(lambda: remove(editor), first=lambda: remove(colleague)) == "not-found"
    assert Act.objects.get(kind="remove").person == colleague


def test_a_place_is_described_anew_while_a_colleague_merges_its_claim(make_user):
    editor, colleague = make_user("editor"), make_user("editor")
    article = story.make_article()
    claim, into = story.mark(editor, article), story.mark(colleague, article, "nobody had been hurt")
    place = claim.appearances.get()
    update_appearance(person=editor, appearance_id=place.pk, speech=Speech(mode="direct"), now=story.NOW)
    ended = behind(
        lambda: undo_act(person=editor, now=story.NOW),
        first=lambda: merge_claims(person=colleague, claim_id=claim.pk, into_id=into.pk, now=story.NOW),
    )
    assert ended == "wrong-state"
    place.refresh_from_db()
    assert (place.claim, place.mode) == (into, "direct")


def test_two_answer_changed_words_in_two_places(make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    article = story.make_article()
    story.mark(editor, article)
    changed = tuple(block.replace("40 million", "40.1 million") for block in story.COUNCIL)
    revision = story.add_revision(article, changed)
    PendingRevision.objects.create(revision=revision)
    place_revision(revision_id=revision.pk, now=story.NOW)
    task = RecheckTask.objects.get()
    ended = behind(
        lambda: resolve_recheck(person=editor, task_id=task.pk, resolution="unchanged", now=story.NOW),
        first=lambda: Claim.objects.select_for_update().get(pk=task.claim_id),
        then=lambda: confirm_placement(person=reviewer, placement_id=task.placement_id, now=story.NOW),
    )
    assert ended == "wrong-state"
    task.refresh_from_db()
    assert task.resolved_by == reviewer


def test_fifty_reviewers_approve_at_once(make_user):
    editor = make_user("editor")
    reviewers = [make_user("reviewer") for _ in range(50)]
    verdict = story.in_review(editor)
    ended = at_once(
        [
            partial(approve_verdict, no_conflict=True, person=one, verdict_id=verdict.pk, now=story.NOW)
            for one in reviewers
        ]
    )
    assert Counter(ended) == {"done": 1, "wrong-state": 49}
    assert set(verdict.transitions.filter(action="approve").values_list("actor", flat=True)) == {
        reviewers[ended.index("done")].pk
    }
    assert Approval.objects.get(verdict=verdict).person == reviewers[ended.index("done")]
    assert Verdict.objects.get(pk=verdict.pk).status == "approved"


@pytest.mark.parametrize("_attempt", range(5))
def test_an_author_edits_while_it_is_approved(make_user, _attempt):
    """Either the approval falls with the edit, or it comes too late; never an approval of words nobody was shown."""
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.in_review(editor)
    sha = verdict.frozen.sha256
    edited, approval = at_once(
        [
            lambda: save_verdict(person=editor, verdict_id=verdict.pk, summary="Other words", now=story.NOW),
            lambda: approve_verdict(
                no_conflict=True, person=reviewer, verdict_id=verdict.pk, content_sha256=sha, now=story.NOW
            ),
        ]
    )
    verdict.refresh_from_db()
    assert (edited, verdict.status, verdict.summary) == ("done", "draft", "Other words")
    assert approval in {"done", "wrong-state", "content-changed"}
    assert Approval.objects.filter(verdict=verdict).count() == (approval == "done")
    with pytest.raises(DomainError):
        publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)


def test_fifty_reviewers_approve_a_changed_rating_at_once(make_user):
    """It wants two of them: one is told that a second is missing, one that it is done, the others that they come too late."""
    editor, reviewers = make_user("editor"), [make_user("reviewer") for _ in range(50)]
    live = story.published(editor, reviewers[0])
    following = correct_verdict(person=editor, verdict_id=live.pk, kind="correction", note="Wrong", now=story.NOW)
    save_verdict(person=editor, verdict_id=following.pk, rating=story.rating("Misleading"), now=story.NOW)
    submit_verdict(person=editor, verdict_id=following.pk, now=story.NOW)
    ended = at_once(
        [
            partial(approve_verdict, no_conflict=True, person=one, verdict_id=following.pk, now=story.NOW)
            for one in reviewers
        ]
    )
    assert Counter(ended) == {"done": 1, "waits": 1, "wrong-state": 48}
    told = {one.pk for one, answer in zip(reviewers, ended, strict=True) if answer in {"done", "waits"}}
    assert set(Approval.objects.filter(verdict=following).values_list("person", flat=True)) == told


def test_writers_on_different_claims_do_not_wait_for_each_other(make_user):
    """A keeps a transaction open in which a claim was made and described; B does the same and may not wait for anything."""
    first, second, article = make_user("editor"), make_user("editor"), story.make_article()
    mine, theirs = story.mark(first, article), story.mark(second, article)

    def write(person, claim):
        update_claim(person=person, claim_id=claim.pk, statement=f"Described by {person}", now=story.NOW)
        story.link(person, claim, story.make_article(story.AUDIT, external_id=str(person.pk)), "61 million euros")
        story.mark(person, article, "nobody had been hurt")
        start_verdict(person=person, claim_id=claim.pk, summary="Words", now=story.NOW)

    def without_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        write(second, theirs)

    with transaction.atomic():
        write(first, mine)
        assert at_once([without_waiting]) == ["done"]
    assert set(Verdict.objects.values_list("created_by__email", flat=True)) == {first.email, second.email}


def test_two_windows_of_one_person_do_not_wait_for_each_other(make_user):
    """Each act drops the oldest of the twenty that are kept, so both would delete the same row."""
    person, article = make_user("editor"), story.make_article()
    for number in range(25):
        story.mark(person, article, statement=f"Statement {number}")
    mine, theirs = story.mark(person, article), story.mark(person, article)

    def write(claim):
        update_claim(person=person, claim_id=claim.pk, statement=f"Described: {claim.pk}", now=story.NOW)
        story.link(person, claim, story.make_article(story.AUDIT, external_id=str(claim.pk)), "61 million euros")

    def without_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        write(theirs)

    with transaction.atomic():
        write(mine)
        assert at_once([without_waiting]) == ["done"]
    assert Act.objects.filter(person=person).count() <= 22


def test_two_dismiss_copies_of_one_sentence(make_user):
    first, second = make_user("editor"), make_user("editor")
    claim = story.mark(first, story.make_article())
    copies = [story.make_article(external_id=f"copy {number}") for number in range(6)]
    repeats = [
        RepeatedClaim.objects.create(
            claim=claim, article=copy, revision=copy.current_revision, start=0, end=3, words_key="x", score=1
        )
        for copy in copies
    ]
    ends = at_once(
        [
            partial(dismiss_repeat, person=person, repeat_id=repeats[number].pk, now=story.NOW)
            for person, number in ((first, 0), (second, 5))
        ]
    )
    assert sorted(ends) == ["done", "wrong-state"]
    assert not RepeatedClaim.objects.exclude(state="dismissed").exists()


def test_a_comment_is_resolved_while_its_claim_is_merged(make_user):
    editor, colleague = make_user("editor"), make_user("editor")
    article = story.make_article()
    claim, into = story.mark(editor, article), story.mark(colleague, article, "nobody had been hurt")
    comment = add_comment(person=colleague, claim_id=claim.pk, body="Is it the same?", now=story.NOW)
    ended = behind(
        lambda: resolve_comment(person=colleague, comment_id=comment.pk, now=story.NOW),
        # From here on we hold the claim's trail, and a merge goes for its comments.
        first=lambda: update_claim(person=editor, claim_id=claim.pk, now=story.NOW, topics=["bridges"]),
        then=lambda: merge_claims(person=editor, claim_id=claim.pk, into_id=into.pk, now=story.NOW),
    )
    assert ended == "done"
    comment.refresh_from_db()
    assert (comment.claim, comment.resolved_by) == (into, colleague)


def test_a_confirmation_does_not_wait_in_a_circle_with_who_holds_the_claims(make_user):
    """Each task that it closes is an event of its claim; the tasks come in another order than the claims."""
    editor = make_user("editor")
    article = story.make_article()
    claims = sorted((story.mark(editor, article), story.mark(editor, article)), key=lambda claim: claim.pk)
    placement = Placement.objects.filter(passage__article=article).order_by("pk")[0]
    with acting(None):
        for claim in reversed(claims):
            RecheckTask.objects.create(
                kind=RecheckTask.Kind.CHANGED_WORDS, claim=claim, placement=placement, created_at=story.NOW
            )

    def edit(claim: Claim) -> None:
        with acting(editor):
            Claim.objects.filter(pk=claim.pk).update(selection_reason="Of public interest")

    def hold_both_and_edit_the_first() -> None:
        list(Claim.objects.select_for_update().filter(pk__in=[claim.pk for claim in claims]).order_by("pk"))
        edit(claims[0])

    ended = behind(
        lambda: confirm_placement(person=editor, placement_id=placement.pk, now=story.NOW),
        first=hold_both_and_edit_the_first,
        then=lambda: edit(claims[1]),
    )
    assert ended == "done"
    assert not RecheckTask.objects.open().exists()
