"""The documentation names files that exist."""

import re

import pytest

from factcheck.local.paths import CLONE

NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|sql|js|html|md|toml|sh|yml))`")
LINKED = re.compile(r"\]\((?!https?:|#|mailto:|/)([^)#]+)")
PAGES = [CLONE / "README.md", CLONE / "CONTRIBUTING.md", *sorted((CLONE / "docs").glob("*.md"))]
# Written by a run, or an example of a name.
MADE = re.compile(r"^(\.venv|\.data|build|node_modules|staticfiles|media)(/|$)|[<>*]")


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md", "docs/glossary.md"])
def test_paths_named_on_the_map_exist(name: str):
    text = (CLONE / name).read_text()
    missing = [path for path in NAMED.findall(text) if not MADE.search(path) and not (CLONE / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    missing = [link for link in LINKED.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []
