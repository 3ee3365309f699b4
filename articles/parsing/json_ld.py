"""JSON-LD in a page: its nodes, and the few facts of its article."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from articles.parsing.items import name_of

MAX_SCRIPTS = 50
MAX_NODES = 500
_ARTICLE_TYPES = re.compile(
    r"(?:News|Reportage|Analysis|Opinion|Background|Review|Blog)?(?:News)?(?:Article|Posting)$|Report$"
)
_COMMENT = re.compile(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*$|^\s*<!--|-->\s*$")


def json_ld_nodes(tree: Any) -> list[Mapping[str, Any]]:
    """The objects of all JSON-LD scripts, those in @graph included; a script that is no JSON is skipped."""
    nodes: list[Mapping[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']")[:MAX_SCRIPTS]:
        try:
            document = orjson.loads(_COMMENT.sub("", script.text or ""))
        except orjson.JSONDecodeError:
            continue  # pages carry broken JSON-LD all the time; the article is still there
        nodes += _nodes(document)
    return nodes[:MAX_NODES]


def _nodes(document: object) -> list[Mapping[str, Any]]:
    tops = [one for one in (document if isinstance(document, list) else [document]) if isinstance(one, Mapping)]
    graphs = [node for top in tops if isinstance(graph := top.get("@graph"), list) for node in graph]
    return [*(top for top in tops if "@graph" not in top), *(node for node in graphs if isinstance(node, Mapping))]


def article_node(nodes: list[Mapping[str, Any]]) -> dict[str, str]:
    """headline, author, publisher, datePublished, inLanguage of the first article, where they are given."""
    for node in nodes:
        types = node.get("@type")
        names = types if isinstance(types, list) else [types]
        if any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in names):
            keys = ("headline", "author", "publisher", "datePublished", "inLanguage")
            return {key: name for key in keys if (name := name_of(node.get(key)))}
    return {}
