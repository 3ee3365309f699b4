"""A sentence that repeats a claim is proposed once, added by a person alone, and dismissed for good."""

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from annotations.errors import WrongState
from annotations.models import Appearance, RepeatedClaim, Verdict
from annotations.services.boundaries import move_appearance
from annotations.services.changes.repeats import accept_repeat, dismiss_repeat, open_repeats
from annotations.services.claims import add_appearance
from annotations.services.evidence import remove_evidence
from annotations.services.merging import merge_claims
from annotations.services.targets import Target
from articles.models import CorpusCount, WordCount
from articles.search.finder_index import count_if_grown, index_articles
from core.errors import NotPermitted
from publishing.models import UncomparedArticle, UnindexedCheck
from publishing.services.check_index import CHECKS, index_checks
from publishing.services.repeats import compare_articles
from tests.annotations import story

pytestmark = pytest.mark.django_db
SAID = "The new bridge cost 40 million euros, the council leader said on Friday."
ELSEWHERE = (
    "Opposition doubts the numbers",
    f"A week later the sentence was heard again. {SAID} The hall was full.",
    "Nobody asked what had become of the old bridge.",
)


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Edda Editor")


@pytest.fixture
def claim(editor):
    return story.mark(editor, story.make_article(), SAID)


def come_in(*blocks: str):
    """Let an article come in: its sentences are indexed, then compared with the claims."""
    while index_checks():
        pass
    article = story.make_article(blocks, language="en")
    story.note_changed([article.pk])
    while index_articles():
        pass
    while compare_articles(now=timezone.now()):
        pass
    assert not UncomparedArticle.objects.exists()
    return article


def test_a_repeated_sentence_is_proposed_and_added_by_a_person(client, claim, editor):
    article = come_in(*ELSEWHERE)
    repeat = RepeatedClaim.objects.get()
    assert (repeat.claim, repeat.article, repeat.state) == (claim, article, "open")
    assert repeat.revision.text[repeat.start : repeat.end] == SAID
    assert claim.appearances.count() == 1

    client.force_login(editor)
    work = client.get(reverse("board:my_work")).content.decode()
    assert "Your claims, said elsewhere" in work
    assert "repeats: The bridge cost 40 million euros." in work
    assert 'data-action="accept"' in client.get(reverse("annotations:reader", args=[article.pk])).content.decode()

    answer = client.post(reverse("annotations:repeat_accept", args=[repeat.pk]), {"article": str(article.pk)})
    assert answer.headers["Location"] == reverse("annotations:reader", args=[article.pk])
    added = claim.appearances.exclude(passage__article=claim.appearances.order_by("created_at").first().passage.article)
    assert added.get().passage.exact == SAID
    repeat.refresh_from_db()
    assert (repeat.state, repeat.answered_by) == ("accepted", editor)
    assert AuditEvent.objects.filter(object_table="annotations_repeatedclaim", actor_id=editor.pk).count() == 1
    assert 'data-action="accept"' not in client.get(reverse("board:my_work")).content.decode()


@pytest.mark.parametrize(
    "sentence",
    [
        "The new bridge cost 61 million euros, the council leader said on Friday.",
        "The new tunnel was praised by the council leader.",
        "Friday was a good day for the council.",
    ],
)
def test_other_numbers_and_other_sentences_are_not_proposed(claim, sentence):
    come_in("Another matter", sentence, "Nothing else was said.")
    assert not RepeatedClaim.objects.exists()


def test_words_that_were_never_counted_are_found(claim, monkeypatch):
    """Words are counted again where a corpus grew by a quarter: until then a new claim's own words are unknown."""
    monkeypatch.setattr("publishing.services.check_index.count_if_grown", lambda *_args, **_named: None)
    WordCount.objects.all().delete()
    come_in(*ELSEWHERE)
    assert RepeatedClaim.objects.get().claim == claim


_ALIKE = """
INSERT INTO publishing_checktext (language, config, claim_id, text, title, is_quote, is_published, vector, length)
SELECT 'en', 'english', %s, made.text, '', true, false, made.vector, length(made.vector)
FROM generate_series(1, 5000) n, LATERAL (SELECT format('Prices of new bridges rose by %%s euros.', n) AS text) said,
    LATERAL (SELECT said.text, strip(to_tsvector('english', said.text)) AS vector) made
"""


def test_words_that_many_claims_have_are_not_read_for_each_sentence(claim):
    """Reports of one kind: their claims share all words but the number. Read for each sentence they took seconds an article."""
    while index_checks():
        pass
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [claim.pk])
    CorpusCount.objects.all().delete()
    count_if_grown(CHECKS, is_drained=True)
    sentences = [f"Prices of new bridges rose by {number} thousand euros." for number in range(6000, 6040)]
    asked: list[tuple[str, Any]] = []

    def note(execute, sql, params, many, context):
        if "articles_sentence" in sql and "publishing_checktext" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        come_in("Prices of bridges", " ".join([*sentences, SAID]))
    assert RepeatedClaim.objects.get().score > 0.9
    [(sql, params)] = asked
    story.note_changed([RepeatedClaim.objects.get().article_id])
    index_articles()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    assert 0 < rows_read(plan, "publishing_checktext") <= len(sentences) * 500  # of 200,000


def rows_read(node: dict[str, Any], table: str) -> float:
    """Return how many rows of the table a plan has read."""
    own = node["Actual Rows"] * node["Actual Loops"] if node.get("Relation Name") == table else 0
    return own + sum(rows_read(child, table) for child in node.get("Plans", []))


def test_sentences_that_are_marked_already_leave_room_for_others(claim, editor, monkeypatch):
    """A claim in the article itself is the likest of all, and only so many sentences are asked."""
    monkeypatch.setattr("publishing.services.repeats.MOST_SENTENCES", 1)
    while index_checks():
        pass
    own = "The library of the old town was opened again in May."
    article = story.make_article(("Two matters", own, f"{SAID} The hall was full."), language="en")
    story.mark(editor, article, own)
    story.note_changed([article.pk])
    while index_checks() or index_articles() or compare_articles(now=timezone.now()):
        pass
    assert RepeatedClaim.objects.get().claim == claim


def test_the_claims_own_article_is_not_proposed(claim):
    story.note_changed([claim.appearances.get().passage.article_id])
    come_in("Another matter", "It rained on Monday in the whole of the country.")
    assert not RepeatedClaim.objects.exists()


def test_words_that_are_the_claims_evidence_are_not_proposed(claim, editor):
    article = come_in("Opposition doubts the numbers", "A week later it rained. The hall was full.")
    text = f"A week later the sentence was heard again. {SAID} The hall was full."
    linked = story.make_article(("The sentence again", text), language="en")
    evidence = story.link(editor, claim, linked, SAID[:-30], "context")
    story.note_changed([article.pk, linked.pk])
    while index_articles():
        pass
    while compare_articles(now=timezone.now()):
        pass
    assert not RepeatedClaim.objects.exists()
    remove_evidence(person=editor, evidence_id=evidence.pk, now=story.NOW)
    story.note_changed([linked.pk])
    index_articles()
    compare_articles(now=timezone.now())
    assert RepeatedClaim.objects.get().article == linked


def test_a_proposal_goes_while_its_words_are_evidence(claim, editor):
    article = come_in(*ELSEWHERE)
    assert open_repeats().count() == 1
    evidence = story.link(editor, claim, article, SAID, "context")
    assert not open_repeats().exists()
    remove_evidence(person=editor, evidence_id=evidence.pk, now=story.NOW)
    assert open_repeats().count() == 1


def test_a_dismissed_sentence_is_proposed_nowhere_again(claim, editor):
    first, second = come_in(*ELSEWHERE), come_in("A copy", *ELSEWHERE[1:])
    repeats = RepeatedClaim.objects.order_by("created_at", "pk")
    assert {one.article for one in repeats} == {first, second}
    dismiss_repeat(person=editor, repeat_id=repeats[0].pk, now=timezone.now())
    come_in("A third paper", *ELSEWHERE[1:])
    assert set(repeats.values_list("state", flat=True)) == {"dismissed"}
    with pytest.raises(WrongState, match="dismissed this already"):
        accept_repeat(person=editor, repeat_id=repeats[0].pk, now=timezone.now())


def test_the_same_article_is_asked_about_once(claim):
    article = come_in(*ELSEWHERE)
    story.note_changed([article.pk])
    come_in("Another matter", "It rained on Monday in the whole of the country.")
    assert RepeatedClaim.objects.count() == 1


def test_only_who_may_write_claims_answers(claim, make_user, client):
    come_in(*ELSEWHERE)
    repeat, publisher = RepeatedClaim.objects.get(), make_user("publisher")
    for answer in (accept_repeat, dismiss_repeat):
        with pytest.raises(NotPermitted):
            answer(person=publisher, repeat_id=repeat.pk, now=timezone.now())
    client.force_login(publisher)
    assert client.post(reverse("annotations:repeat_dismiss", args=[repeat.pk])).status_code == 403
    repeat.refresh_from_db()
    assert (repeat.state, Appearance.objects.count()) == ("open", 1)


def test_an_accepted_place_returns_a_submitted_verdict_to_draft(claim, editor):
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
    verdict = story.in_review(editor, claim=claim)
    come_in(*ELSEWHERE)
    accept_repeat(person=editor, repeat_id=RepeatedClaim.objects.get().pk, now=timezone.now())
    assert Verdict.objects.get(pk=verdict.pk).status == "draft"


def test_a_merged_claims_proposals_and_dismissals_go_along(claim, editor):
    come_in(*ELSEWHERE)
    twin = story.mark(editor, story.make_article(("Bridge", f"Again. {SAID}"), external_id="twin"), SAID)
    proposed = RepeatedClaim.objects.get()
    dismiss_repeat(person=editor, repeat_id=proposed.pk, now=story.NOW)
    merge_claims(person=editor, claim_id=claim.pk, into_id=twin.pk, now=story.NOW)
    proposed.refresh_from_db()
    assert (proposed.claim, proposed.state) == (twin, "dismissed")
    come_in("A third paper", SAID)
    assert not open_repeats().exists()


def test_of_two_proposals_for_one_place_the_merged_claims_is_closed(claim, editor):
    twin = story.mark(editor, story.make_article(("Bridge", f"Again. {SAID}"), external_id="twin"), SAID)
    come_in(*ELSEWHERE)
    assert set(open_repeats().values_list("claim", flat=True)) == {claim.pk, twin.pk}
    merge_claims(person=editor, claim_id=claim.pk, into_id=twin.pk, now=story.NOW)
    assert [one.claim for one in open_repeats()] == [twin]


def test_moved_ends_are_indexed_anew(claim, editor):
    while index_checks():
        pass
    appearance = claim.appearances.get()
    target = Target(article_id=appearance.passage.article_id, exact="bridge cost 40 million euros")
    move_appearance(person=editor, appearance_id=appearance.pk, target=target, now=story.NOW)
    assert UnindexedCheck.objects.filter(owner_id=claim.pk).exists()


def test_a_proposal_goes_where_its_claim_stands_in_the_article_already(claim, editor):
    article = come_in(*ELSEWHERE)
    assert open_repeats().count() == 1
    add_appearance(person=editor, claim_id=claim.pk, target=Target(article_id=article.pk, exact=SAID), now=story.NOW)
    assert not open_repeats().exists()


def test_a_merged_claims_proposal_goes_where_the_other_claim_was_marked(claim, editor):
    article = come_in(*ELSEWHERE)
    twin = story.mark(editor, article, SAID)
    assert open_repeats().count() == 1
    merge_claims(person=editor, claim_id=claim.pk, into_id=twin.pk, now=story.NOW)
    assert not open_repeats().exists()
