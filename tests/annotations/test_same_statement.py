"""The same statement twice, by one claimant: said where it is typed, at submit and in the review."""

import pytest
from django.db import connection
from django.urls import reverse

from annotations.models import Claim
from annotations.services.claim_reads import note_same, same_statements
from annotations.services.claimants import ClaimantInput
from annotations.services.claims import remove_claim, update_claim
from annotations.statements import fold_statement
from tests.annotations import story

TOLD = "The same statement by this claimant is there already"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("The bridge cost 40 million euros.", "the  bridge cost 40 million euros", True),
        ("The bridge — it cost 40 million!", "The bridge, it cost 40 million", True),
        ("STRASSE 5", "Straße 5", True),
        ("It cost 1.5 million", "It cost 15 million", False),
        ("It cost 40 million", "It cost 60 million", False),
        ("Мост стоил 40 миллионов.", "мост стоил 40 миллионов", True),
    ],
)
def test_case_space_and_punctuation_make_no_difference_and_words_do(one, other, is_same):
    assert (fold_statement(one) == fold_statement(other)) is is_same


def test_no_word_is_no_statement():
    assert fold_statement("") == fold_statement("?!") == ""


@pytest.mark.django_db
def test_it_is_told_where_it_is_typed_at_submit_and_in_the_review(client, make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    first = story.in_review(editor)
    twin = story.draft(editor).claim
    verdict = twin.verdicts.get()
    client.force_login(editor)
    words = reverse("annotations:claim_draft", args=[twin.pk])
    asks = {"Accept": "application/json"}
    other = client.post(words, {"statement": "The bridge cost 60 million euros."}, headers=asks)
    assert "note" not in other.json()
    asks["If-Match"] = other["ETag"]
    typed = client.post(words, {"statement": "the bridge cost 40 million euros"}, headers=asks)
    assert typed.json()["note"] == f"{TOLD}: in review."
    assert TOLD in client.get(reverse("annotations:verdict_checklist", args=[verdict.pk])).content.decode()
    assert TOLD in client.get(reverse("publishing:claim_precedents", args=[twin.pk])).content.decode()
    client.force_login(reviewer)
    page = client.get(reverse("publishing:review", args=[first.pk])).content.decode()
    assert TOLD in page[page.index("Before you decide") : page.index('id="decision"')]


@pytest.mark.django_db
def test_another_claimant_a_removed_claim_and_a_changed_statement_are_not_the_same(make_user):
    editor = make_user("editor")
    claim, twin = (story.mark(editor, story.make_article()) for _ in range(2))
    assert [one.claim for one in same_statements(claim)] == [twin]
    update_claim(person=editor, claim_id=twin.pk, claimant=ClaimantInput(name="Bo"), now=story.NOW)
    assert same_statements(claim) == []
    update_claim(person=editor, claim_id=twin.pk, claimant=ClaimantInput(name="Ada Example"), now=story.NOW)
    assert note_same(claim)
    update_claim(person=editor, claim_id=twin.pk, statement="Something else", now=story.NOW)
    assert note_same(claim) == {}
    update_claim(person=editor, claim_id=twin.pk, statement=claim.statement, now=story.NOW)
    remove_claim(person=editor, claim_id=twin.pk, now=story.NOW)
    assert note_same(claim) == {}


@pytest.mark.django_db
def test_the_lookup_is_by_index(make_user):
    claim = story.mark(make_user("editor"), story.make_article())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = Claim.objects.filter(statement_key=claim.statement_key).order_by()
        assert "claim_same_statement" in found.explain()
