"""Words saved while they are typed: compared with what the person read, unless they stand there already."""

import pytest

from annotations.errors import Stale
from annotations.services.autosave import (
    Description,
    current_description,
    current_note,
    describe_claim,
    describe_evidence,
    version_of,
)
from tests.annotations import story

pytestmark = pytest.mark.django_db


def described(statement: str) -> Description:
    return Description(statement=statement, claimant=None, said_on=None, mode="")


def test_words_whose_answer_was_lost_are_sent_again_without_a_conflict(make_user):
    editor, colleague = make_user("editor"), make_user("editor")
    claim = story.mark(editor, story.make_article())
    appearance = claim.appearances.get()
    read = version_of(current_description(claim, appearance))

    def save(person, statement):
        return describe_claim(
            person=person, appearance_id=appearance.pk, description=described(statement), expected=read, now=story.NOW
        ).claim

    assert save(editor, "It cost 40 million").statement == "It cost 40 million"
    assert save(editor, "It cost 40 million").statement == "It cost 40 million"
    with pytest.raises(Stale):
        save(colleague, "It cost 50 million")


def test_a_note_that_stands_already_is_no_conflict(make_user):
    editor = make_user("editor")
    claim = story.mark(editor, story.make_article())
    evidence = story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    read = version_of(current_note(evidence))

    def save(note):
        return describe_evidence(
            person=editor, evidence_id=evidence.pk, stance=evidence.stance, note=note, expected=read, now=story.NOW
        )

    assert save("The auditors counted").note == save("The auditors counted").note == "The auditors counted"
    with pytest.raises(Stale):
        save("Somebody counted")
