"""ninjs 1.0 to 3.1, the IPTC's JSON for news. 1.x spreads variants over keys (body_text), 2.x and later over lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from articles.characters import words
from articles.parsing.base import ParsedArticle, ParseError
from articles.parsing.build import build
from articles.parsing.items import looks_like_html, name_of
from articles.parsing.nitf import blocks_of_nitf
from articles.text import CanonicalText, canonical_from_blocks, canonical_from_html, canonical_from_plain

Item = Mapping[str, Any]
Variant = tuple[str, str]  # kind, value

_SIGNS = words(
    """
    body_text body_html body_xhtml bodies headlines descriptions versioncreated versionCreated pubstatus
    pubStatus representationtype representationType description_text description_html infosource infosources
    infoSources usageterms usageTerms copyrightholder copyrightHolder renditions standard $standard associations
    altids altIds plannedCoverage eventDetails
    """
)
_USUAL = words("text html content body articleBody fulltext")
_KINDS = ("html", "nitf", "text", "markup")
_KEPT = {
    "version": ("version",),
    "pub_status": ("pubstatus", "pubStatus"),
    "ed_note": ("ednote", "edNote"),
    "embargoed": ("embargoed", "embargoedUntil"),
    "copyright_notice": ("copyrightnotice", "copyrightNotice"),
    "usage_terms": ("usageterms", "usageTerms"),
    "located": ("located",),
    "slugline": ("slugline",),
    "type": ("type",),
}


def is_ninjs(item: object) -> bool:
    """A `uri` and either a key that only ninjs has, or no key of the usual ones for an article's words."""
    if not isinstance(item, Mapping) or not isinstance(item.get("uri"), str):
        return False
    is_marked = any(key in _SIGNS or key.startswith(("headline_", "body_", "description_")) for key in item)
    return is_marked or _USUAL.isdisjoint(item)


def parse_ninjs(item: Item, *, name: str, raw: bytes) -> ParsedArticle:
    """An item with a body, a description or a headline. Raises ParseError `no-text` or `invalid-field`."""
    headline = _headline(item)
    description = _best(item, "description", "descriptions")
    canonical = _canonical(_best(item, "body", "bodies") or description, headline)
    source, origin = _sources(item)
    return build(
        canonical,
        name=name,
        raw=raw,
        content_type="application/json",
        title=headline,
        external_id=_string(item, "uri"),
        url=_page(item),
        source_name=source or _string(item, "copyrightholder", "copyrightHolder") or origin,
        origin_name=origin,
        byline=_string(item, "byline", "by"),
        published_at=_string(item, "firstcreated", "firstCreated", "versioncreated", "versionCreated") or None,
        language=_string(item, "language"),
        extra=_extra(item, description),
    )


def _headline(item: Item) -> str:
    variants = list(_variants(item, "headline", "headlines"))
    return next((value for kind, value in variants if kind == "text"), variants[0][1] if variants else "") or _string(
        item, "title"
    )


def _best(item: Item, key: str, plural: str) -> Variant | None:
    """The variant that keeps the most structure: HTML, then NITF, then text, then other markup."""
    variants = list(_variants(item, key, plural))
    return next((variant for kind in _KINDS for variant in variants if variant[0] == kind), None)


def _variants(item: Item, key: str, plural: str) -> Iterator[Variant]:
    for name, value in item.items():
        if name == key or name.startswith(f"{key}_"):
            text = _required_text(value, name)
            yield _kind(name, text), text
    held = item.get(plural)
    if held is not None and not isinstance(held, list):
        raise ParseError("invalid-field", f"“{plural}” must be a list. The item was not stored.")
    for number, variant in enumerate(held or []):
        if not isinstance(variant, Mapping):
            raise ParseError("invalid-field", f"“{plural}/{number}” must be an object. The item was not stored.")
        declared = f"{variant.get('contentType') or variant.get('contenttype') or ''} {variant.get('role') or ''}"
        value = _required_text(variant.get("value"), f"{plural}/{number}/value")
        yield _kind(declared, value), value


def _kind(declared: str, value: str) -> str:
    """html, nitf, text, or other markup; what a variant does not say is told by its look."""
    declared = declared.lower()
    if "nitf" in declared and ("<nitf" in value[:400] or "<body" in value):
        return "nitf"
    if "html" in declared:
        return "html"
    if "xml" in declared or "nitf" in declared:
        return "markup"
    return "text" if "text" in declared or not looks_like_html(value) else "html"


def _canonical(body: Variant | None, headline: str) -> CanonicalText:
    if not body or not body[1].strip():
        if not headline:
            raise ParseError("no-text", "The item has no headline, body or description. It was not stored.")
        return canonical_from_plain("", title=headline)
    kind, value = body
    if kind in {"html", "markup"}:
        return canonical_from_html(value, title=headline)
    if kind == "nitf":
        return canonical_from_blocks(blocks_of_nitf(value.encode(errors="replace")), title=headline)
    return canonical_from_plain(value, title=headline)


def _sources(item: Item) -> tuple[str, str]:
    """(source, origin) of `infosource`: a source whose role says it is the original one is the origin."""
    held = item.get("infosources") or item.get("infoSources") or item.get("infosource") or []
    source = origin = ""
    for party in held if isinstance(held, list) else [held]:
        name = name_of(party)
        role = str(party.get("role", "")) if isinstance(party, Mapping) else ""
        if "orig" in role.lower():
            origin = origin or name
        else:
            source = source or name
    return source, origin


def _page(item: Item) -> str:
    """The address of the article on the web, where an alternative id says so. `uri` is an identifier, not a page."""
    held = item.get("altIds") or item.get("altids") or []
    for alternative in held if isinstance(held, list) else []:
        if isinstance(alternative, Mapping) and str(alternative.get("role", "")).lower() in {
            "web",
            "url",
            "canonical",
            "weburl",
        }:
            return str(alternative.get("value", ""))
    return ""


def _extra(item: Item, description: Variant | None) -> dict[str, Any]:
    extra: dict[str, Any] = {"format": "ninjs"}
    for field, keys in _KEPT.items():
        if value := next((item[key] for key in keys if isinstance(item.get(key), str)), ""):
            extra[field] = value
    if description and description[0] == "text":
        extra["description"] = description[1]
    return extra


def _string(item: Item, *keys: str) -> str:
    return next((_required_text(item[key], key) for key in keys if item.get(key) is not None), "")


def _required_text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise ParseError("invalid-field", f"“{field}” must be text. The item was not stored.")
    return value
