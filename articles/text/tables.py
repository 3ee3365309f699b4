"""Tell the rows of a table apart: the first cell of each has the tag `tr`. Pure."""

CELLS = frozenset({"td", "th"})


class Rows:
    """A pass over a document's cells. An empty cell makes no block, so the first one with words opens the row."""

    def __init__(self) -> None:
        self._is_new = False

    def begin(self) -> None:
        self._is_new = True

    def tag_of(self, tag: str) -> str:
        """Return the tag of the next block."""
        if tag not in CELLS:
            return tag
        is_first, self._is_new = self._is_new, False
        return "tr" if is_first else tag
