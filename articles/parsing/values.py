"""Read single values that pages, items and JSON-LD give in many shapes. Imports no other parser."""

import re
from collections.abc import Iterable, Iterator, Mapping

MAX_NAMES = 50
# Whole tags that a page has: prose may hold a single < or >.
_LOOKS_LIKE_HTML = re.compile(r"</(?:p|div|h[1-6]|li|ul|article|section|body)>|<br ?/?>|<p[ >]", re.I)
_OBJECT_NAMES = ("name", "title", "label", "headline", "@value", "text", "rendered")


def looks_like_html(value: str) -> bool:
    return bool(_LOOKS_LIKE_HTML.search(value))


def name_of(value: object) -> str:
    """Return the name in a string, in {"name"} or in a list of these: `Ann Lee, Bo Ek`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return next((text for key in _OBJECT_NAMES if isinstance(text := value.get(key), str) and text), "")
    if isinstance(value, Iterable):
        names = [name_of(one) for _, one in zip(range(MAX_NAMES), value, strict=False) if not isinstance(one, list)]
        return ", ".join(name for name in names if name)
    return ""


def take_block(parts: list[str], tag: str) -> Iterator[tuple[str, str]]:
    """Yield the block that the collected parts make, if they hold words; empties the parts."""
    text = "".join(parts)
    parts.clear()
    if text.strip():
        yield tag, text
