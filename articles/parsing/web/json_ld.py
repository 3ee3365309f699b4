"""Read JSON-LD in a page: its nodes, and the facts of its article."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from articles.parsing.values import name_of
from articles.text.characters import fold_words

Node = Mapping[str, Any]
MAX_SCRIPTS = 50
MAX_NODES = 500  # a listing page describes every teaser; more nodes cost time and name no article
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report)$")
# Old pages hide a script from old browsers: <!-- ... -->, or //<![CDATA[ ... //]]>.
_COMMENT = re.compile(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*$|^\s*<!--|-->\s*$")
_FACTS = ("headline", "author", "publisher", "datePublished", "inLanguage", "articleBody")


def json_ld_nodes(tree: Any) -> list[Node]:
    """Return the objects of all JSON-LD scripts, also in @graph and mainEntity. Broken scripts are skipped."""
    nodes: list[Node] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:MAX_SCRIPTS]:
        nodes += _nodes(_document(_COMMENT.sub("", script.text or "")))
    return nodes[:MAX_NODES]


def article_node(nodes: list[Node], titles: Iterable[str] = ()) -> dict[str, str]:
    """Return headline, author, publisher, datePublished, inLanguage, articleBody of the page's article, if given.

    If a page describes several, the one whose headline is in `titles` wins, else the first.
    """
    found = [node for node in nodes if _is_article(node)]
    shown = [fold_words(title) for title in titles]
    own = next((node for node in found if _is_named(node, shown)), found[0] if found else {})
    facts = {key: html.unescape(name_of(own.get(key))) for key in _FACTS}
    return {key: value for key, value in facts.items() if value}


def _document(script: str) -> object:
    """Parse a script. Line breaks inside strings, common on pages, are accepted; otherwise None."""
    try:
        return orjson.loads(script)
    except orjson.JSONDecodeError:
        pass
    try:
        # orjson is strict and quick; this one takes the rest.
        return json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(document: object) -> list[Node]:
    tops = _objects(document)
    held = [node for top in tops for key in ("@graph", "mainEntity") for node in _objects(top.get(key))]
    return [*(top for top in tops if "@graph" not in top), *held]


def _objects(value: object) -> list[Node]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def _is_article(node: Node) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in names)


def _is_named(node: Node, shown: list[str]) -> bool:
    headline = fold_words(html.unescape(name_of(node.get("headline"))))
    return bool(headline) and any(headline in title for title in shown)
