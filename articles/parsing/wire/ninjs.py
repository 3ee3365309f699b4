"""ninjs 1.0 to 3.1, the IPTC's JSON for news. 1.x spreads variants over keys (body_text), 2.x and later over lists."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from articles.parsing.base import ParsedArticle, ParseError
from articles.parsing.build import build, domain_in_identifier, notices
from articles.parsing.values import looks_like_html, name_of
from articles.parsing.wire.nitf import blocks_of_nitf, headline_of
from articles.parsing.xml import parse_xml
from articles.text.canonical import (
    CanonicalText,
    canonical_from_blocks,
    canonical_from_html,
    canonical_from_plain,
)
from articles.text.characters import words
from core.marked import gettext

Item = Mapping[str, Any]


class _Variant(NamedTuple):
    """One form of a body, headline or description. `is_part`: its role says that it is not the main one."""

    kind: str
    value: str
    is_part: bool


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
_PARTS = words(
    "sub subtitle subheadline summary abstract teaser short mobile push seo social alert caption lead kicker"
)
_WORD = re.compile(r"[a-z]+")
_CREATED = ("firstcreated", "firstCreated", "versioncreated", "versionCreated", "contentcreated", "contentCreated")
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
    """Return whether there is a `uri` and either a key only ninjs has, or no usual key for an article's text."""
    if not isinstance(item, Mapping) or not isinstance(item.get("uri"), str):
        return False
    is_marked = any(key in _SIGNS or key.startswith(("headline_", "body_", "description_")) for key in item)
    return is_marked or _USUAL.isdisjoint(item)


def parse_ninjs(item: Item, *, name: str, raw: bytes) -> ParsedArticle:
    """Parse an item with a body, a description or a headline. Raises ParseError `no-text` or `invalid-field`."""
    description, body = _choose_variant(item, "description", "descriptions"), _choose_variant(item, "body", "bodies")
    headline = _headline(item, body)
    if not body and not description and "plannedCoverage" in item and not any(_variants(item, "headline", "headlines")):
        raise ParseError("no-text", gettext("It is a plan of coverage, with no text of its own. It was not stored."))
    canonical = _canonical(body or description, headline)
    source, origin = _sources(item)
    source = source or name_of(item.get("source")) or _string(item, "copyrightholder", "copyrightHolder") or origin
    extra, uri = _extra(item, description), _string(item, "uri")
    return build(
        canonical,
        name=name,
        raw=raw,
        content_type="application/json",
        title=headline,
        external_id=uri,
        url=_web_address(item),
        source_name=source,
        source_domain="" if source else domain_in_identifier(uri),
        origin_name=origin,
        byline=_string(item, "byline", "by") or name_of(item.get("authors")),
        published_at=_string(item, *_CREATED) or None,
        language=_string(item, "language"),
        extra=extra,
        warnings=notices(extra),
        version=_version(item),
        version_at=_string(item, "versioncreated", "versionCreated") or None,
    )


def _headline(item: Item, body: _Variant | None) -> str:
    """Return the main headline, else the NITF body's, else the item's short name."""
    variants = sorted(
        _variants(item, "headline", "headlines"), key=lambda variant: (variant.is_part, variant.kind != "text")
    )
    if variants and not variants[0].is_part:
        return variants[0].value
    # Replaced: JSON can hold lone surrogates, which UTF-8 cannot.
    inside = headline_of(parse_xml(body.value.encode(errors="replace"))) if body and body.kind == "nitf" else ""
    return inside or _string(item, "title") or (variants[0].value if variants else "")


def _choose_variant(item: Item, key: str, plural: str) -> _Variant | None:
    """Return the main variant that keeps the most structure: HTML, then NITF, then text, then other markup."""
    usable = [variant for variant in _variants(item, key, plural) if variant.value.strip()]
    return min(usable, key=lambda one: (one.is_part, _KINDS.index(one.kind), -len(one.value)), default=None)


def _variants(item: Item, key: str, plural: str) -> Iterator[_Variant]:
    for name, value in item.items():
        if value is not None and (name == key or name.startswith(f"{key}_")):
            text = _required_text(value, name)
            yield _Variant(_kind_of(name, text), text, _is_part(name.removeprefix(key)))
    held = item.get(plural)
    if held is not None and not isinstance(held, list):
        raise ParseError(
            "invalid-field", gettext("“{plural}” must be a list. The item was not stored.").format(plural=plural)
        )
    for number, variant in enumerate(held or []):
        if not isinstance(variant, Mapping):
            raise ParseError(
                "invalid-field",
                gettext("“{plural}/{number}” must be an object. The item was not stored.").format(
                    plural=plural, number=number
                ),
            )
        if "value" in variant and variant["value"] is None:
            continue
        declared = f"{variant.get('contentType') or variant.get('contenttype') or ''} {variant.get('role') or ''}"
        value = _required_text(variant.get("value"), f"{plural}/{number}/value")
        yield _Variant(_kind_of(declared, value), value, _is_part(str(variant.get("role") or "")))


def _is_part(role: str) -> bool:
    return not _PARTS.isdisjoint(_WORD.findall(role.lower()))


def _kind_of(declared: str, value: str) -> str:
    """Return html, nitf, text or other markup; guessed from the content if the variant does not say."""
    declared = declared.lower()
    if "nitf" in declared and ("<nitf" in value[:400] or "<body" in value):
        return "nitf"
    if "html" in declared:
        return "html"
    if "xml" in declared or "nitf" in declared:
        return "markup"
    return "text" if "text" in declared or not looks_like_html(value) else "html"


def _canonical(body: _Variant | None, headline: str) -> CanonicalText:
    if not body:
        if not headline:
            raise ParseError("no-text", gettext("The item has no headline, body or description. It was not stored."))
        return canonical_from_plain("", title=headline)
    kind, value, _ = body
    if kind in {"html", "markup"}:
        return canonical_from_html(value, title=headline)
    if kind == "nitf":
        return canonical_from_blocks(blocks_of_nitf(value.encode(errors="replace")), title=headline)
    return canonical_from_plain(value, title=headline)


def _sources(item: Item) -> tuple[str, str]:
    """Return (source, origin) of `infosource`: a source with the role of the original one is the origin."""
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


def _web_address(item: Item) -> str:
    """Return the article's web address from an alternative id. `uri` is an identifier, not a page."""
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


def _extra(item: Item, description: _Variant | None) -> dict[str, Any]:
    extra: dict[str, Any] = {"format": "ninjs"}
    for field, keys in _KEPT.items():
        if value := next((item[key] for key in keys if isinstance(item.get(key), str)), ""):
            extra[field] = value
    if description and description.kind == "text":
        extra["description"] = description.value
    return extra


def _version(item: Item) -> str:
    """Return the version as text: a string in all schemas, but some agencies send a number."""
    given = item.get("version")
    return str(given) if isinstance(given, int | str) and not isinstance(given, bool) else ""


def _string(item: Item, *keys: str) -> str:
    return next((_required_text(item[key], key) for key in keys if item.get(key) is not None), "")


def _required_text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise ParseError(
            "invalid-field", gettext("“{field}” must be text. The item was not stored.").format(field=field)
        )
    return value
