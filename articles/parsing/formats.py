"""Declare every import format once. A new format is one row here and one parser module."""

from typing import NamedTuple

from core.marked import gettext as _


class _Format(NamedTuple):
    """`key` is the answer of `detect_format`, `parser` is `module.function` under articles.parsing.

    `titles` are the names shown to people. A format recognised by its content has its title at its container.
    """

    key: str
    titles: tuple[str, ...]
    parser: str
    extensions: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()
    magic: tuple[bytes, ...] = ()


# Parsers are named, not imported: together their libraries take a second and 70 MB, and the web server reads no files.
FORMATS = (
    _Format("plain", ("plain text",), "plain.parse_plain", ("txt", "text")),
    _Format("markdown", ("Markdown",), "markdown.parse_markdown", ("md", "markdown", "mdown"), ("text/markdown",)),
    _Format("html", ("HTML",), "web.html.parse_html", ("html", "htm", "xhtml"), ("text/html", "application/xhtml+xml")),
    _Format(
        "json",
        ("JSON", "ninjs", "ClaimReview", "Fact Check Tools"),
        "records.json_items.parse_json",
        ("json", "jsonld", "ninjs"),
        ("application/json", "application/ld+json", "application/feed+json"),
    ),
    _Format(
        "jsonl",
        ("JSON Lines",),
        "records.json_items.parse_jsonl",
        ("jsonl", "ndjson", "jsonlines"),
        ("application/x-ndjson", "application/jsonl", "application/json-lines", "application/x-jsonlines"),
    ),
    _Format(
        "xml",
        ("NewsML-G2", "NewsML 1", "NITF", "RSS", "Atom"),
        "xml_formats.parse_xml_file",
        ("xml", "rss", "atom", "rdf", "nitf", "newsml", "xsd", "xsl"),
        (
            "application/rss+xml",
            "application/atom+xml",
            "application/rdf+xml",
            "application/xml",
            "text/xml",
            "application/vnd.iptc.g2.newsitem+xml",
            "text/vnd.iptc.newsml",
        ),
    ),
    _Format(
        "csv", ("CSV",), "records.tables.parse_csv", ("csv", "tsv", "tab"), ("text/csv", "text/tab-separated-values")
    ),
    _Format("xlsx", ("XLSX",), "records.tables.parse_xlsx"),
    _Format("docx", ("DOCX",), "office.docx.parse_docx"),
    _Format("pdf", ("PDF with a text layer",), "office.pdf.parse_pdf", magic=(b"%PDF-",)),
)
PARSERS = {one.key: one.parser for one in FORMATS}
BY_EXTENSION = {extension: one.key for one in FORMATS for extension in one.extensions}
BY_MEDIA_TYPE = {media_type: one.key for one in FORMATS for media_type in one.media_types}
BY_MAGIC = {magic: one.key for one in FORMATS for magic in one.magic}


def supported() -> str:
    """Return the sentence that names every supported format."""
    titles = [title for one in FORMATS for title in one.titles]
    return _("Supported are {titles}, and a zip of any of them.").format(titles=", ".join(titles))
