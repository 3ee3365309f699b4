"""The ranking's statement: which words look for candidates, and two wordings of one question."""

import pytest

from articles.search.corpora import SENTENCES
from articles.search.ranking import Question, join_wordings
from articles.search.ranking_query import MAX_POSTINGS, Lookup, lookups_of
from articles.search.terms import Term, counts_of, terms_of_all


def term(word: str, texts: int, weight: float = 1.0) -> Term:
    return Term(word, (word,), texts, weight)


def test_rare_words_look_alone_and_frequent_ones_in_pairs() -> None:
    often = MAX_POSTINGS * 10
    lookups = dict(
        lookups_of([Lookup("'russia'", often, 0.5), Lookup("'notpetya'", 3, 4.0), Lookup("'say'", often + 1, 0.25)])
    )
    assert lookups == {"'notpetya'": 4.0, "('russia') & ('say')": 0.75}


def test_a_frequent_word_looks_alone_where_there_is_no_other() -> None:
    assert lookups_of([Lookup("'say'", MAX_POSTINGS + 1, 1.0)]) == [("'say'", 1.0)]


def test_a_pair_of_many_forms_keeps_them_together() -> None:
    one, other = Lookup("'x' | 'it''s'", MAX_POSTINGS + 2, 1.0), Lookup("'y'", MAX_POSTINGS + 1, 1.0)
    assert lookups_of([one, other])[-1] == ("('y') & ('x' | 'it''s')", 2.0)


def test_another_wording_adds_its_own_words_by_half() -> None:
    first = Question("a b", [term("a", 1, 2.0), term("b", 1, 2.0)], vector=(1.0, 0.0))
    other = Question("b c", [term("b", 1, 2.0), term("c", 1, 2.0)], vector=(0.0, 1.0))
    joined = join_wordings(first, other)
    assert [(one.word, one.weight) for one in joined.terms] == [("a", 2.0), ("b", 2.0), ("c", 1.0)]
    assert joined.ideal == 5.0
    assert joined.vector == pytest.approx([0.5**0.5, 0.5**0.5])
    assert join_wordings(first, Question("c", [])).vector == (1.0, 0.0)


@pytest.mark.django_db
def test_the_words_of_many_questions_take_two_queries(django_assert_max_num_queries) -> None:
    counts = counts_of(SENTENCES)
    with django_assert_max_num_queries(2):
        found = terms_of_all(SENTENCES, counts, [f"harbour cargo number{n} of the" for n in range(50)])
    assert [one.word for one in found[7]] == ["cargo", "harbour", "number7"]
