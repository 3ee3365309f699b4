"""Print the figures of the house: rooms, functions, names, comments, suppressions. Never fails a check.

Migrations, tests and generated files are left out. `python scripts/figures.py [FOLDER]` measures another checkout.
"""

import ast
import re
import statistics
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

APPS = ("core", "accounts", "articles", "annotations", "publishing", "board", "api", "factcheck")
# Whatever tells a tool to look away, in any file of ours: comments of Python, scripts, styles, templates, shell.
SUPPRESSION = re.compile(
    r"#\s*(noqa|type: ?ignore|pragma: no cover|pylint:|nosec|fmt: (skip|off))|biome-ignore|stylelint-disable"
    r"|eslint-disable|djlint:off|shellcheck disable|@ts-(ignore|expect-error)"
)
SUFFIXES = {".py", ".js", ".css", ".html", ".sh", ".sql", ".mjs"}
PRODUCT = (*APPS, "static", "templates", "docker", "docs", "scripts", "bench")
TEST_SKIP = re.compile(r"@pytest\.mark\.(skip|skipif|xfail)\b|pytest\.(skip|xfail|mark\.skipif)\(")
SQL_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (?:\w+\.)?(\w+)\(")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its lines, syntax tree and comments."""

    path: Path
    app: str
    lines: int
    tree: ast.Module
    comments: list[str]


def read_modules(root: Path) -> Iterator[Module]:
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            text = path.read_text()
            with path.open("rb") as file:
                comments = [
                    token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT
                ]
            yield Module(path.relative_to(root), app, text.count("\n"), ast.parse(text), comments)


def functions_of(modules: list[Module]) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    found = (node for module in modules for node in ast.walk(module.tree))
    return [node for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_typed(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = [*function.args.args, *function.args.kwonlyargs, *function.args.posonlyargs]
    return function.returns is not None and all(
        argument.annotation is not None for argument in arguments if argument.arg not in {"self", "cls"}
    )


def public_names_of(module: Module) -> int:
    """Count the module's functions and classes without a leading underscore."""
    names = 0
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names += not node.name.startswith("_")
    return names


def upward_imports(modules: list[Module]) -> list[str]:
    rank = {app: number for number, app in enumerate(APPS)}
    found = []
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                above = node.module.split(".")[0]
                if rank.get(above, -1) > rank[module.app]:
                    found.append(f"{module.path} -> {node.module}")
    return found


def count_in_files(root: Path, folders: Iterable[str], pattern: re.Pattern[str]) -> int:
    """Count the lines that the pattern matches. Files of others (vendor) and this one, which names them all, are left out."""
    count = 0
    for folder in folders:
        for path in (root / folder).rglob("*"):
            if path.suffix in SUFFIXES and "vendor" not in path.parts and path.name != Path(__file__).name:
                count += sum(bool(pattern.search(line)) for line in path.read_text().splitlines())
    return count


def rules_switched_off(root: Path) -> int:
    """Count the rules that pyproject.toml switches off, for everything or for some files, and mypy's overrides."""
    tools = tomllib.loads((root / "pyproject.toml").read_text())["tool"]
    lint = tools["ruff"]["lint"]
    per_file = sum(map(len, lint.get("per-file-ignores", {}).values()))
    templates = tools["djlint"]
    templates_off = len(templates["ignore"].split(",")) + len(templates.get("per-file-ignores", {}))
    return len(lint["ignore"]) + per_file + templates_off + len(tools["mypy"].get("overrides", []))


def sql_functions_defined_twice(root: Path) -> list[str]:
    files = [path for app in APPS for path in (root / app).rglob("*") if path.suffix in {".sql", ".py"}]
    names = Counter(name for path in files if path.is_file() for name in SQL_FUNCTION.findall(path.read_text()))
    return sorted(name for name, count in names.items() if count > 1)


def report(root: Path) -> Iterator[str]:
    modules = list(read_modules(root))
    total = sum(module.lines for module in modules)
    shares = Counter[str]()
    for module in modules:
        shares[module.app] += module.lines
    yield f"lines of Python: {total}"
    yield "rooms: " + ", ".join(f"{app} {100 * lines / total:.0f} %" for app, lines in shares.most_common())
    folders = Counter(str(module.path.parent) for module in modules if module.path.name != "__init__.py")
    yield "fullest folders: " + ", ".join(f"{folder} {count}" for folder, count in folders.most_common(3))
    yield f"upward imports: {len(upward_imports(modules))}"
    sizes = sorted((node.end_lineno or node.lineno) - node.lineno + 1 for node in functions_of(modules))
    p90 = sizes[int(len(sizes) * 0.9)]
    yield f"functions: {len(sizes)}, lines median {statistics.median(sizes):.0f}, p90 {p90}, max {sizes[-1]}"
    typed = sum(is_typed(node) for node in functions_of(modules))
    yield f"typed functions: {100 * typed / len(sizes):.1f} %"
    files = sorted(module.lines for module in modules if module.lines > 1)
    yield f"files: {len(files)}, lines median {statistics.median(files):.0f}, max {files[-1]}"
    comments = [comment for module in modules for comment in module.comments]
    suppressed = [comment for comment in comments if SUPPRESSION.search(comment)]
    why = len(comments) - len(suppressed)
    in_product, in_tests = (count_in_files(root, folders, SUPPRESSION) for folders in (PRODUCT, ["tests"]))
    yield f"suppressions: {in_product}; in tests {in_tests}; rules switched off in pyproject.toml {rules_switched_off(root)}"
    yield f"tests that may be skipped: {count_in_files(root, ['tests'], TEST_SKIP)}"
    yield f"comments per 100 lines: {100 * why / total:.1f}"
    names = sum(public_names_of(module) for module in modules)
    yield f"public names per 1,000 lines: {1000 * names / total:.0f}"
    migrations = [path for app in APPS for path in (root / app / "migrations").glob("0*.py")]
    yield f"migrations: {len(migrations)}; SQL functions defined twice: {len(sql_functions_defined_twice(root))}"


def main() -> None:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    for line in report(root):
        print(line)


if __name__ == "__main__":
    main()
