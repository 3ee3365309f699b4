"""The canonical text: what may be in it, where blocks begin and end, that it is stable."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.limits import MAX_TEXT_CODE_POINTS
from articles.text.canonical import (
    CanonicalText,
    TextTooLong,
    canonical_from_blocks,
    canonical_from_html,
    canonical_from_plain,
    normalise_inline,
)
from articles.text.html_blocks import HtmlTooDeep


def contents(canonical: CanonicalText) -> list[tuple[str, str]]:
    return [(block.tag, canonical.of(block)) for block in canonical.blocks]


def roles(canonical: CanonicalText) -> list[str]:
    return [block.role for block in canonical.blocks]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\u00a0\u2009\t b", "a b"),
        ("NUL\x00 gone\x07", "NUL gone"),
        ("C1\x85\x9f gone", "C1 gone"),
        ("zero\u200bwidth\ufeff and soft\u00adhyphen", "zerowidth and softhyphen"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("\u202bعربي\u202c", "\u202bعربي\u202c"),
        ("東京\u3000都", "東京 都"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n b", "a\nb"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("10⁹ and ﬁ", "10⁹ and ﬁ"),
        ("   ", ""),
    ],
)
def test_inline_text_is_normalised(raw, expected):
    assert normalise_inline(raw) == expected


def test_dropping_a_character_leaves_nothing_decomposed():
    assert normalise_inline("e\u200b\u0301") == "é"


def test_offsets_count_code_points():
    canonical = canonical_from_blocks([("p", "😀 e\u0301"), ("p", "عربي"), ("p", "東京")], title="T")
    assert [(b.start, b.end) for b in canonical.blocks] == [(0, 1), (3, 6), (8, 12), (14, 16)]
    assert canonical.text == "T\n\n😀 é\n\nعربي\n\n東京"


def test_title_is_block_zero_inside_the_text():
    canonical = canonical_from_blocks([("p", "Body")], title=" A\u00a0 title ")
    assert contents(canonical) == [("h1", "A title"), ("p", "Body")]
    assert roles(canonical) == ["headline", "body"]
    assert canonical.title == "A title"


def test_first_block_that_says_the_title_is_the_headline_and_not_doubled():
    for tag in ("h1", "h2", "p"):
        canonical = canonical_from_blocks([(tag, "The title"), ("p", "Body")], title="The title")
        assert contents(canonical) == [("h1", "The title"), ("p", "Body")]


def test_only_block_zero_is_an_h1():
    canonical = canonical_from_blocks([("p", "Body"), ("h1", "Later")], title="T")
    assert contents(canonical) == [("h1", "T"), ("p", "Body"), ("h2", "Later")]


def test_roles_follow_tags():
    tags = ["standfirst", "p", "li", "figcaption", "blockquote", "bogus"]
    canonical = canonical_from_blocks([(tag, f"Text of {tag}") for tag in tags])
    assert roles(canonical) == ["standfirst", "body", "list", "caption", "body", "body"]
    assert [block.tag for block in canonical.blocks] == ["p", "p", "li", "figcaption", "blockquote", "p"]


def test_nothing_makes_an_empty_text_without_blocks():
    for canonical in (
        canonical_from_blocks([("p", " \u200b ")]),
        canonical_from_plain(""),
        canonical_from_html("<p> </p>"),
    ):
        assert (canonical.text, canonical.blocks, canonical.title) == ("", (), "")


def test_hash_is_of_the_utf8_bytes():
    canonical = canonical_from_plain("é")
    assert canonical.sha256 == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


BLOCKS = st.lists(
    st.tuples(st.sampled_from(["p", "h1", "h2", "li", "pre", "figcaption"]), st.text(max_size=60)), max_size=8
)


@settings(deadline=None)
@given(blocks=BLOCKS, title=st.none() | st.text(max_size=30))
def test_invariants_hold_for_any_blocks(blocks, title):
    canonical = canonical_from_blocks(blocks, title=title)
    assert "\n\n".join(canonical.of(block) for block in canonical.blocks) == canonical.text
    assert unicodedata.is_normalized("NFC", canonical.text)
    assert "\x00" not in canonical.text
    for block in canonical.blocks:
        assert canonical.of(block) == canonical.of(block).strip() != ""
        assert "\n\n" not in canonical.of(block)
    again = canonical_from_blocks(contents(canonical), title=canonical.title or None)
    assert again.text == canonical.text
    assert [(b.tag, b.start, b.end) for b in again.blocks] == [(b.tag, b.start, b.end) for b in canonical.blocks]


@settings(deadline=None)
@given(raw=st.text(max_size=300))
def test_any_plain_text_and_html_is_taken(raw):
    for canonical in (canonical_from_plain(raw), canonical_from_html(raw)):
        assert "\n\n".join(canonical.of(block) for block in canonical.blocks) == canonical.text


def test_text_at_the_limit_is_taken_and_over_it_refused():
    assert len(canonical_from_plain("x" * MAX_TEXT_CODE_POINTS).text) == MAX_TEXT_CODE_POINTS
    with pytest.raises(TextTooLong, match="1,000,001 characters"):
        canonical_from_plain("x" * (MAX_TEXT_CODE_POINTS + 1))


@pytest.mark.parametrize(
    "unit", ["a\u0301\u0316", "\u0316\u0301", "<b>", "- \n", "a\n", "\u00ad", "- x\n\n", '". ', "1.1.2021 "]
)
def test_time_is_linear_on_hostile_text(unit):
    raw = unit * (200_000 // len(unit))
    start = time.process_time()
    try:
        canonical_from_plain(raw)
        canonical_from_html(raw)
    except (TextTooLong, HtmlTooDeep):
        pass
    assert time.process_time() - start < 5


def test_absurd_runs_of_marks_are_cut_and_stay_cut():
    canonical = canonical_from_plain("a" + "\u0301\u0316" * 5_000)
    assert canonical_from_plain(canonical.text).text == canonical.text
