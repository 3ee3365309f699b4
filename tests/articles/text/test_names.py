"""Which capitalised words are names, and which words are worth searching for."""

import pytest

from articles.text.names import is_telling, names_in, names_inside

ARTICLE = "Additionally, Putin spoke. Talks with Joe Biden failed. Moscow said so. Biden left Moscow for Italy."


def test_a_capital_letter_at_the_start_of_a_sentence_makes_no_name():
    assert names_in(ARTICLE, names_inside(ARTICLE)) == ["Putin", "Joe Biden", "Moscow", "Biden", "Italy"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Additionally, nothing happened.", []),
        ("Speaking in Geneva, he left.", ["Geneva"]),
        ("Since Biden came, it rained.", ["Biden"]),
        ("Let's go. What's new?", []),
        ("Beijing denies it. NATO agrees.", ["Beijing", "NATO"]),
        ("Vladimir Putin denies it.", ["Vladimir Putin"]),
    ],
)
def test_a_short_text_has_the_names_that_look_like_names(text, names):
    assert names_in(text) == names


def test_adverbs_and_plain_verbs_are_no_words_to_search_for():
    text = "Additionally, he was raising the sanctions that were raised at the hearing, officials said."
    words = ["Additionally", "raising", "raised", "said", "sanctions", "hearing", "officials"]
    assert [word for word in words if is_telling(word, text)] == ["sanctions", "hearing", "officials"]
