"""Plain text: blank lines, one block per line, bullets, hard-wrapped text."""

import pytest

from articles.text.canonical import canonical_from_plain

WRAPPED = """A headline that stands alone

The council said on Tuesday that the new bridge over the river would
open in the spring, two years later than planned, because the steel
came late. It will cost twice as much.

- The first point of the list is long enough that it must be broken
  into a second line.
- The second is short.
"""


def tags_and_texts(raw: str, title: str | None = None) -> list[tuple[str, str]]:
    canonical = canonical_from_plain(raw, title=title)
    return [(block.tag, canonical.of(block)) for block in canonical.blocks]


def test_blank_lines_separate_blocks_and_the_first_is_the_headline():
    assert tags_and_texts("Title\r\n\r\nOne.\r\n \r\n\r\nTwo.\r\n") == [("h1", "Title"), ("p", "One."), ("p", "Two.")]


def test_without_blank_lines_each_line_is_a_block():
    assert tags_and_texts("Title\nOne.\nTwo.") == [("h1", "Title"), ("p", "One."), ("p", "Two.")]


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "•", "▪ ", "-\t"])
def test_bullets_are_list_items_without_the_bullet(bullet):
    assert tags_and_texts(f"Title\n{bullet}first\n{bullet}second")[1:] == [("li", "first"), ("li", "second")]


@pytest.mark.parametrize("line", ["-5 degrees", "*emphasis* here", "—Привет", "-"])
def test_what_only_looks_like_a_bullet_stays(line):
    assert tags_and_texts(f"Title\n{line}")[1] == ("p", line)


def test_hard_wrapped_text_is_joined():
    assert tags_and_texts(WRAPPED) == [
        ("h1", "A headline that stands alone"),
        (
            "p",
            (
                "The council said on Tuesday that the new bridge over the river would open in the spring, two years"
                " later than planned, because the steel came late. It will cost twice as much."
            ),
        ),
        ("li", "The first point of the list is long enough that it must be broken into a second line."),
        ("li", "The second is short."),
    ]


def test_lines_that_are_not_wrapped_are_not_joined():
    poem = "Title\n\nShort lines\nof a poem\nstay apart"
    assert len(tags_and_texts(poem)) == 4


def test_a_given_title_is_put_first_unless_the_text_starts_with_it():
    assert tags_and_texts("One.\n\nTwo.", title="T") == [("h1", "T"), ("p", "One."), ("p", "Two.")]
    assert tags_and_texts("T\n\nOne.", title="T") == [("h1", "T"), ("p", "One.")]


def test_a_single_paragraph_a_long_first_one_and_a_date_are_no_headline():
    assert tags_and_texts("Only this.") == [("p", "Only this.")]
    assert tags_and_texts("long " * 60 + "\n\nmore")[0][0] == "p"
    assert tags_and_texts("16 June 2021\n\nmore")[0][0] == "p"


def test_repeated_headline_date_line_dash_and_trailing_chrome_are_proposed_as_furniture():
    raw = "A title\n\nA Title\n2021-06-16T17:08:16+00:00\n-\nThe text.\n\nSubscribe now\nOur Site Live\nOur Site Live"
    canonical = canonical_from_plain(raw)
    roles = [block.role for block in canonical.blocks]
    assert roles == ["headline", "furniture", "furniture", "furniture", "body", "furniture", "furniture", "furniture"]
    assert canonical.text.startswith("A title\n\nA Title\n\n2021")


@pytest.mark.parametrize("last", ["He shared it.", "By Ann Lee", "1. The end", "Geneva"])
def test_what_ends_an_article_is_not_chrome(last):
    canonical = canonical_from_plain(f"Title\n\nThe text stands here.\n\n{last}")
    assert canonical.blocks[-1].role == "body"


def test_a_date_in_the_middle_is_the_article_s_own():
    raw = "\n\n".join(
        ["Title", *[f"Paragraph {n} stands here." for n in range(10)], "May 1, 2015", *["More is said."] * 10]
    )
    assert {block.role for block in canonical_from_plain(raw).blocks} == {"headline", "body"}


def test_furniture_is_never_all_there_is():
    assert [block.role for block in canonical_from_plain("T\n\n-\n\n16 June 2021").blocks] == [
        "headline",
        "body",
        "body",
    ]


def test_seeds(shared_dir):
    paths = sorted((shared_dir / "seeds").glob("*.txt"))
    canonicals = [canonical_from_plain(path.read_text()) for path in paths]
    assert len(canonicals) == 3
    for canonical, path in zip(canonicals, paths, strict=True):
        assert canonical.title == path.read_text().split("\n", 1)[0].strip()
    first, second, third = ([block.role for block in canonical.blocks] for canonical in canonicals)
    assert (len(first), first.count("furniture")) == (12, 1)
    assert second[:4] == ["headline", "furniture", "furniture", "body"]
    assert second[-3:] == ["furniture"] * 3
    assert second.count("furniture") == 5
    assert third == ["headline", *["body"] * 7, *["list"] * 5]
