"""Build `publishing/formats/schemaorg_30.json`, the part of the schema.org vocabulary that our validator needs.

    python scripts/schemaorg_vocabulary.py schemaorg-current-https.jsonld publishing/formats/schemaorg_30.json

The input is the release file that schema.org publishes. The output holds all types with their parents, and the properties that an
object in a ClaimReview or a DataFeed may carry, with domains and ranges.
"""

import json
import sys
from pathlib import Path
from typing import Any

LICENSE = (
    "Derived from the schema.org vocabulary, release 30 (https://schema.org/), by the schema.org community. "
    "Licensed under CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/); changed by leaving out everything "
    "but type hierarchy, domains and ranges. This file is under the same licence."
)

# Types of the objects in our documents and in documents of others that we read.
ROOTS = (
    "ClaimReview",
    "Claim",
    "Rating",
    "Person",
    "NewsMediaOrganization",
    "CorrectionComment",
    "Quotation",
    "NewsArticle",
    "WebPage",
    "SocialMediaPosting",
    "VideoObject",
    "AudioObject",
    "ImageObject",
    "Clip",
    "DataFeed",
    "DataFeedItem",
    "DataDownload",
    "Language",
    "Legislation",
    "Report",
    "ScholarlyArticle",
    "Place",
    "MediaReview",
)


def build(graph: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the subset as {"license", "release", "types": {name: parents}, "properties": {name: {"domains", "ranges"}}}."""
    types = {_name_of(node): _names_under(node, "rdfs:subClassOf") for node in graph if _is(node, "rdfs:Class")}
    reachable = set().union(*(_ancestors(root, types) for root in ROOTS))
    properties = {
        _name_of(node): {"domains": domains, "ranges": _names_under(node, "schema:rangeIncludes")}
        for node in graph
        if _is(node, "rdf:Property") and reachable & set(domains := _names_under(node, "schema:domainIncludes"))
    }
    return {
        "license": LICENSE,
        "release": "30",
        "types": dict(sorted(types.items())),
        "properties": dict(sorted(properties.items())),
    }


def serialise(vocabulary: dict[str, Any]) -> str:
    """Write one type or property per line, so that the next release reads as a diff."""
    parts = [f'"license": {json.dumps(vocabulary["license"])}', f'"release": {json.dumps(vocabulary["release"])}']
    for section in ("types", "properties"):
        lines = [f"{json.dumps(name)}:{_compact(value)}" for name, value in vocabulary[section].items()]
        parts.append(f'"{section}": {{\n' + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _ancestors(name: str, types: dict[str, list[str]]) -> set[str]:
    return {name}.union(*(_ancestors(parent, types) for parent in types.get(name, ())))


def _name_of(node: dict[str, Any]) -> str:
    return str(node["@id"]).removeprefix("schema:")


def _is(node: dict[str, Any], kind: str) -> bool:
    return str(node["@id"]).startswith("schema:") and kind in _listed(node["@type"])


def _names_under(node: dict[str, Any], key: str) -> list[str]:
    return sorted(_name_of(item) for item in _listed(node.get(key, [])) if str(item["@id"]).startswith("schema:"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def main(source: str, target: str) -> None:
    graph = json.loads(Path(source).read_text("utf-8"))["@graph"]
    Path(target).write_text(serialise(build(graph)), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
