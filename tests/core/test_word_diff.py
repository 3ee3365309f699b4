import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.diff.words import word_diff


@pytest.mark.parametrize(
    ("old", "new", "hunks"),
    [
        ("", "", []),
        ("same words", "same words", [("equal", "same words")]),
        ("", "new", [("insert", "new")]),
        ("old", "", [("delete", "old")]),
        (
            "it sent 80 letters",
            "it sent 45 letters",
            [("equal", "it sent "), ("delete", "80"), ("insert", "45"), ("equal", " letters")],
        ),
        (
            "he has sent it off",
            "he had got it off",
            [("equal", "he "), ("delete", "has sent"), ("insert", "had got"), ("equal", " it off")],
        ),
        ("one two", "one 1,5 two", [("equal", "one "), ("insert", "1,5 "), ("equal", "two")]),
        (
            "it hasn't come",
            "it hasn’t come",
            [("equal", "it hasn"), ("delete", "'"), ("insert", "’"), ("equal", "t come")],
        ),
    ],
)
def test_hunks(old, new, hunks):
    assert word_diff(old, new) == hunks


WORDS = st.lists(st.sampled_from(["a", "b", "the", "80", " ", " ", "\n\n", ".", "’", "é", "日", "🙂"]), max_size=40)


@given(WORDS.map("".join), WORDS.map("".join))
def test_nothing_is_lost(old, new):
    hunks = word_diff(old, new)
    assert "".join(text for operation, text in hunks if operation != "insert") == old
    assert "".join(text for operation, text in hunks if operation != "delete") == new
    assert all(text for _, text in hunks)
    assert all(a[0] != b[0] for a, b in pairwise(hunks))


def test_long_texts_take_a_moment_not_a_minute():
    old = "".join(f"word{n % 997} " for n in range(100_000))
    begun = time.process_time()
    word_diff(old, old.replace("word7 ", "other ") + "end")
    assert time.process_time() - begun < 5
