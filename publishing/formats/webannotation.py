"""W3C Web Annotations of a published check (https://www.w3.org/TR/annotation-model/) as JSON-LD.

A claim is a highlight of the words where it stands, evidence links a passage to the claim, the verdict assesses the claim's
words. Ids are stable: they come from the fact-check's address and the ids of appearance and evidence. Positions count code
points of the article's stored text in the revision that was frozen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from annotations.frozen import FrozenAppearance, FrozenArticle, FrozenContent, FrozenEvidence, Publication
from core.canonical_json import rfc3339
from core.iri import to_uri
from publishing.formats.members import drop_empty

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


@dataclass(frozen=True, slots=True)
class _Check:
    """The parts of a check that its annotations share, each made once."""

    publication: Publication
    iri: str
    creator: dict[str, Any]
    created: str | None
    modified: str | None
    targets: list[dict[str, Any]]
    """Of all appearances, in their order."""


def fact_check_annotations(frozen: FrozenContent, publication: Publication) -> list[dict[str, Any]]:
    """Return all annotations of one check: its claims, then its evidence, then the verdict."""
    return _annotations(range(len(frozen["appearances"])), frozen["evidence"], frozen, publication)


def article_annotations(article_id: str, frozen: FrozenContent, publication: Publication) -> list[dict[str, Any]]:
    """Return the annotations of one check that point into one article."""
    return _annotations(*_of_article(article_id, frozen), frozen, publication)


def article_annotation_count(article_id: str, frozen: FrozenContent) -> int:
    """Return how many annotations `article_annotations` would return."""
    appearances, evidence = _of_article(article_id, frozen)
    return len(appearances) + len(evidence) + bool(appearances)


def _of_article(article_id: str, frozen: FrozenContent) -> tuple[list[int], list[FrozenEvidence]]:
    """Return the numbers of the appearances in this article, and the evidence in it."""
    appearances = [number for number, item in enumerate(frozen["appearances"]) if item["article"]["id"] == article_id]
    evidence = [item for item in frozen["evidence"] if item["article"] and item["article"]["id"] == article_id]
    return appearances, evidence


def _annotations(
    appearances: Sequence[int],
    evidence: Sequence[FrozenEvidence],
    frozen: FrozenContent,
    publication: Publication,
) -> list[dict[str, Any]]:
    check = _Check(
        publication,
        to_uri(publication.annotation_iri),
        _creator(publication.desk.url, publication.desk.name),
        rfc3339(publication.published_at) if publication.published_at else None,
        rfc3339(publication.modified_at) if publication.modified_at else None,
        [_appearance_target(item, publication) for item in frozen["appearances"]] if appearances else [],
    )
    return [
        *[_claim_annotation(number, frozen, check) for number in appearances],
        *[_evidence_annotation(item, frozen, check) for item in evidence],
        *([_verdict_annotation(frozen, check)] if appearances else []),
    ]


def _claim_annotation(number: int, frozen: FrozenContent, check: _Check) -> dict[str, Any]:
    statement = _body(frozen["claim"]["statement"], "describing", frozen["verdict"]["language"])
    return _annotation(
        f"claim-{frozen['appearances'][number]['id']}",
        ["highlighting", "describing"],
        body=[statement] if statement["value"] else [],
        target=check.targets[number],
        check=check,
    )


def _evidence_annotation(evidence: FrozenEvidence, frozen: FrozenContent, check: _Check) -> dict[str, Any]:
    body = [
        {"source": f"urn:uuid:{frozen['claim']['id']}", "purpose": "linking"},
        # In English whatever the check's language: it is a code.
        _body(evidence["stance"], "classifying", "en"),
    ]
    if evidence["note"]:
        body.append(_body(evidence["note"], "describing", frozen["verdict"]["language"]))
    return _annotation(
        f"evidence-{evidence['id']}",
        "linking",
        body=body,
        target=_evidence_target(evidence, check.publication),
        check=check,
    )


def _verdict_annotation(frozen: FrozenContent, check: _Check) -> dict[str, Any]:
    """Return the verdict's annotation on all appearances of the claim, with a link to the check's page."""
    verdict, rating = frozen["verdict"], frozen["rating"]
    texts = [(rating["label"] if rating else "", "classifying"), (verdict["summary"], "assessing")]
    return _annotation(
        f"verdict-{frozen['claim']['id']}",
        "assessing",
        body=[
            *(_body(text, purpose, verdict["language"]) for text, purpose in texts if text),
            {"id": to_uri(check.publication.public_url), "type": "Text", "format": "text/html"},
        ],
        target=check.targets,
        check=check,
    )


def annotation_collection(
    *, iri: str, label: str, total: int, first: str | dict[str, Any] | None, last: str | None = None
) -> dict[str, Any]:
    """Return a collection. `first` is the first page or its address; None when the collection is empty."""
    return drop_empty(
        {
            "@context": CONTEXT,
            "id": to_uri(iri),
            "type": "AnnotationCollection",
            "label": label,
            "total": total,
            "first": to_uri(first) if isinstance(first, str) else first,
            "last": last and to_uri(last),
        }
    )


def annotation_page(
    *,
    iri: str,
    collection_iri: str,
    items: Sequence[dict[str, Any]],
    start_index: int = 0,
    next_iri: str | None = None,
    previous_iri: str | None = None,
) -> dict[str, Any]:
    page = drop_empty(
        {
            "@context": CONTEXT,
            "id": to_uri(iri),
            "type": "AnnotationPage",
            # An object, not a bare address: so the W3C page assertions read it.
            "partOf": {"id": to_uri(collection_iri), "type": "AnnotationCollection"},
            "startIndex": start_index,
            "next": next_iri and to_uri(next_iri),
            "prev": previous_iri and to_uri(previous_iri),
        }
    )
    return page | {"items": list(items)}


def fact_check_collection(frozen: FrozenContent, publication: Publication) -> dict[str, Any]:
    """Return the check as one AnnotationCollection with its only page inside."""
    iri = publication.annotation_iri
    items = fact_check_annotations(frozen, publication)
    page = annotation_page(iri=f"{iri}#page-1", collection_iri=iri, items=items)
    label = frozen["verdict"]["headline"] or frozen["claim"]["statement"]
    return annotation_collection(iri=iri, label=label, total=len(items), first=page if items else None)


def _annotation(
    name: str, motivation: str | list[str], *, body: list[dict[str, Any]], target: Any, check: _Check
) -> dict[str, Any]:
    # Without `drop_empty`, here and for targets: it was a third of an export's time (2026-11-30).
    annotation: dict[str, Any] = {
        "@context": CONTEXT,
        "id": f"{check.iri}#{name}",
        "type": "Annotation",
        "motivation": motivation,
        "creator": check.creator,
    }
    if check.created:
        annotation["created"] = check.created
    if check.modified:
        annotation["modified"] = check.modified
    if body:
        annotation["body"] = body
    if target:
        annotation["target"] = target
    return annotation


@lru_cache(maxsize=8)
def _creator(url: str, name: str) -> dict[str, Any]:
    return drop_empty({"id": url and to_uri(url), "type": "Organization", "name": name})


def _body(text: str, purpose: str, language: str) -> dict[str, Any]:
    return {
        "type": "TextualBody",
        "format": "text/plain",
        **({"language": language} if language else {}),
        "purpose": purpose,
        "value": text,
        "textDirection": "auto",
    }


def _appearance_target(appearance: FrozenAppearance, publication: Publication) -> dict[str, Any]:
    target: dict[str, Any] = {
        "source": _source(appearance["article"], publication),
        "selector": [
            _quote_selector(appearance["exact"], appearance["prefix"], appearance["suffix"]),
            _position_selector(appearance["start"], appearance["end"]),
        ],
    }
    if state := _state(appearance.get("captured_at"), ""):
        target["state"] = state
    return target


def _evidence_target(evidence: FrozenEvidence, publication: Publication) -> dict[str, Any]:
    article = evidence["article"]
    quote = evidence["exact"] or evidence["quote"]  # an outside source may be cited as a whole
    selectors = [_quote_selector(quote, evidence["prefix"], evidence["suffix"])] if quote else []
    if evidence["start"] is not None and evidence["end"] is not None:
        selectors.append(_position_selector(evidence["start"], evidence["end"]))
    target: dict[str, Any] = {}
    if source := _source(article, publication) if article else to_uri(evidence["url"]):
        target["source"] = source
    if selectors:
        target["selector"] = selectors
    if state := _state(evidence["captured_at"] or evidence["accessed_at"], evidence["archived_url"]):
        target["state"] = state
    return target


def _source(article: FrozenArticle, publication: Publication) -> str:
    return to_uri(publication.article_url(article)) or f"urn:uuid:{article['id']}"


def _quote_selector(exact: str, prefix: str, suffix: str) -> dict[str, Any]:
    selector = {"type": "TextQuoteSelector", "exact": exact}
    if prefix:
        selector["prefix"] = prefix
    if suffix:
        selector["suffix"] = suffix
    return selector


def _position_selector(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def _state(at: str | None, archived_url: str) -> dict[str, Any] | None:
    """Return the time of the source's state; None when it is not known."""
    if not at:
        return None
    return drop_empty({"type": "TimeState", "sourceDate": at, "cached": archived_url and to_uri(archived_url)})
