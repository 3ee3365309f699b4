"""ninjs 3.1 (IPTC) of a published check, for the CMS.

ninjs has no place for a verdict: the rating stands in the text, and an association links the ClaimReview. `pubStatus` says
what to do with it: `usable`, `withheld` while suspended, `canceled` after retraction.
"""

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import Any, Literal

from annotations.frozen import Desk, FrozenArticle, FrozenClaimant, FrozenContent, Publication, PublicCorrection
from core.canonical_json import rfc3339
from core.iri import is_absolute, to_uri
from publishing.formats.members import drop_empty
from publishing.formats.vocabulary import Problem

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"
TRUST_INDICATORS = "http://cv.iptc.org/newscodes/trustindicator/"
_STATUSES: dict[str, Literal["usable", "withheld", "canceled"]] = {
    "published": "usable",
    "superseded": "usable",
    "suspended": "withheld",
    "preview": "withheld",
    "retracted": "canceled",
    "removed": "canceled",
}


def ninjs(frozen: FrozenContent, publication: Publication, *, notice: str = "") -> dict[str, Any]:
    """Return the item. `notice` is the public reason of a suspension or retraction; a canceled item carries only that."""
    status = _STATUSES[publication.state]
    note = "\n".join([*([notice] if notice else []), *map(_correction_line, publication.corrections)])
    document = _envelope(publication)
    document["pubStatus"] = status
    if note:
        document["edNote"] = note
    if status == "canceled":
        document["representationType"] = "partial"
        return document
    document["representationType"] = "full"
    document.update(_content(frozen, publication))
    return document


def check(doc: dict[str, Any]) -> list[Problem]:
    """Return the problems that a CMS would have with an item. All items of `ninjs` meet the JSON Schema of ninjs 3.1."""
    return [
        *_required(doc),
        *_addresses(doc),
        *(
            Problem(f"/{name}", "error", "not-text", f"{name} is not text.")
            for name in ("version", "pubStatus", "edNote", "language", "title")
            if not isinstance(doc.get(name, ""), str)
        ),
    ]


def _required(doc: dict[str, Any]) -> Iterator[Problem]:
    if doc.get("pubStatus") not in ("usable", "withheld", "canceled"):
        yield Problem("/pubStatus", "error", "pub-status", "pubStatus is not usable, withheld or canceled.")
    needed = ["uri", "version", "versionCreated"]
    if doc.get("pubStatus") != "canceled":
        needed += ["language", "headlines", "bodies", "associations"]
    for name in needed:
        if not doc.get(name):
            yield Problem(f"/{name}", "error" if name == "uri" else "warning", "missing", f"{name} is missing.")


def _addresses(doc: dict[str, Any]) -> Iterator[Problem]:
    for path, value in _uris(doc, ""):
        if not (isinstance(value, str) and value.isascii() and (is_absolute(value) or value.startswith("urn:"))):
            yield Problem(path, "error", "not-a-uri", f"“{value}” is not an absolute address.")


def _uris(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the members that must be a URI. The role of a trust indicator is one; other roles are not."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _uris(item, f"{path}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            is_role = name == "role" and path.startswith("/trustIndicators/")
            if name in ("uri", "href") or is_role:
                yield f"{path}/{name}", item
            else:
                yield from _uris(item, f"{path}/{name}")


def _envelope(publication: Publication) -> dict[str, Any]:
    return drop_empty(
        {
            "uri": to_uri(publication.api_url or publication.url),
            "type": "text",
            "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
            "version": str(publication.version),
            "firstCreated": publication.published_at and rfc3339(publication.published_at),
            "versionCreated": publication.modified_at and rfc3339(publication.modified_at),
            "embargoedUntil": publication.embargoed_until and rfc3339(publication.embargoed_until),
            "altIds": [
                {"role": "fact-check", "value": str(publication.id)},
                {"role": "slug", "value": publication.slug},
            ],
            "trustIndicators": [{**one} for one in _trust_indicators(publication.desk)],
        }
    )


def _content(frozen: FrozenContent, publication: Publication) -> dict[str, Any]:
    claim, verdict, desk = frozen["claim"], frozen["verdict"], publication.desk
    return drop_empty(
        {
            "language": verdict["language"],
            "title": verdict["headline"],
            "by": ", ".join(verdict["byline"]),
            "headlines": [{"role": "main", "value": verdict["headline"]}] if verdict["headline"] else [],
            "descriptions": [
                {"role": role, "contentType": "text/plain", "value": text}
                for role, text in (
                    ("claim", claim["statement"]),
                    ("rating", _label(frozen)),
                    ("summary", verdict["summary"]),
                )
                if text
            ],
            "bodies": _bodies(frozen),
            **_agents(claim["claimant"]),
            "subjects": [{"name": topic} for topic in claim["topics"]],
            "infoSources": [drop_empty({"name": desk.name, "role": "publisher", "uri": _uri(desk.url)})],
            "associations": [*_claim_review(frozen, publication), *_related(frozen, publication)],
        }
    )


def _label(frozen: FrozenContent) -> str:
    return frozen["rating"]["label"] if frozen["rating"] else ""


def _bodies(frozen: FrozenContent) -> list[dict[str, Any]]:
    """Return claim, rating, summary and rationale, as HTML and as text."""
    verdict, claim = frozen["verdict"], frozen["claim"]
    rendered = verdict["rendered"]
    paragraphs = [text for text in (claim["statement"], _label(frozen), verdict["summary"]) if text]
    html = "".join(f"<p>{escape(text)}</p>\n" for text in paragraphs)
    text = "\n\n".join([*paragraphs, rendered["text"]]).strip()
    if not text:
        return []
    return [
        {
            "role": "main",
            "contentType": "text/html",
            "value": html + rendered["html"],
        },
        {
            "role": "text",
            "contentType": "text/plain",
            "value": text,
            "charCount": len(text),
            "wordCount": len(text.split()),
        },
    ]


def _agents(claimant: FrozenClaimant | None) -> dict[str, Any]:
    if claimant is None:
        return {}
    uri = next((_uri(address) for address in claimant["same_as"] if _uri(address)), "")
    agent = drop_empty({"name": claimant["name"], "rel": "claimant", "uri": uri})
    return {("people" if claimant["kind"] == "person" else "organisations"): [agent]}


def _claim_review(frozen: FrozenContent, publication: Publication) -> list[dict[str, Any]]:
    """Return the link to the ClaimReview; none while the check is withdrawn."""
    # Nobody shall find the finding through the link while it is taken back.
    if publication.is_withdrawn or not _uri(publication.url):
        return []
    address = f"{to_uri(publication.api_url)}/claimreview" if publication.api_url else to_uri(publication.url)
    rendition = {"name": "json-ld", "contentType": "application/ld+json", "href": address}
    return [
        drop_empty(
            {
                "name": "ClaimReview",
                "rel": "http://schema.org/ClaimReview",
                "uri": address,
                "title": frozen["verdict"]["headline"],
                "renditions": [rendition] if publication.api_url else [],
            }
        )
    ]


def _related(frozen: FrozenContent, publication: Publication) -> Iterator[dict[str, Any]]:
    for appearance in frozen["appearances"]:
        article = appearance["article"]
        yield _association(_article_uri(article, publication), "appearance", article["title"], appearance["exact"])
    for evidence in frozen["evidence"]:
        source = evidence["article"]
        uri = _article_uri(source, publication) if source else to_uri(evidence["url"])
        title = source["title"] if source else ""
        yield _association(uri, evidence["stance"], title, evidence["exact"] or evidence["quote"])


def _article_uri(article: FrozenArticle, publication: Publication) -> str:
    return _uri(publication.article_url(article)) or f"urn:uuid:{article['id']}"


def _association(uri: str, rel: str, title: str, quote: str) -> dict[str, Any]:
    association: dict[str, Any] = drop_empty({"name": title or uri, "rel": rel, "uri": uri, "title": title})
    if quote:
        association["descriptions"] = [{"role": "quote", "contentType": "text/plain", "value": quote}]
    return association


@lru_cache(maxsize=8)
def _trust_indicators(desk: Desk) -> list[dict[str, Any]]:
    """Return the desk's policies (IPTC trust indicator NewsCodes)."""
    policies = (
        ("correctionsPolicy", "Corrections policy", desk.corrections_url),
        ("factCheckingPolicy", "How we check", desk.methodology_url),
    )
    return [
        {"role": f"{TRUST_INDICATORS}{code}", "title": title, "href": _uri(url)}
        for code, title, url in policies
        if _uri(url)
    ]


def _correction_line(correction: PublicCorrection) -> str:
    return f"{correction.kind} {rfc3339(correction.at)} (version {correction.version}): {correction.note}".strip(": ")


def _uri(url: str) -> str:
    return to_uri(url) if is_absolute(url) else ""
