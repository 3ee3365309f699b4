"""Read foreign ClaimReviews in the shapes found in the wild.

Lists for single values, text for objects, `@graph`, nesting in another object, `schema:` prefixes, full property URLs,
`{"@value": ...}`, references by `@id`, numbers as text. Values that cannot be understood are left empty; nothing is
guessed.
"""

import json
from collections.abc import Iterator
from typing import Any

from articles.claimreview.fields import (
    Agent,
    AgentKind,
    ClaimReviewFields,
    CorrectionFields,
    RatingFields,
    Work,
)
from articles.text.characters import mend_surrogates

_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:")
_MAX_DEPTH = 40  # reading calls itself for each level
_MOST = 2**53  # doubles, which JSON readers use, hold integers exactly up to here
_PERSON_TYPES = {"Person", "Patient"}


def read_claim_review(doc: Any) -> ClaimReviewFields | None:
    """Return the first ClaimReview in `doc` (parsed JSON-LD or its text), or None."""
    return next(iter(read_claim_reviews(doc)), None)


def read_claim_reviews(doc: Any) -> list[ClaimReviewFields]:
    """Return all ClaimReviews in `doc` that name a claim, in order. Raises ValueError for invalid JSON."""
    if isinstance(doc, str | bytes):
        # Pages write line breaks into strings as they are.
        doc = json.loads(doc, strict=False)
    tree = _normal(doc, 0)
    reader = _Reader({str(node["@id"]): node for node in _objects(tree) if "@id" in node and len(node) > 1})
    reviews = [reader.review(node) for node in _objects(tree) if "ClaimReview" in _types(node)]
    return [review for review in reviews if review.claim_reviewed]


def _normal(value: Any, depth: int) -> Any:
    """Normalise to short property names and plain values. Cuts off beyond any real document's depth."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_normal(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return mend_surrogates(value) if isinstance(value, str) else value
    if "@value" in value:
        return _normal(value["@value"], depth + 1)
    return {mend_surrogates(_short(str(key))): _normal(item, depth + 1) for key, item in value.items()}


def _short(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)


def _types(node: dict[str, Any]) -> list[str]:
    return [_short(name) for name in _listed(node.get("@type") or node.get("type")) if isinstance(name, str)]


def _listed(value: Any) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item not in (None, "", [], {})]


def _first_text(value: Any) -> str:
    """Return the first text in a value: numbers as written, an object's name, text or address."""
    for item in _listed(value):
        found = _one_text(item)
        if found:
            return found
    return ""


def _one_text(item: Any) -> str:
    if isinstance(item, str):
        return item.strip()
    # A bool is an int to Python, and "True" is no name.
    if isinstance(item, bool):
        return ""
    if isinstance(item, int | float):
        return str(item)
    if isinstance(item, list):
        return _first_text(item)
    return _first_text([item.get(name) for name in ("name", "text", "alternateName", "url", "@id")])


def _first_address(value: Any) -> str:
    """Return the first address in a value: text, or an object's url, contentUrl or @id."""
    return next(iter(_addresses(value)), "")


def _addresses(value: Any) -> list[str]:
    found = []
    for item in _listed(value):
        # Before the Claim type (2019) an item was the work that made the claim.
        if isinstance(item, dict):
            item = _first_text([item.get(name) for name in ("url", "contentUrl", "@id")])
        if isinstance(item, str) and item.strip():
            found.append(item.strip())
    return found


def _number(value: Any) -> float | None:
    """Parse a finite number, also from text (digits of any script, decimal comma)."""
    for item in _listed(value):
        if isinstance(item, int | float) and not isinstance(item, bool):
            return _finite(item)
        if isinstance(item, str):
            return _parsed_number(item.strip().replace(",", "."))
    return None


def _parsed_number(text: str) -> float | None:
    try:
        return _finite(float(text))
    except ValueError:
        return None


def _finite(number: float) -> float | None:
    """Return whole numbers as int; None beyond the exact range of JSON readers."""
    if not -_MOST <= number <= _MOST:  # not a number either
        return None
    return int(number) if number == int(number) else number


def _is_reference(item: Any) -> bool:
    return isinstance(item, dict) and "@id" in item and set(item) <= {"@id", "@type"}


class _Reader:
    def __init__(self, index: dict[str, dict[str, Any]]) -> None:
        self._index = index

    def _resolved(self, value: Any) -> list[Any]:
        """Replace `{"@id": ...}` references by the objects they name, if the document holds them."""
        return [self._index.get(str(item["@id"]), item) if _is_reference(item) else item for item in _listed(value)]

    def review(self, node: dict[str, Any]) -> ClaimReviewFields:
        item: Any = next(iter(self._resolved(node.get("itemReviewed"))), {})
        claim = item if isinstance(item, dict) else {"text": item}
        return ClaimReviewFields(
            claim_reviewed=_first_text(node.get("claimReviewed")) or _first_text(claim),
            url=_first_address(node.get("url")) or _first_address(node.get("mainEntityOfPage")),
            publisher=self._agent(node.get("author")) or self._agent(node.get("publisher")),
            rating=self._rating(node.get("reviewRating")),
            published_at=_first_text(node.get("datePublished")),
            modified_at=_first_text(node.get("dateModified")),
            language=_language(node.get("inLanguage")),
            version=_first_text(node.get("version")),
            body=_first_text(node.get("reviewBody")) or _first_text(node.get("articleBody")),
            citations=self._works(node.get("citation")),
            corrections=self._corrections(node.get("correction")),
            archived_at=_first_address(node.get("archivedAt")),
            headline=_first_text(node.get("headline")) or _first_text(node.get("name")),
            **self._claim(claim),
        )

    def _claim(self, claim: dict[str, Any]) -> dict[str, Any]:
        first = next(iter(self._works(claim.get("firstAppearance"))), None)
        return {
            "claim_id": _first_text(claim.get("@id")),
            "claim_text": _first_text(claim.get("text")),
            # Of an item that is no Claim the name is the work's, not the claim's.
            "claim_name": _first_text(claim.get("name")) if "Claim" in _types(claim) else "",
            "claimant": self._agent(claim.get("author")),
            "claim_published_at": _first_text(claim.get("datePublished")),
            "appearances": self._appearances(claim),
            "first_appearance": first,
        }

    def _appearances(self, claim: dict[str, Any]) -> tuple[Work, ...]:
        """Return the appearances. For an item that is no Claim (the form before 2019), the item itself."""
        appearances = self._works(claim.get("appearance"))
        if appearances or "Claim" in _types(claim):
            return appearances or tuple(Work(url=url) for url in _addresses(claim.get("sameAs")))
        own = self._works({**claim, "text": ""}) if claim.get("url") or claim.get("name") else ()
        return own + tuple(Work(url=url) for url in _addresses(claim.get("sameAs")))

    def _agent(self, value: Any) -> Agent | None:
        for item in self._resolved(value):
            agent = self._one_agent(item)
            if agent:
                return agent
        return None

    def _one_agent(self, item: Any) -> Agent | None:
        if not isinstance(item, dict):
            return Agent(name=_first_text(item)) if _first_text(item) else None
        name = (
            _first_text(item.get("name"))
            or _first_text(item.get("legalName"))
            or _first_text(item.get("alternateName"))
        )
        is_person = bool(_PERSON_TYPES & set(_types(item))) or ("jobTitle" in item and not _types(item))
        kind: AgentKind = "person" if is_person else "organization"
        agent = Agent(
            name=name,
            kind=kind,
            url=_first_address(item.get("url")),
            logo=_first_address(item.get("logo")),
            image=_first_address(item.get("image")),
            role=_first_text(item.get("jobTitle"))
            or (_first_text(item.get("description")) if kind == "organization" else ""),
            same_as=tuple(_addresses(item.get("sameAs"))),
        )
        return agent if name or agent.url else None

    def _rating(self, value: Any) -> RatingFields:
        rating: Any = next(iter(self._resolved(value)), {})
        if not isinstance(rating, dict):
            rating = {"ratingValue": rating}
        number = _number(rating.get("ratingValue"))
        words = _first_text(rating.get("alternateName")) or _first_text(rating.get("name"))
        return RatingFields(
            label=words or (_first_text(rating.get("ratingValue")) if number is None else ""),
            value=number,
            best=None if number is None else _number(rating.get("bestRating")),
            worst=None if number is None else _number(rating.get("worstRating")),
            explanation=_first_text(rating.get("ratingExplanation")) or _first_text(rating.get("description")),
            image=_first_address(rating.get("image")),
        )

    def _works(self, value: Any) -> tuple[Work, ...]:
        works = (self._work(item) for item in self._resolved(value))
        return tuple(work for work in works if work != Work(type=work.type))

    def _work(self, item: Any) -> Work:
        if not isinstance(item, dict):
            text = _first_text(item)
            return Work(url=text) if text.startswith(("http://", "https://")) else Work(text=text)
        publisher = self._agent(item.get("publisher"))
        return Work(
            type=next(iter(_types(item)), "CreativeWork"),
            url=_first_address(item.get("url")) or _first_address(item.get("@id")),
            name=_first_text(item.get("name")) or _first_text(item.get("headline")),
            text=_first_text(item.get("text")),
            description=_first_text(item.get("description")),
            publisher=publisher.name if publisher else "",
            published_at=_first_text(item.get("datePublished")),
            archived_at=_first_address(item.get("archivedAt")),
        )

    def _corrections(self, value: Any) -> tuple[CorrectionFields, ...]:
        found = (self._correction(item) for item in self._resolved(value))
        return tuple(correction for correction in found if correction.note)

    @staticmethod
    def _correction(item: Any) -> CorrectionFields:
        if not isinstance(item, dict):
            return CorrectionFields(note=_first_text(item))
        return CorrectionFields(
            note=_first_text(item.get("text")),
            kind=_first_text(item.get("name")),
            at=_first_text(item.get("datePublished")),
        )


def _language(value: Any) -> str:
    """Return the language tag; for a Language object its `alternateName`."""
    language = next(iter(_listed(value)), "")
    if isinstance(language, dict):
        return _first_text(language.get("alternateName")) or _first_text(language.get("name"))
    return _first_text(language)
