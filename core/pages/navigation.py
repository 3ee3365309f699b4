"""The desk's main navigation: five sections, each with its screens.

A screen joins the navigation by one line in SECTIONS. A screen with an unknown URL name is left out, so the list may
name screens of apps that are not installed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _


class Screen(NamedTuple):
    """`counts_key` names a number in the context's optional `nav_counts` mapping."""

    url_name: str
    label: str
    icon: str
    counts_key: str = ""


class Section(NamedTuple):
    """An entry of the bar. `is_menu`: the entry opens a menu of its screens instead of the first screen."""

    label: str
    icon: str
    screens: tuple[Screen, ...]
    is_menu: bool = False


class _Entry(NamedTuple):
    """A link as the templates draw it."""

    url: str
    label: str
    icon: str
    is_current: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section as the templates draw it; `entries` are its screens."""

    label: str
    icon: str
    is_menu: bool
    entries: tuple[_Entry, ...]

    @property
    def url(self) -> str:
        return self.entries[0].url

    @property
    def is_current(self) -> bool:
        return any(entry.is_current for entry in self.entries)

    @property
    def waiting(self) -> int:
        return sum(entry.waiting for entry in self.entries)

    @property
    def has_tabs(self) -> bool:
        """Return whether the section's screens are drawn as tabs on its list pages."""
        return not self.is_menu and len(self.entries) > 1


def tabs_for(path: str, found: Collection[SectionEntry]) -> tuple[_Entry, ...]:
    """Return the tabs of the section that the path is a list page of; empty on every other page.

    An article or a review shows no tabs: its own page needs the room.
    """
    for section in found:
        if section.has_tabs and any(entry.url == path for entry in section.entries):
            return section.entries
    return ()


SECTIONS = (
    Section(
        _("Desk"),
        "desk",
        (Screen("board:desk", _("Overview"), "desk"), Screen("board:my_work", _("My work"), "user", "my_work")),
    ),
    Section(
        _("Articles"),
        "article",
        (
            Screen("article_list", _("All articles"), "article"),
            Screen("import_list", _("Imports"), "import"),
            Screen("feed_list", _("Feeds"), "refresh"),
            Screen("source_list", _("Sources"), "globe"),
        ),
    ),
    Section(_("Claims"), "claim", (Screen("annotations:claims", _("Claims"), "claim"),)),
    Section(
        _("Review"),
        "review",
        (
            Screen("publishing:review_queue", _("Review queue"), "review"),
            Screen("annotations:rechecks", _("Rechecks"), "diff"),
        ),
    ),
    Section(
        _("More"),
        "more",
        (
            Screen("publishing:exports", _("Exports"), "export"),
            Screen("publishing:receipts", _("What the CMS shows"), "globe"),
            Screen("board:statistics", _("Statistics"), "statistics"),
            Screen("publishing:fact_checks", _("Public pages"), "publish"),
            Screen("settings", _("Settings"), "settings"),
        ),
        is_menu=True,
    ),
)


def reverse_or_nothing(url_name: str) -> str:
    return _reverse_or_nothing(url_name, get_script_prefix())


# A page asks for forty such addresses, 15 us each: they are the same as long as the process lives (2026-12-01).
@cache
def _reverse_or_nothing(url_name: str, _prefix: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _longest_match(path: str, urls: list[str]) -> str:
    """Return the longest address that contains the path; "/" contains itself alone."""
    containing = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(containing, key=len, default="")


def sections(path: str, counts: dict[str, int], *, hidden: Collection[str] = ()) -> tuple[SectionEntry, ...]:
    """Return the bar's sections with the screen at `path` marked. `hidden` are names of screens that are left out."""
    urls = [reverse_or_nothing(screen.url_name) for section in SECTIONS for screen in section.screens]
    current = _longest_match(path, [url for url in urls if url])
    waiting = tuple(
        (screen.counts_key, counts.get(screen.counts_key, 0)) for section in SECTIONS for screen in section.screens
    )
    return _sections(SECTIONS, current, waiting, frozenset(hidden), get_language(), get_script_prefix())


@lru_cache(maxsize=1024)
def _sections(
    shown: tuple[Section, ...],
    current: str,
    waiting: tuple[tuple[str, int], ...],
    hidden: frozenset[str],
    _language: str | None,
    _prefix: str,
) -> tuple[SectionEntry, ...]:
    counts = dict(waiting)
    found = [[(screen, reverse_or_nothing(screen.url_name)) for screen in section.screens] for section in shown]
    entries = [
        tuple(
            _Entry(url, gettext(screen.label), screen.icon, url == current, counts.get(screen.counts_key, 0))
            for screen, url in screens
            if url and screen.url_name not in hidden
        )
        for screens in found
    ]
    return tuple(
        SectionEntry(gettext(section.label), section.icon, section.is_menu, links)
        for section, links in zip(shown, entries, strict=True)
        if links
    )
