"""The documentation and the comments of the code name files that exist."""

import re

import pytest

from factcheck.local.paths import CLONE

NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|sql|js|html|md|toml|sh|yml))`")
LINKED = re.compile(r"\]\((?!https?:|#|mailto:|/)([^)#]+)")
PAGES = [CLONE / "README.md", CLONE / "CONTRIBUTING.md", *sorted((CLONE / "docs").rglob("*.md"))]
APPS = ("core", "accounts", "articles", "annotations", "publishing", "board", "api", "factcheck")
IN_CODE = re.compile(
    rf"(?<![\w/])(?:{'|'.join(APPS)}|static|templates|scripts)/[\w/-]+(?:\.[\w-]+)*\.(?:py|sql|js|css|html|md)\b"
)
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


@pytest.mark.parametrize("folder", [*APPS, "static/js", "static/css", "docs"])
def test_paths_named_in_code_and_pages_exist(folder: str):
    files = [path for end in ("py", "sql", "js", "md") for path in (CLONE / folder).rglob(f"*.{end}")]
    named = {(file.name, path) for file in files for path in IN_CODE.findall(file.read_text()) if "NAME" not in path}
    assert named or folder in {"static/css", "board"}
    # Relative to the clone, or to static/ and templates/ as Django finds them.
    roots = [CLONE, CLONE / "static", CLONE / "templates"]
    missing = [(name, path) for name, path in sorted(named) if not any((root / path).exists() for root in roots)]
    assert missing == []
