"""The evidence finder: what it shows for a claim, what it leaves out, and the reasons it gives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from annotations.services.claimants import ClaimantInput
from annotations.services.claims import add_appearance, remove_claim
from annotations.services.evidence import add_evidence
from annotations.services.finder import PassageFilters, find_passages
from annotations.services.finder.claim_context import read_claim_context
from annotations.services.targets import Target
from articles.models import Article, CorpusCount, Sentence, WordCount
from articles.search.corpora import SENTENCES
from articles.search.finder_index import (
    backlog,
    count_if_grown,
    embed_texts,
    index_articles,
    note_all_changed,
    sentence_spans,
)
from tests.annotations import story

pytestmark = pytest.mark.django_db

HARBOUR = (
    "Harbour opens",
    "The harbour of Elbeck handled 4 million tonnes of cargo. A ferry sank there in May.",
    "Dr. Lena Ortega, the U.S. President’s envoy, visited it.",
)


def indexed(*articles: Article) -> None:
    story.note_changed(article.pk for article in articles)
    while index_articles():
        pass


def texts(found: Any) -> list[str]:
    return [hit.exact for hit in found.hits]


def test_words_are_counted_to_the_last_article_of_a_long_import(monkeypatch: Any) -> None:
    monkeypatch.setattr("articles.search.finder_index._SMALL", 2)
    for number in range(6):
        story.note_changed([story.make_article((f"Ferry {number}", f"Ferry {number} sank in May.")).pk])
    while index_articles(limit=1):
        pass
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT texts, total FROM articles_wordcount JOIN articles_corpuscount USING (corpus) WHERE lexeme = 'sank'"
        )
        assert cursor.fetchone() == (6, 12)


def test_a_sample_that_misses_a_word_does_not_forget_it(monkeypatch: Any) -> None:
    """A word that is not counted is left out of the best score: each text that has it would be taken for the best."""
    indexed(story.make_article(("The ferry", "The ferry sank in May.")))
    monkeypatch.setattr("articles.search.finder_index._COUNTED_WHOLE", 0)  # a sample of nothing
    CorpusCount.objects.all().delete()
    count_if_grown(SENTENCES, is_drained=True)
    assert CorpusCount.objects.filter(corpus="sentences").exists()
    assert WordCount.objects.filter(corpus="sentences", lexeme="sank").exists()


@pytest.fixture
def claim(editor: Any) -> Any:
    council, audit = story.make_article(), story.make_article(story.AUDIT)
    made = story.mark(editor, council)
    indexed(council, audit)
    return made


def test_sentences_are_cut_without_furniture_and_abbreviations_do_not_cut() -> None:
    text = "Title\n\nDr. Ortega met the U.S. President. He left.\n\nSubscribe now."
    blocks = [
        {"role": "headline", "start": 0, "end": 5},
        {"role": "body", "start": 7, "end": 50},
        {"role": "furniture", "start": 52, "end": 66},
    ]
    spans = sentence_spans(text, blocks, {}, "en")
    assert [text[start:end] for start, end, _ in spans] == ["Title", "Dr. Ortega met the U.S. President.", "He left."]
    assert [is_headline for *_, is_headline in spans] == [True, False, False]
    table = "numbers and words " * 100
    (whole,) = [{"role": "body", "start": 0, "end": len(table)}]
    cuts = [table[start:end] for start, end, _ in sentence_spans(table, [whole], {}, "en")]
    assert [piece.split()[-1] in {"numbers", "and", "words"} for piece in cuts] == [True, True]
    spans = sentence_spans(text, blocks, {2: "body"}, "en")  # a person said so
    assert text[spans[-1][0] : spans[-1][1]] == "Subscribe now."


def test_the_counter_evidence_comes_and_the_claims_own_words_do_not(claim: Any) -> None:
    found = find_passages(claim=claim)
    assert found.question == "The bridge cost 40 million euros."
    assert "cost of the bridge at 61 million euros" in found.hits[0].exact
    assert not any("cost 40 million" in text for text in texts(found))
    assert found.left_out == 1
    best = found.hits[0]
    assert best.other_numbers == ["61 million euros"]
    assert [best.exact[start:end] for start, end in best.marks] == ["cost", "bridge", "million", "euros"]
    assert best.before.endswith("Auditors publish bridge accounts\n\n")
    assert "Two workers" in best.after
    assert "shared words only" in found.note


def test_a_copy_of_the_claims_words_elsewhere_is_left_out(claim: Any) -> None:
    copy = story.make_article(("Elsewhere", "The new bridge cost 40 million euros, the council leader said on Friday!"))
    indexed(copy)
    assert copy.pk not in {hit.article_id for hit in find_passages(claim=claim).hits}


def test_copies_of_one_sentence_are_one_entry(claim: Any) -> None:
    copies = [story.make_article((f"Paper {n}", story.AUDIT[1])) for n in range(3)]
    indexed(*copies)
    (best, *others) = find_passages(claim=claim).hits
    assert len(best.copies) == 3
    assert best.exact not in [hit.exact for hit in others]


def test_what_the_claimant_says_is_left_out_unless_asked_for(claim: Any) -> None:
    said = story.make_article(
        ("Council again", "“The bridge cost less than 45 million euros,” Ada Example said in the council.")
    )
    indexed(said)
    assert said.pk not in {hit.article_id for hit in find_passages(claim=claim).hits}
    found = find_passages(claim=claim, filters=PassageFilters(is_not_claimant=False))
    (hit,) = [hit for hit in found.hits if hit.article_id == said.pk]
    assert hit.is_said_by_claimant
    assert hit.is_contradiction
    assert [reason.code for reason in hit.reasons][:2] == ["said_by_claimant", "other_number"]
    only = find_passages(claim=claim, filters=PassageFilters(is_not_claimant=False, is_contradiction=True))
    assert [hit.article_id for hit in only.hits] == [said.pk]


def test_what_is_marked_as_said_by_the_claimant_is_left_out_too(claim: Any, editor: Any) -> None:
    words = "A bridge for less than 45 million euros is cheap."
    article = story.make_article(("A speech", words))
    indexed(article)
    assert article.pk in {hit.article_id for hit in find_passages(claim=claim).hits}
    other = story.mark(editor, article, "less than 45 million euros", statement="The bridge was cheap.")
    assert other.claimant == claim.claimant
    assert article.pk not in {hit.article_id for hit in find_passages(claim=claim).hits}
    found = find_passages(claim=claim, filters=PassageFilters(is_not_claimant=False))
    (hit,) = [hit for hit in found.hits if hit.article_id == article.pk]
    assert hit.is_said_by_claimant
    remove_claim(person=editor, claim_id=other.pk, now=story.NOW)
    assert article.pk in {hit.article_id for hit in find_passages(claim=claim).hits}


def test_a_number_of_another_thing_is_no_reason(claim: Any) -> None:
    article = story.make_article(("Council", "Ada Example opened the bridge to traffic two months late, at no cost."))
    indexed(article)
    found = find_passages(claim=claim, filters=PassageFilters(is_not_claimant=False))
    (hit,) = [hit for hit in found.hits if hit.article_id == article.pk]
    assert "other_number" not in {reason.code for reason in hit.reasons}
    assert hit.other_numbers == []


def test_a_reason_cuts_no_word(claim: Any, editor: Any) -> None:
    audit = Article.objects.get(title=story.AUDIT[0])
    statement = "The audit office counts the whole cost of the bridge, of its roads and of the compensation."
    office = ClaimantInput(name="Office of Audits")
    story.mark(editor, audit, "the bridge at 61 million euros", statement=statement, claimant=office)
    (reason,) = [reason for reason in find_passages(claim=claim).hits[0].reasons if reason.code == "linked_elsewhere"]
    assert (
        reason.words
        == "Marked as a claim: “The audit office counts the whole cost of the bridge, of its roads and of the…”"
    )


def test_a_removed_claim_is_not_named(claim: Any, editor: Any) -> None:
    audit = Article.objects.get(title=story.AUDIT[0])
    office = ClaimantInput(name="Office of Audits")
    other = story.mark(editor, audit, "the bridge at 61 million euros", statement="It cost 61.", claimant=office)
    remove_claim(person=editor, claim_id=other.pk, now=story.NOW)
    assert "linked_elsewhere" not in {reason.code for reason in find_passages(claim=claim).hits[0].reasons}


def test_a_linked_passage_says_so(claim: Any, editor: Any) -> None:
    audit = Article.objects.get(title=story.AUDIT[0])
    add_evidence(
        person=editor,
        claim_id=claim.pk,
        stance="refutes",
        target=Target(article_id=audit.pk, exact="the bridge at 61 million euros"),
        now=story.NOW,
    )
    best = find_passages(claim=claim).hits[0]
    assert best.reasons[0].words == "Already linked to this claim: refutes"


def test_filters_narrow_before_the_best_are_taken(claim: Any) -> None:
    german = story.make_article(("Brücke", "Die Brücke kostete 61 Millionen Euro."), language="de")
    indexed(german)
    found = find_passages(question="Brücke kostete Millionen", filters=PassageFilters(language="de"))
    assert texts(found) == ["Die Brücke kostete 61 Millionen Euro."]  # its headline is no passage to link
    only = PassageFilters(language="de", has_number=True)
    assert texts(find_passages(question="Brücke kostete Millionen", filters=only)) == [german.current_revision.text[8:]]


def test_nothing_found_is_nothing(claim: Any) -> None:
    assert find_passages(question="zebras in Antarctica").hits == []
    assert find_passages(question="of the and").hits == []
    assert find_passages(question="!!").hits == []


def test_where_nothing_is_found_the_days_passages_about_the_names_are_offered(editor: Any) -> None:
    day = datetime(2026, 11, 20, tzinfo=UTC)
    council = story.make_article(
        ("Council", "Mayor Ada Example said that nobody swims in winter."), published_at=day, language="en"
    )
    near = story.make_article(("Harbour", "Ada Example opened a new market hall."), published_at=day, language="en")
    late = story.make_article(
        ("Later", "Ada Example left the town."), published_at=day + timedelta(days=30), language="en"
    )
    indexed(council, near, late)
    claim = story.mark(editor, council, exact="nobody swims in winter", statement="Nobody swims in winter")
    found = find_passages(claim=claim, filters=PassageFilters(is_not_claimant=False))
    assert found.hits == []
    assert [hit.exact for hit in found.nearby] == ["Ada Example opened a new market hall."]
    assert find_passages(question="zebras in Antarctica").nearby == []


def test_words_beside_the_claim_are_names_and_telling_words(editor: Any) -> None:
    filler = [story.make_article((f"Day {n}", "We’re there with people today and we say so.")) for n in range(12)]
    said = (
        "The auditors read the bridge invoices in May, we’re told.",
        "Bridge invoices went missing, auditors complained today.",
        "Nobody but the auditors saw invoices for the bridge.",
    )
    articles = [story.make_article((f"Audit {n}", text)) for n, text in enumerate(said)]
    indexed(*filler, *articles)
    found = find_passages(question="bridge invoices")
    assert "auditors" in found.beside
    assert not {"We’re", "today"} & set(found.beside)


def test_every_word_of_a_long_question_counts(claim: Any) -> None:
    filler = " ".join(f"unheard{n}" for n in range(60))
    assert texts(find_passages(question=f"{filler} workers hurt"))[0].startswith("Two workers")


def test_names_and_words_beside_them_are_offered(claim: Any) -> None:
    article = story.make_article(HARBOUR)
    indexed(article)
    found = find_passages(question="Did the harbour of Elbeck handle cargo for Lena Ortega?")
    assert {"Elbeck", "Lena Ortega"} <= set(found.names)


def test_names_come_from_the_heads_of_the_first_three_articles(editor: Any, capture_queries: Any) -> None:
    towns = ("Elbeck", "Norden", "Fulda", "Lingen")
    words = "Friday the bridge cost 40 million euros."
    # The last paragraph of each begins beyond what is read.
    said = [
        story.make_article((f"Report {n}", words, f"So says {town} again.", "x " * 10_000, f"In {town}burg too."))
        for n, town in enumerate(towns)
    ]
    claim = story.mark(editor, said[0])
    for article in said[1:]:
        add_appearance(
            person=editor,
            claim_id=claim.pk,
            target=Target(article_id=article.pk, exact="cost 40 million euros"),
            now=story.NOW,
        )
    with capture_queries() as queries:
        offered = read_claim_context("", claim).offered
    assert {*towns[:3]} <= set(offered)
    assert not {"Lingen", "Elbeckburg"} & set(offered)
    assert not [one["sql"] for one in queries if '"text"' in one["sql"] and "SUBSTRING" not in one["sql"]]


def test_a_new_revision_replaces_the_sentences(claim: Any) -> None:
    audit = Article.objects.get(title=story.AUDIT[0])
    before = set(Sentence.objects.filter(article=audit).values_list("pk", flat=True))
    indexed(audit)
    after = set(Sentence.objects.filter(article=audit).values_list("pk", flat=True))
    assert len(before) == len(after) == 3
    assert before.isdisjoint(after)


def test_all_can_be_made_anew_and_the_backlog_tells(claim: Any) -> None:
    assert backlog().is_empty
    assert note_all_changed() == 2
    assert backlog().articles == 2
    while index_articles():
        pass
    assert backlog().is_empty


def test_the_encoder_finds_what_other_words_say(claim: Any, encoder: None) -> None:
    article = story.make_article(
        ("Ferry", "The passenger vessel went under near the quay.", "Tax forms are due in July."), language="en"
    )
    indexed(article)
    assert backlog().vectors == 3
    while embed_texts(SENTENCES):
        pass
    assert backlog().vectors == 0
    found = find_passages(question="A ship sank in the harbour", filters=PassageFilters())
    assert found.note == ""
    assert found.hits[0].exact == "The passenger vessel went under near the quay."
    assert found.hits[0].reasons[-1].code in {"similar", "same_words"}
    unknown = find_passages(question="Корабль затонул в гавани города вчера вечером", filters=PassageFilters())
    assert "does not cover this language" in unknown.note
