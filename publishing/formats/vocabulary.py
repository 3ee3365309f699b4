"""Domain and range of schema.org 30, from the shipped subset (built by `scripts/schemaorg_vocabulary.py`)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from core.iri import is_absolute
from core.marked import gettext as _

type Level = Literal["error", "warning"]

_TEXTUAL = frozenset({"Text", "CssSelectorType", "XPathType", "PronounceableText"})
_YEAR_OR_MONTH = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
_SUBSET = Path(__file__).with_name("schemaorg_30.json")


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is a JSON Pointer into the document that was checked."""

    path: str
    level: Level
    code: str
    message: str


@cache
def vocabulary() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_SUBSET.read_text("utf-8"))
    return loaded


@cache
def _ancestors(type_name: str) -> frozenset[str]:
    """Return a type with its ancestors; only itself when schema.org does not know it."""
    parents = vocabulary()["types"].get(type_name, [])
    return frozenset({type_name}).union(*(_ancestors(parent) for parent in parents))


def _is_type(name: str) -> bool:
    return name in vocabulary()["types"]


def walk(node: dict[str, Any], path: str = "") -> Iterator[Problem]:
    """Yield every breach of domain and range in `node` and below."""
    types = _node_types(node)
    if not types:
        yield Problem(path, "error", "no-type", _("This object has no @type."))
    for name in types:
        if not _is_type(name):
            yield Problem(
                f"{path}/@type", "error", "unknown-type", _("schema.org has no type “{name}”.").format(name=name)
            )
    for name, value in node.items():
        if not name.startswith("@"):
            yield from _property(name, value, types, f"{path}/{name.replace('~', '~0').replace('/', '~1')}")


def _node_types(node: dict[str, Any]) -> list[str]:
    value = node.get("@type", [])
    return [str(name) for name in (value if isinstance(value, list) else [value])]


def _property(name: str, value: Any, types: list[str], path: str) -> Iterator[Problem]:
    known = vocabulary()["properties"].get(name)
    if known is None:
        yield Problem(
            path,
            "error",
            "unknown-property",
            _("schema.org has no property “{name}” that could stand here.").format(name=name),
        )
        return
    if types and frozenset[str]().union(*map(_ancestors, types)).isdisjoint(known["domains"]):
        yield Problem(
            path,
            "error",
            "domain",
            _("“{name}” is not a property of {types}.").format(name=name, types=" or ".join(types)),
        )
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(item, known["ranges"], f"{path}/{index}")
    else:
        yield from _value(value, known["ranges"], path)


def _value(value: Any, ranges: list[str], path: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        yield from _object(value, ranges, path)
    elif not _is_scalar_in(value, frozenset(ranges)):
        yield Problem(
            path,
            "error",
            "range",
            _("{value} is no {ranges}.").format(
                value=json.dumps(value, ensure_ascii=False), ranges=" or ".join(ranges)
            ),
        )


def _object(node: dict[str, Any], ranges: list[str], path: str) -> Iterator[Problem]:
    # A reference: the object it names is checked where it stands.
    if set(node) == {"@id"}:
        return
    types = _node_types(node)
    known = [name for name in types if _is_type(name)]
    if known and not any(_ancestors(name) & set(ranges) for name in known):
        yield Problem(
            path,
            "error",
            "range",
            _("A {types} stands where {ranges} belongs.").format(types=" and ".join(types), ranges=" or ".join(ranges)),
        )
    yield from walk(node, path)


def _is_scalar_in(value: Any, ranges: frozenset[str]) -> bool:
    # Before the numbers, as a bool is an int to Python.
    if isinstance(value, bool):
        return "Boolean" in ranges
    if isinstance(value, int | float):
        return bool(ranges & {"Number", "Integer", "Float"})
    if not isinstance(value, str):
        return False
    # schema.org lets a text stand wherever it says one: "5" is a Number too.
    return bool(ranges & _TEXTUAL) or any(fits(value) for name, fits in _TEXT_FORMS.items() if name in ranges)


def is_moment(text: str) -> bool:
    """Return whether the text is an ISO 8601 date (year and month suffice) or date and time."""
    if _YEAR_OR_MONTH.fullmatch(text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    if _YEAR_OR_MONTH.fullmatch(text):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?", text) is not None


_TEXT_FORMS = {"URL": is_absolute, "Date": _is_date, "DateTime": is_moment, "Number": _is_number}
