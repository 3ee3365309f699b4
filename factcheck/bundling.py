"""Join the modules of a page into one file, and its stylesheets into another.

Source: decision 2026-11-30-bundles. Tests and DEBUG serve the modules as they are written.
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import lightningcss

SHARED = "js/ui/main.js"
# Only the forms that our modules have; `_REFUSED` finds any other.
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b\*? ?(\w+))", re.MULTILINE)
# Lines that are comments alone. Of bundles compressed with Brotli they were 14 of 63 kB. No string of ours holds such a line.
_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
# Syntax that a function around the module would break, or that has no meaning in one file.
_REFUSED = re.compile(r"^(?:import|export|await)\b.*$|import\.meta|\bimport\(", re.MULTILINE)
_CSS_IMPORT = re.compile(r'@import "([^"]+)"')


class BundleError(Exception):
    """A module uses syntax that the bundler does not know, or modules import each other in a circle."""


@dataclass(frozen=True, slots=True)
class _Module:
    name: str
    imports: dict[str, str]  # path of a module -> the names between the braces
    exports: list[str]
    body: str

    @property
    def variable(self) -> str:
        return re.sub(r"\W", "_", self.name.removeprefix("js/").removesuffix(".js"))


def bundle_modules(sources: dict[str, str]) -> tuple[dict[str, str], set[str]]:
    """Return the bundle of each entry by its name, and the names of the modules inside bundles.

    An entry is a module that no other imports. Modules of two entries stand in the bundle of `SHARED`, from which the other
    bundles import them: a page that loads two bundles must not have two copies of a module's state.
    Raises BundleError.
    """
    modules = {name: _read_module(name, source) for name, source in sources.items()}
    inner = {target for module in modules.values() for target in module.imports}
    orders = {name: _sort_imports(name, modules) for name in modules if name not in inner}
    own = orders.get(SHARED, [])
    uses = [name for entry, order in orders.items() if entry != SHARED for name in order]
    shared = {*own, *(name for name in uses if uses.count(name) > 1)}
    bundles = {
        entry: _join_modules(entry, order, modules, shared)
        for entry, order in orders.items()
        if entry != SHARED and order[1:]
    }
    if own:
        # Each order has imports first, so the first place of a name is behind the first places of what it imports.
        bundles[SHARED] = _join_shared([name for name in dict.fromkeys([*own, *uses]) if name in shared], modules)
    return bundles, inner


def _read_module(name: str, source: str) -> _Module:
    folder = PurePosixPath(name).parent
    imports = {_resolve(folder, path): names or "" for names, path in _IMPORT.findall(source)}
    body = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", source)))
    if refused := _REFUSED.search(body):
        raise BundleError(f"{name}: the bundler does not know {refused[0]!r} (factcheck/bundling.py).")
    return _Module(name, imports, _EXPORT.findall(source), body)


def _resolve(folder: PurePosixPath, path: str) -> str:
    parts: list[str] = []
    for part in (folder / path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _sort_imports(entry: str, modules: dict[str, _Module]) -> list[str]:
    """Return the entry and all that it imports, imports first."""
    order: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise BundleError(f"Modules import each other in a circle: {' > '.join([*path, name])}")
        if name in order:
            return
        for target in modules[name].imports:
            visit(target, (*path, name))
        order.append(name)

    visit(entry, ())
    return order


def _join_modules(entry: str, order: list[str], modules: dict[str, _Module], shared: set[str]) -> str:
    outside = [modules[name].variable for name in order if name in shared]
    up = "../" * (entry.count("/") - 1) + SHARED.removeprefix("js/")
    head = f'import {{ {", ".join(outside)} }} from "{up}";\n' if outside else ""
    return head + "".join(_wrap(modules[name], modules) for name in order if name not in shared)


def _join_shared(order: list[str], modules: dict[str, _Module]) -> str:
    names = ", ".join(modules[name].variable for name in order if modules[name].exports)
    return "".join(_wrap(modules[name], modules) for name in order) + f"export {{ {names} }};\n"


def _wrap(module: _Module, modules: dict[str, _Module]) -> str:
    """Return the module as a function called once, whose result holds its exports."""
    lines = [
        f"const {{ {names.strip().rstrip(',').replace(' as ', ': ')} }} = {modules[target].variable};\n"
        for target, names in module.imports.items()
        if names
    ]
    exports = ", ".join(module.exports)
    return f"const {module.variable} = (() => {{\n{''.join(lines)}{module.body}return {{ {exports} }};\n}})();\n"


def bundle_sheets(paths: dict[str, str]) -> tuple[dict[str, str], set[str]]:
    """Return each stylesheet minified with its imports inside, by name, and the names of the imported ones.

    `paths` maps names to files.
    """
    inner: set[str] = set()
    for name, path in paths.items():
        targets = _CSS_IMPORT.findall(Path(path).read_text(encoding="utf-8"))
        inner |= {_resolve(PurePosixPath(name).parent, target) for target in targets}
    return {name: lightningcss.bundle_css(path) for name, path in paths.items() if name not in inner}, inner
