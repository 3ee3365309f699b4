"""Validate our Web Annotations against the W3C model, and for members that readers expect.

The W3C's own MUST assertions hold for everything that `webannotation` makes; this checks one document, for the screen.
"""

from collections.abc import Iterator
from typing import Any

from publishing.formats.vocabulary import Level, Problem, is_moment
from publishing.formats.webannotation import CONTEXT

_MOTIVATIONS = frozenset({"highlighting", "describing", "linking", "assessing"})


def check_collection(collection: dict[str, Any]) -> list[Problem]:
    """Return the problems of an AnnotationCollection with its page inside."""
    page = collection.get("first") or {}
    items = page.get("items", [])
    found = [*_is(collection, "AnnotationCollection", "")]
    if collection.get("total") != len(items):
        found.append(_problem("/total", "total", "The total is not the number of annotations."))
    if not items:
        found.append(_problem("/first", "empty", "No words are marked, so there is no annotation.", "warning"))
    for number, item in enumerate(items):
        found += [Problem(f"/first/items/{number}{one.path}", one.level, one.code, one.message) for one in check(item)]
    return found


def check(annotation: dict[str, Any]) -> list[Problem]:
    targets = annotation.get("target") or []
    found = [*_is(annotation, "Annotation", "")]
    if not targets:
        found.append(_problem("/target", "no-target", "The annotation points at nothing."))
    if not set(_listed(annotation.get("motivation"))) <= _MOTIVATIONS:
        found.append(_problem("/motivation", "motivation", "The motivation is not one of the W3C's that we use."))
    found += (
        _problem(f"/{name}", "not-a-time", f"{name} is no time.")
        for name in ("created", "modified")
        if name in annotation and not is_moment(annotation[name])
    )
    for target in _listed(targets):
        found += _target(target)
    return found


def _is(doc: dict[str, Any], kind: str, path: str) -> Iterator[Problem]:
    if doc.get("@context") != CONTEXT:
        yield _problem(f"{path}/@context", "context", f"@context is not {CONTEXT}.")
    if doc.get("type") != kind:
        yield _problem(f"{path}/type", "type", f"The type is not {kind}.")
    if not _is_uri(doc.get("id")):
        yield _problem(f"{path}/id", "no-id", "The id is no absolute address.")


def _target(target: dict[str, Any]) -> Iterator[Problem]:
    if not _is_uri(target.get("source")):
        yield _problem("/target/source", "no-source", "A target names no source: the article has no address.")
    for selector in _listed(target.get("selector") or []):
        yield from _selector(selector)


def _selector(selector: dict[str, Any]) -> Iterator[Problem]:
    if selector.get("type") == "TextQuoteSelector" and not selector.get("exact"):
        yield _problem("/target/selector/exact", "no-quote", "A quotation is empty.")
    if selector.get("type") == "TextPositionSelector" and not 0 <= selector["start"] < selector["end"]:
        yield _problem("/target/selector/start", "position", "A position ends before it begins.")


def _is_uri(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.startswith(("https://", "http://", "urn:"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _problem(path: str, code: str, message: str, level: Level = "error") -> Problem:
    return Problem(path, level, code, message)
