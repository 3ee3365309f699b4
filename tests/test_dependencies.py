"""The product declares what it imports, and nothing else."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions

from factcheck.local.paths import CLONE

NOT_PRODUCT = {"tests", "bench", "docs", "docker", "scripts", "static", "build"}
SOURCES = [
    path
    for folder in CLONE.iterdir()
    if folder.is_dir() and folder.name not in NOT_PRODUCT and not folder.name.startswith(".")
    for path in folder.rglob("*.py")
]
OWN = {path.relative_to(CLONE).parts[0] for path in SOURCES}
PART_OF = {
    "asgiref": "django",
    "kombu": "celery",
    "psycopg_pool": "psycopg",
}  # imported name -> the declared package that brings it
# Declared though no module names it: why.
UNNAMED = {
    "defusedxml": "openpyxl parses with it where it is installed",
}


def declared() -> set[str]:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
    return {re.split(r"[\[<>=;~ ]", line)[0].lower() for line in project["dependencies"]}


@cache
def nodes() -> list[ast.AST]:
    """Imports and constants of the product, read once for all tests."""
    kinds = (ast.Import, ast.ImportFrom, ast.Constant)
    return [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)]


def imported() -> Iterator[str]:
    for node in nodes():
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def named_in_strings() -> Iterator[str]:
    """Yield the first part of every dotted name in a string: settings and commands name modules so."""
    for node in nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
            yield node.value.split(".")[0]


def test_every_imported_package_is_declared():
    names = set(imported()) - OWN - set(sys.stdlib_module_names)
    distributions = packages_distributions()
    wanted = {name: {found.lower() for found in distributions.get(PART_OF.get(name, name), [])} for name in names}
    assert {name for name, found in wanted.items() if found.isdisjoint(declared())} == set()


def test_every_declared_package_is_used():
    used = set(imported()) | set(named_in_strings())
    by_distribution: defaultdict[str, set[str]] = defaultdict(set)
    for name, distributions in packages_distributions().items():
        for distribution in distributions:
            by_distribution[distribution.lower()].add(name)
    unused = {name for name in declared() if used.isdisjoint(by_distribution[name])}
    assert unused == set(UNNAMED)
