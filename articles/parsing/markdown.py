"""Markdown with an optional front matter of plain `key: value` lines."""

import re

from markdown_it import MarkdownIt

from articles.parsing.base import Outcomes, Source
from articles.parsing.build import build
from articles.parsing.decode import decode_text
from articles.parsing.records.items import fields_of
from articles.text.canonical import canonical_from_blocks, canonical_from_html

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S)
# Blanks at the end are stripped afterwards: as a part of the pattern they cost a second for 20,000 blanks in a value.
_KEY_VALUE = re.compile(r"^([A-Za-z][\w -]{0,40}):[ \t]+(\S.*)$", re.M)
_HEADINGS = ("h1", "h2", "h3")


def parse_markdown(source: Source) -> Outcomes:
    raw = source.read()
    text, warnings = decode_text(raw, charset=source.charset)
    front = _FRONT_MATTER.match(text)
    fields = _fields(front.group(1)) if front else {}
    body = text[front.end() :] if front else text
    # HTML may pass: only the words of its blocks are taken, nothing is shown as a page.
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(body)
    canonical = canonical_from_html(html, title=fields.get("title"))
    # A first heading is the title, as in most files without front matter.
    if not canonical.title and canonical.blocks and canonical.blocks[0].tag in _HEADINGS:
        blocks = [(block.tag, canonical.of(block)) for block in canonical.blocks]
        canonical = canonical_from_blocks(blocks, title=blocks[0][1])
    yield build(
        canonical,
        name=source.name,
        raw=raw,
        content_type="text/markdown",
        url=fields.get("url", ""),
        external_id=fields.get("external_id", ""),
        source_name=fields.get("source", ""),
        byline=fields.get("byline", ""),
        published_at=fields.get("published_at"),
        language=fields.get("language", ""),
        warnings=warnings,
    )


def _fields(front: str) -> dict[str, str]:
    """Return our fields from the front matter. Lists and nested keys, which need a YAML parser, are skipped."""
    pairs = {key: value.rstrip().strip("\"'") for key, value in _KEY_VALUE.findall(front) if value[:1] not in "[{|>&*"}
    return {field: str(value) for field, value in fields_of(pairs).items()}
