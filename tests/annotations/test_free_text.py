"""Labels in the author's own words: typed, frozen, approved, published, corrected."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.audit import acting
from annotations.models import Contribution, RatingScale, Verdict
from annotations.presets import FREE_TEXT
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.freeze import content_of, frozen_content
from annotations.services.verdicts.review import approve_verdict, changes_rating
from annotations.services.verdicts.submission import submit_verdict
from core.errors import DomainError, InvalidInput
from publishing.models import FactCheck
from publishing.services.publish import publish_verdict
from publishing.services.withdrawals import remove_for_legal_reasons
from tests.annotations import story

pytestmark = pytest.mark.django_db
LABEL = "Cherry-picked, and dearer"


@pytest.fixture
def reviewer(make_user):
    return make_user(("reviewer", "publisher"))


def free(rating_class: str):
    return RatingScale.objects.get(key=FREE_TEXT).ratings.get(rating_class=rating_class)


def typed(editor, label: str = LABEL, rating_class: str = "mostly_false") -> Verdict:
    return story.draft(editor, rating=free(rating_class), rating_text=label)


def test_a_typed_label_is_what_everybody_gets(client, editor, reviewer):
    verdict = submit_verdict(person=editor, verdict_id=typed(editor).pk, now=story.NOW)
    frozen = frozen_content(verdict.frozen)
    assert (frozen["rating"]["label"], frozen["rating"]["class"], frozen["rating"]["value"]) == (
        LABEL,
        "mostly_false",
        None,
    )
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    check = FactCheck.objects.get()
    assert (check.rating_label, check.rating_class) == (LABEL, "mostly_false")
    review = check.document["claimreview"]["reviewRating"]
    assert (review["alternateName"], review.keys() & {"ratingValue", "bestRating", "worstRating"}) == (LABEL, set())
    client.force_login(editor)
    for url in (
        reverse("publishing:fact_check", args=[check.slug]), reverse("annotations:claim", args=[check.claim_id]),
        reverse("annotations:claims"), reverse("publishing:review", args=[verdict.pk]),
    ):  # fmt: skip
        assert LABEL in client.get(url).content.decode(), url


def test_a_legal_removal_blanks_it(editor, reviewer, make_user):
    verdict = submit_verdict(person=editor, verdict_id=typed(editor).pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    for person in (make_user("publisher"), make_user("admin")):
        remove_for_legal_reasons(person=person, verdict_id=verdict.pk, reason="Order 7", now=story.NOW)
    verdict.refresh_from_db()
    assert (verdict.status, verdict.rating_text) == ("retracted", "")


def test_it_has_to_be_typed_and_is_saved_as_it_is_typed(client, editor):
    verdict = typed(editor, label="  ")
    with pytest.raises(DomainError, match="Type the label"):
        submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    with pytest.raises(InvalidInput, match="at most 120"):
        save_verdict(person=editor, verdict_id=verdict.pk, rating_text="x" * 121, now=story.NOW)
    client.force_login(editor)
    page = client.get(reverse("annotations:claim", args=[verdict.claim_id])).content.decode()
    assert "Label in your own words" in page
    url = reverse("annotations:verdict_draft", args=[verdict.pk])
    answer = client.post(url, {"rating_text": LABEL}, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    verdict = Verdict.objects.select_related("rating__scale").get(pk=verdict.pk)
    assert verdict.rating_label == LABEL
    save_verdict(person=editor, verdict_id=verdict.pk, rating=story.rating(), now=story.NOW)
    verdict = Verdict.objects.select_related("rating__scale").get(pk=verdict.pk)
    assert verdict.rating_label == "False", "kept, but not shown on another scale"
    assert content_of(verdict)["rating"]["label"] == "False"


def test_another_label_is_another_rating(editor, reviewer):
    verdict = submit_verdict(person=editor, verdict_id=typed(editor).pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    live = publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW).verdict
    version = correct_verdict(person=editor, verdict_id=live.pk, kind="refile", note="", now=story.NOW)
    assert version.rating_text == LABEL
    assert not changes_rating(version)
    version = save_verdict(person=editor, verdict_id=version.pk, rating_text="Wrong", now=story.NOW)
    assert changes_rating(version)
    for kind in ("refile", "update"):
        save_verdict(person=editor, verdict_id=version.pk, correction_kind=kind, correction_note="Why", now=story.NOW)
        with pytest.raises(DomainError, match="rating"):
            submit_verdict(person=editor, verdict_id=version.pk, now=story.NOW)


def test_the_database_counts_it_as_content(editor, reviewer, make_user):
    verdict = submit_verdict(person=editor, verdict_id=typed(editor).pk, now=story.NOW)
    with pytest.raises(DatabaseError, match="back to draft"), transaction.atomic(), acting(reviewer):
        Verdict.objects.filter(pk=verdict.pk).update(rating_text="Mine")
    other = make_user("editor")
    save_verdict(person=other, verdict_id=verdict.pk, rating_text="Mine", now=story.NOW)
    assert Contribution.objects.filter(verdict=verdict, person=other).exists()
