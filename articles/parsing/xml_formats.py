"""Parse an XML file by its root element."""

from typing import Any

from articles.parsing.base import Outcomes, Source
from articles.parsing.detect import root_name
from articles.parsing.recognised.names import XML_ROOTS, refusal
from articles.parsing.web.feeds import parse_feed
from articles.parsing.wire.newsml import NEWSML_ROOTS, articles_of_newsml
from articles.parsing.wire.newsml1 import articles_of_newsml1, is_newsml1
from articles.parsing.wire.nitf import article_of_nitf
from articles.parsing.xml import descendants, local, parse_xml
from core.marked import gettext as _

_FEED_ROOTS = {b"rss", b"feed", b"rdf", b"channel"}


def parse_xml_file(source: Source) -> Outcomes:
    if root_name(source.head) in _FEED_ROOTS:
        yield from parse_feed(source)
        return
    raw = source.read()
    root = _article_root(parse_xml(raw))
    if local(root) == "nitf":
        yield article_of_nitf(root, name=source.name, raw=raw)
    elif is_newsml1(root):
        yield from articles_of_newsml1(root, name=source.name, raw=raw)
    elif local(root) in NEWSML_ROOTS:
        yield from articles_of_newsml(root, name=source.name, raw=raw)
    else:
        yield from parse_feed(source)


def _article_root(root: Any) -> Any:
    """Return the root, or the first news item or NITF document in an agency's envelope."""
    if local(root) in NEWSML_ROOTS or local(root) in {"newsml", "nitf", "rss", "feed", "rdf"}:
        return root
    inner = next(descendants(root, "newsmessage", "newsml", "newsitem", "nitf"), None)
    if inner is None:
        name = local(root)[:60]
        raise refusal(
            XML_ROOTS.get(name.encode(), _("XML with the root “{name}”, which is not an article").format(name=name))
        )
    return inner
