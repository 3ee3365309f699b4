"""Read the API's import item, and items that use other systems' names for the same fields.

`{"url" or "external_id", "title", "text" or "html", "source", "byline", "published_at", "language"}`. Tables and feeds are
brought into this shape too.
"""

import re
from collections.abc import Mapping
from typing import Any

from articles.canonical_url import InvalidUrl, canonicalise_url
from articles.parsing.base import ParsedArticle, ParseError
from articles.parsing.build import build
from articles.parsing.values import looks_like_html, name_of
from articles.text.canonical import CanonicalText, canonical_from_html, canonical_from_plain
from articles.text.characters import normalise_line
from core.marked import gettext
from core.marked import mark as _

Item = Mapping[str, Any]

# Our field first; the first name that has a value wins. Names are compared in lower case without `_`, `-` and spaces.
FIELDS: dict[str, tuple[str, ...]] = {
    "url": (
        "url",
        "canonicalurl",
        "link",
        "permalink",
        "href",
        "weburl",
        "articleurl",
        "sourceurl",
        "pageurl",
        "externalurl",
    ),
    "external_id": ("externalid", "id", "guid", "articleid", "docid", "documentid", "identifier", "uuid", "uri", "@id"),
    "title": (
        "title",
        "headline",
        "heading",
        "articletitle",
        "name",
        "titel",
        "überschrift",
        "schlagzeile",
        "titre",
        "título",
        "titulo",
        "titolo",
    ),
    "html": ("html", "bodyhtml", "contenthtml", "articlehtml", "htmlbody"),
    "text": (
        "text",
        "articlebody",
        "bodytext",
        "contenttext",
        "articletext",
        "fulltext",
        "maintext",
        "plaintext",
        "cleanedtext",
        "rawtext",
        "texte",
        "texto",
        "testo",
    ),
    "content": (
        "content",
        "body",
        "article",
        "story",
        "inhalt",
        "artikel",
        "contenu",
        "contenido",
        "conteúdo",
        "contenuto",
    ),  # text or HTML, told by its look
    "source": (
        "source",
        "publisher",
        "sourcename",
        "sitename",
        "site",
        "outlet",
        "publication",
        "newspaper",
        "feed",
        "quelle",
        "fuente",
        "fonte",
    ),
    "source_domain": ("sourcedomain", "domain", "host", "hostname"),
    "origin": ("origin", "agency", "newsagency", "wire", "creditline", "credit"),
    "byline": ("byline", "author", "authors", "creator", "writer", "journalist", "autor", "auteur", "autore"),
    "published_at": (
        "publishedat",
        "published",
        "datepublished",
        "publicationdate",
        "pubdate",
        "datepublish",
        "publishdate",
        "publisheddate",
        "publishedon",
        "date",
        "datetime",
        "timestamp",
        "createdat",
        "firstpublished",
        "versioncreated",
        "datum",
        "fecha",
    ),
    "language": ("language", "lang", "inlanguage", "languagecode", "locale", "sprache", "langue", "idioma", "lingua"),
}
WORDS = ("html", "text", "content")  # the fields that hold the article, the first that has words counts
# The publisher's own order of versions. They are no details of the article, so that no table's column is taken for one.
_VERSION = ("version", "revision", "versionnumber", "articleversion")
_VERSION_AT = (
    "versioncreated",
    "updatedat",
    "datemodified",
    "modifiedat",
    "lastmodified",
    "lastupdated",
    "dateupdated",
    "updated",
    "modified",
)
_FIELD_OF = {name: field for field, names in FIELDS.items() for name in names}
# An item may have both "published_at" and "date": the name that stands first above is the more exact one.
_RANK = {name: rank for names in FIELDS.values() for rank, name in enumerate(names)}
# published_at, Published-At and "published at" are one key.
_PLAIN_KEY = re.compile(r"[\s_\-.]+")
_EXACT = 2.0**53  # from here on a float is not the number that was written
_IS_PAGE = re.compile(r"<(?:!doctype html|html|body)[\s>]", re.I)
SHAPE = _(
    "Send {“title”, “text” or “html”, “url” or “external_id”, “source”, “byline”, “published_at”, “language”}, a"
    " list of these, or {“articles”: [...]}."
)


def article_from_item(
    item: Item, *, name: str, raw: bytes, content_type: str = "application/json", least_fields: int = 1
) -> ParsedArticle:
    """Read the article of one item that has at least `least_fields` fields of an article.

    Raises ParseError (`unsupported-format`, `no-text`, `invalid-field`, `invalid-url`) or TextTooLong.
    """
    fields = fields_of(item)
    if not fields or (len(fields) < least_fields and fields.keys() <= set(WORDS)):
        known = gettext("only “{field}”").format(field=next(iter(fields))) if fields else gettext("none")
        raise ParseError(
            "unsupported-format",
            gettext("It is not an article: of its fields {known} is known. It was not stored. {shape}").format(
                known=known, shape=gettext(SHAPE)
            ),
        )
    title = _string(fields, "title")
    canonical = _canonical(fields, title)
    source = fields.get("source")
    return build(
        canonical,
        name=name,
        raw=raw,
        content_type=content_type,
        title=title,
        url=_read_address(fields),
        external_id=_string(fields, "external_id"),
        source_name=name_of(source),
        source_domain=_string(fields, "source_domain") or _domain_in(source),
        origin_name=name_of(fields.get("origin")),
        byline=name_of(fields.get("byline")),
        published_at=_string(fields, "published_at") or None,
        language=name_of(fields.get("language")),
        version=_first_of(item, _VERSION),
        version_at=_first_of(item, _VERSION_AT) or None,
    )


def _first_of(item: Item, names: tuple[str, ...]) -> str:
    """Return the text or number under the first of these keys; empty for anything else."""
    given = {_PLAIN_KEY.sub("", key.lower()): value for key, value in item.items()}
    found = next((given[name] for name in names if given.get(name)), "")
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def fields_of(item: Item) -> dict[str, Any]:
    """Map an item that may use other names to our fields, without empty values."""
    found: dict[str, tuple[int, Any]] = {}
    for key, value in item.items():
        plain = key if key in _FIELD_OF else _PLAIN_KEY.sub("", key.lower())
        field = _FIELD_OF.get(plain)
        if field and value not in (None, "", [], {}):
            rank = _RANK[plain]
            if field not in found or rank < found[field][0]:
                found[field] = (rank, value)
    return {field: value for field, (_, value) in found.items()}


def guess_field(header: str) -> str:
    """Return our field for a table's column header, or an empty string."""
    return _FIELD_OF.get(_PLAIN_KEY.sub("", header.strip().lower()), "")


def _canonical(fields: dict[str, Any], title: str) -> CanonicalText:
    """Build the text from `html`, `text` or `content`, the first that has words."""
    for field in WORDS:
        value = _string(fields, field)
        if not value.strip():
            continue
        canonical = _make_canonical(
            value, title, is_html=field == "html" or (field == "content" and looks_like_html(value))
        )
        has_words = len(canonical.blocks) > 1 or (canonical.text and not canonical.title)
        if has_words or normalise_line(value) == title:
            return canonical
    raise ParseError(
        "no-text",
        gettext("The item has neither “text” nor “html”. Nothing of it was stored. Give the article's words in one."),
    )


def _make_canonical(value: str, title: str, *, is_html: bool) -> CanonicalText:
    if is_html and _IS_PAGE.search(value[:4096]):
        # Imported here: the libraries take long to load, and few items hold a whole page.
        from articles.parsing.web.html import article_of_page

        return article_of_page(value, title=title)
    return canonical_from_html(value, title=title) if is_html else canonical_from_plain(value, title=title)


def _string(fields: dict[str, Any], field: str) -> str:
    """Return a text field; a number as text. Raises ParseError `invalid-field` otherwise."""
    value = fields.get(field)
    # Absent is no mistake; a value of a wrong type is one, and silence would lose words.
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and abs(value) >= _EXACT:
        raise ParseError(
            "invalid-field",
            gettext(
                "“{field}” is a number whose last digits get lost. Write it as text. The item was not stored."
            ).format(field=field),
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping) and name_of(value):
        return name_of(value)
    raise ParseError(
        "invalid-field",
        gettext("“{field}” must be text, not {kind}. The item was not stored.").format(
            field=field, kind=_kind_of(value)
        ),
    )


def _read_address(fields: dict[str, Any]) -> str:
    """Return the canonical address. Raises ParseError `invalid-url`.

    A bad address is refused, not dropped: without its identity the article would be stored twice.
    """
    url = _string(fields, "url").strip()
    if not url:
        external_id = fields.get("external_id")
        return external_id if isinstance(external_id, str) and external_id.startswith(("http://", "https://")) else ""
    try:
        return canonicalise_url(url)
    except InvalidUrl as error:
        raise ParseError(
            error.code,
            gettext("“url” is not a web address: {message} The item was not stored.").format(message=error.message),
        ) from error


def _domain_in(source: object) -> str:
    if not isinstance(source, Mapping):
        return ""
    for key in ("domain", "url", "homepage", "@id"):
        if isinstance(value := source.get(key), str) and value:
            return value
    return ""


def _kind_of(value: object) -> str:
    return {bool: gettext("true or false"), list: gettext("a list"), dict: gettext("an object")}.get(
        type(value), type(value).__name__
    )
