import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quotes import check_span, context_of, find_quote, snap_to_graphemes

TEXT = "“It’s over,” she said — twice… Then: “It’s over,” he said.\n\nPages 3–5 tell it."


def spans(text: str, exact: str, prefix: str = "", suffix: str = "") -> list[tuple[int, int]]:
    return [(c.start, c.end) for c in find_quote(text, exact, prefix, suffix)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("she said — twice…", "she said — twice…"),
        ("she said -- twice...", "she said — twice…"),
        ("she  said\n—\ttwice…", "she said — twice…"),
        ("  she said  ", "she said"),
        ("he said. Pages", "he said.\n\nPages"),
        ("Pages 3–5", "Pages 3–5"),
        ("3–", "3–"),
        ("s\u00adhe sa\u200bid — tw", "she said — tw"),
    ],
)
def test_typography_and_white_space_need_not_agree(typed, found):
    (candidate,) = find_quote(TEXT, typed)
    assert candidate.exact == found == TEXT[candidate.start : candidate.end]
    assert candidate.score == 1.0


@pytest.mark.parametrize("typed", ["", "  ", "\n", "SHE SAID", "Pages 3-5", "she says", "\x00"])
def test_nothing_else_is_found(typed):
    assert find_quote(TEXT, typed) == []


def test_a_quote_that_stands_twice_comes_back_twice_in_order():
    first, second = find_quote(TEXT, '"It\'s over,"')
    assert first.start < second.start
    assert (first.exact, first.prefix, second.suffix[:8]) == ("“It’s over,”", "", " he said")


@pytest.mark.parametrize(
    ("prefix", "suffix", "expected"),
    [
        ("", " she said", 0),
        ("", " he said", 1),
        ("Then: ", "", 1),
        ("twice... Then:", "he said.", 1),
        ("\n", "she", 0),
    ],
)
def test_context_decides(prefix, suffix, expected):
    both = spans(TEXT, '"It\'s over,"')
    assert spans(TEXT, '"It\'s over,"', prefix, suffix) == [both[expected]]


@pytest.mark.parametrize("context", [("Now: ", ""), ("", " said"), ("somewhere else ", " entirely")])
def test_context_that_does_not_decide_leaves_all(context):
    assert len(spans(TEXT, '"It\'s over,"', *context)) == 2


def test_overlapping_places_are_ambiguous():
    assert spans("bla bla bla", "bla bla") == [(0, 7), (4, 11)]


def test_no_place_splits_a_cluster():
    text = "a 👩‍💻 and a 👩 here, cafe\u0323 and cafe"
    assert [c.exact for c in find_quote(text, "👩")] == ["👩"]
    assert find_quote(text, "👩")[0].start == text.rindex("👩")
    assert spans(text, "cafe") == [(text.rindex("cafe"), len(text))]


def test_composition_of_the_typed_quote_does_not_matter():
    assert [c.exact for c in find_quote("im Café am Platz", "Cafe\u0301 am")] == ["Café am"]


def test_right_to_left_and_cjk():
    text = "He said: مرحبا بالعالم. 東京は「大きい」。"
    assert [c.exact for c in find_quote(text, "بالعالم")] == ["بالعالم"]
    assert [c.exact for c in find_quote(text, "は「大きい」")] == ["は「大きい」"]


def test_context_of():
    assert context_of("abcdef", 2, 4) == ("ab", "ef")
    assert context_of("abcdef", 2, 4, size=1) == ("b", "e")
    assert context_of("👍🏽ab👍🏽", 2, 4, size=1) == ("", "")


@pytest.mark.parametrize(
    ("span", "exact", "is_right"),
    [((0, 2), "ab", True), ((0, 2), "aX", False), ((1, 1), "", False), ((-2, 2), "", False), ((1, 9), "bc", False)],
)
def test_check_span(span, exact, is_right):
    assert check_span("abc", span[0], span[1], exact) is is_right


@pytest.mark.parametrize(
    ("text", "span", "snapped"),
    [
        ("a word here", (1, 7), (2, 6)),
        ("x👩‍💻y", (2, 3), (1, 4)),
        ("x👩‍💻y", (1, 2), (1, 4)),
        ("🇫🇷🇩🇪", (1, 3), (0, 4)),
        ("ne\u0323e", (0, 2), (0, 3)),
        ("abc", (1, 2), (1, 2)),
        ("a \n b", (1, 4), (4, 4)),
        ("abc", (-5, 99), (0, 3)),
    ],
)
def test_snap_to_graphemes(text, span, snapped):
    assert snap_to_graphemes(text, *span) == snapped


PIECES = st.sampled_from(["a", "b ", "’", "“", "...", "…", "—", "--", "5", " ", "\n\n", "é", "👩‍💻", "日", "\u0301"])


@given(st.lists(PIECES, max_size=40).map("".join), st.data())
def test_every_stretch_is_found_where_it_stands(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    start, end = snap_to_graphemes(text, start, end)
    prefix, suffix = context_of(text, start, end)
    if start < end:
        found = find_quote(text, text[start:end])
        assert all(text[c.start : c.end] == c.exact for c in found)
        assert find_quote(text, text[start:end], prefix, suffix)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_is_answered(text, exact, prefix, suffix):
    for c in find_quote(text, exact, prefix, suffix):
        assert check_span(text, c.start, c.end, c.exact)
        assert 0 <= c.score <= 1


@pytest.mark.parametrize(
    ("text", "exact"),
    [("alpha “beta” — gamma\n\n" * 45_000, "delta"), ("a" * 1_000_000, "a" * 500), ("的" * 1_000_000, "的的")],
)
def test_a_million_code_points_take_linear_time(text, exact):
    begun = time.process_time()
    find_quote(text, exact)
    assert time.process_time() - begun < 3
