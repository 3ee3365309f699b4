"""Shorten a text for a line of a screen. Pure."""

_LEAST_KEPT = 0.6  # of the size: a text without spaces, an address for example, is cut where it is too long


def shorten_words(text: str, most: int) -> str:
    """Return the text, or its first words and an ellipsis: at most `most` code points, cut between two words."""
    if len(text) <= most:
        return text
    whole, space, _ = text[:most].rpartition(" ")
    kept = whole if space and len(whole) >= _LEAST_KEPT * most else text[: most - 1]
    return kept.rstrip(" ,;:–-") + "…"
