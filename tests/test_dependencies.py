"""What the product imports, it declares: a package that only the test tools bring is missing in a deployment."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from factcheck.local.paths import CLONE

APPS = ("factcheck", "accounts", "articles", "annotations")
PART_OF = {"kombu": "celery"}  # a package that is the declared one's own other half


def declared() -> set[str]:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
    return {re.split(r"[\[<>=;~ ]", line)[0].lower() for line in project["dependencies"]}


def imported() -> Iterator[str]:
    for app in APPS:
        for path in (CLONE / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    yield from (alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    yield node.module.split(".")[0]


def test_every_imported_package_is_declared():
    names = set(imported()) - set(APPS) - set(sys.stdlib_module_names)
    distributions = packages_distributions()
    wanted = {name: {found.lower() for found in distributions.get(PART_OF.get(name, name), [])} for name in names}
    assert {name for name, found in wanted.items() if found.isdisjoint(declared())} == set()
