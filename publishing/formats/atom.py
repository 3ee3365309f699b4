"""Atom 1.0 (RFC 4287) feeds of fact-checks and of corrections. Entry ids are made of ids, so they never change."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.canonical_json import rfc3339
from core.iri import to_uri
from publishing.formats.xmltext import legal

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
ET.register_namespace("", _ATOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`id` is an IRI that never changes; `published_at` may be unknown."""

    id: str
    title: str
    url: str
    updated_at: datetime
    published_at: datetime | None = None
    authors: tuple[str, ...] = ()
    summary: str = ""
    html: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""


def fact_check_entry(document: dict[str, Any]) -> Entry:
    """Return the entry of a `fact_check` document: headline, rating, summary, rationale."""
    rating = document["rating"]["label"] if document["rating"] else ""
    return Entry(
        id=f"urn:uuid:{document['id']}",
        title=document["headline"] or document["claim"]["statement"],
        url=document["canonical_url"] or document["url"],
        updated_at=datetime.fromisoformat(document["modified_at"]),
        published_at=datetime.fromisoformat(document["published_at"]),
        authors=tuple(document["byline"]),
        summary=": ".join(part for part in (rating, document["summary"]) if part),
        html=document["rationale"]["html"],
        categories=tuple(document["topics"]),
        language=document["language"],
    )


def correction_entries(document: dict[str, Any]) -> list[Entry]:
    """Return one entry per correction with a public note, newest first."""
    noted = [correction for correction in document["corrections"] if correction["note"]]
    return [_correction_entry(document, correction) for correction in reversed(noted)]


def feed(
    *, iri: str, title: str, url: str, self_url: str, author: str, updated_at: datetime, entries: Iterable[Entry]
) -> bytes:
    """Return a whole feed. `author` (the desk) is used for entries without a byline, `updated_at` for an empty feed."""
    entries = list(entries)
    root = ET.Element(f"{{{_ATOM}}}feed")
    _add_text(root, "id", to_uri(iri))
    _add_text(root, "title", title)
    _add_link(root, "alternate", url, "text/html")
    _add_link(root, "self", self_url, "application/atom+xml")
    _add_text(root, "updated", rfc3339(max((entry.updated_at for entry in entries), default=updated_at)))
    # RFC 4287, 4.1.1: a feed names an author unless each of its entries does.
    _add_text(_child(root, "author"), "name", author or title)
    for entry in entries:
        _add_entry(root, entry)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode()


def _correction_entry(document: dict[str, Any], correction: dict[str, Any]) -> Entry:
    at = datetime.fromisoformat(correction["at"])
    return Entry(
        id=f"urn:uuid:{document['id']}#version-{correction['version']}-{correction['kind']}",
        title=f"{correction['kind'].capitalize()}: {document['headline'] or document['claim']['statement']}",
        url=document["canonical_url"] or document["url"],
        updated_at=at,
        published_at=at,
        authors=tuple(document["byline"]),
        summary=correction["note"],
        language=document["language"],
    )


def _add_entry(root: ET.Element, entry: Entry) -> None:
    node = _child(root, "entry")
    if entry.language:
        node.set(f"{{{_XML}}}lang", legal(entry.language))
    _add_text(node, "id", to_uri(entry.id))
    _add_text(node, "title", entry.title)
    _add_link(node, "alternate", entry.url, "text/html")
    if entry.published_at:
        _add_text(node, "published", rfc3339(entry.published_at))
    _add_text(node, "updated", rfc3339(entry.updated_at))
    for name in entry.authors:
        _add_text(_child(node, "author"), "name", name)
    for term in entry.categories:
        _child(node, "category").set("term", legal(term))
    # RFC 4287, 4.1.1: an entry without content needs a summary.
    if entry.summary or not entry.html:
        _add_text(node, "summary", entry.summary)
    if entry.html:
        _add_text(node, "content", entry.html).set("type", "html")


def _child(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_ATOM}}}{name}")


def _add_text(parent: ET.Element, name: str, text: str) -> ET.Element:
    node = _child(parent, name)
    node.text = legal(text)
    return node


def _add_link(parent: ET.Element, rel: str, href: str, media_type: str) -> None:
    link = _child(parent, "link")
    for name, value in (("rel", rel), ("href", to_uri(href)), ("type", media_type)):
        link.set(name, value)
