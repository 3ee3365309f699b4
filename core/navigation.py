"""The desk's main navigation. A screen that wants an entry adds one line to ITEMS.

An entry whose URL name does not exist (yet) is left out, so the list may run ahead of the screens.
"""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


class NavItem(NamedTuple):
    """`counts_key` names a number in the context's optional `nav_counts` mapping."""

    url_name: str
    label: str
    icon: str
    counts_key: str = ""


class NavEntry(NamedTuple):
    url: str
    label: str
    icon: str
    is_current: bool
    waiting: int


ITEMS = (
    NavItem("board:desk", "Desk", "desk"),
    NavItem("board:my_work", "My work", "user", "my_work"),
    NavItem("article_list", "Articles", "article"),
    NavItem("annotations:claims", "Claims", "claim"),
    NavItem("publishing:review_queue", "Review queue", "review"),
    NavItem("annotations:rechecks", "Rechecks", "diff"),
    NavItem("import_list", "Imports", "import"),
    NavItem("publishing:exports", "Exports", "export"),
    NavItem("board:statistics", "Statistics", "statistics"),
    NavItem("settings", "Settings", "settings"),
)


def reverse_or_nothing(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _current(path: str, urls: list[str]) -> str:
    """The longest address that the path lies under; "/" only fits itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def entries(request: HttpRequest, counts: dict[str, int]) -> list[NavEntry]:
    found = [(item, url) for item in ITEMS if (url := reverse_or_nothing(item.url_name))]
    current = _current(request.path, [url for _, url in found])
    return [NavEntry(url, item.label, item.icon, url == current, counts.get(item.counts_key, 0)) for item, url in found]
