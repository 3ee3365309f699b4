"""Texts are shortened between two words."""

import pytest

from core.shorten import shorten_words


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("Russia cooperates", 40, "Russia cooperates"),
        ("Russia cooperates and the US does not", 20, "Russia cooperates…"),
        ("Russia cooperates, and the US does not", 19, "Russia cooperates…"),
        ("https://example.org/a-long-address", 12, "https://exa…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_between_two_words(text, most, shown):
    assert shorten_words(text, most) == shown
    assert len(shown) <= most
