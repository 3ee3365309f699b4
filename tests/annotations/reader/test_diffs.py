"""Excerpts of a long text around its changes."""

from annotations.reader.diffs import around_changes
from core.diff.words import Hunk

BEFORE = "The first sentence is far away. " * 20 + "The council met on Monday evening. It heard that the bridge cost "
AFTER = (
    " million euros, which it had not planned for. The mayor spoke last. " + "Nobody asked him about the road. " * 20
)
HUNKS: list[Hunk] = [("equal", BEFORE), ("delete", "40"), ("insert", "61"), ("equal", AFTER)]


def test_an_excerpt_of_an_article_is_whole_sentences() -> None:
    shown = around_changes(HUNKS, size=40, language="en")
    assert [kind for kind, _ in shown] == ["skip", "equal", "delete", "insert", "equal", "skip"]
    assert shown[1][1] == "The council met on Monday evening. It heard that the bridge cost "
    assert shown[4][1] == " million euros, which it had not planned for."


def test_a_sentence_without_end_is_cut_between_words() -> None:
    hunks: list[Hunk] = [("equal", "word " * 200), ("insert", "new "), ("equal", "word " * 200)]
    assert around_changes(hunks, size=20, language="en") == around_changes(hunks, size=20)


def test_what_two_changes_leave_between_them_is_shown_whole() -> None:
    middle = "It rained on the bridge all day long. It rained on the road all day long as well."
    hunks: list[Hunk] = [("insert", "New. "), ("equal", middle), ("delete", " Old.")]
    assert around_changes(hunks, size=38, language="en") == hunks


def test_a_card_has_a_few_words_around_a_change() -> None:
    shown = around_changes(HUNKS, size=20)
    assert shown[1] == ("equal", " the bridge cost ")
    assert shown[4] == ("equal", " million euros, ")
