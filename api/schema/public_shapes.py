"""Shapes of what is published: fact-checks, the feed, corrections, and every refusal."""

from annotations.models import RatingClass
from api.schema.build import (
    ANY_OBJECT,
    AT,
    COUNT,
    DAY_OR_AT,
    ID,
    NUMBER,
    SHA256,
    TEXT,
    URL,
    YES,
    Schema,
    listing,
    many,
    maybe,
    obj,
    one_of,
    ref,
)
from publishing.models import Change

_RATING_CLASS = one_of(*RatingClass.values)

PUBLIC_SHAPES: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457. `type` ends in the stable code; some refusals add members such as `candidates`.",
        "properties": {
            "type": URL, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "request_id": TEXT,
            "errors": many(obj(pointer=TEXT, code=TEXT, detail=TEXT)),
        },
        "required": ["type", "title", "status", "detail", "errors", "request_id"],
        "additionalProperties": True,
    },
    "PublicCorrection": obj(kind=TEXT, note=TEXT, at=AT, version=COUNT, is_single_approval=YES),
    "FactCheck": obj(
        "What was approved, as published. `claimreview` is null while it is suspended; `notice` then says why.",
        ("notice",),
        id=ID, slug=TEXT, url=URL, canonical_url=maybe(URL), version=COUNT, etag=SHA256,
        state=one_of("published", "suspended", "retracted", "superseded"), language=TEXT, headline=TEXT,
        topics=many(TEXT), byline=many(TEXT),
        claim=obj(
            id=ID, statement=TEXT, claimant=maybe(obj(name=TEXT, role=TEXT, same_as=many(URL))),
            appearances=many(obj(article=ID, url=maybe(TEXT), quote=TEXT, mode=TEXT, said_at=maybe(DAY_OR_AT))),
        ),
        rating=maybe(obj(
            label=TEXT, class_=_RATING_CLASS, value=maybe(NUMBER), best=maybe(NUMBER), worst=maybe(NUMBER)
        )),
        summary=TEXT, rationale=obj(markdown=TEXT, html=TEXT, text=TEXT),
        evidence=many(obj(
            n=COUNT, stance=one_of("supports", "refutes", "context"), source=TEXT, url=maybe(TEXT), quote=TEXT,
            captured_at=maybe(AT), note=TEXT,
        )),
        claimant_contact=maybe(ANY_OBJECT), published_at=AT, modified_at=AT,
        corrections=many(ref("PublicCorrection")), claimreview=maybe(ANY_OBJECT), notice=TEXT,
    ),
    "FactCheckList": listing("FactCheck"),
    "FactCheckVersion": obj(
        "A published version; its content, as it was then, stands at `url`.",
        number=COUNT, url=URL, kind=maybe(TEXT), note=TEXT, published_at=AT, sha256=SHA256, is_single_approval=YES,
        is_removed=YES,
    ),
    "FactCheckVersionList": listing("FactCheckVersion"),
    "JsonLd": {**ANY_OBJECT, "description": "A JSON-LD document of the standard that the address names."},
    "Ninjs": {**ANY_OBJECT, "description": "A ninjs 3.1 item (IPTC)."},
    "Change": obj(
        "An item of the feed: an object as it is now, at the `seq` of its last change. `data` is a FactCheck for kind"
        " fact_check, and null where the state is deleted.",
        seq=COUNT, id=ID, kind=one_of(*Change.Kind.values), state=one_of("updated", "deleted"),
        reason=one_of(*Change.REASONS), version=COUNT, modified=AT, notice=TEXT, data=maybe(ref("FactCheck")),
    ),
    "Changes": obj("`next` is always an address to poll.", items=many(ref("Change")), next=URL, has_more=YES),
    "Correction": obj(
        "A line of the corrections log.",
        fact_check=ID, url=URL, headline=TEXT, kind=TEXT, note=TEXT, at=AT, version=COUNT, is_single_approval=YES,
    ),
    "CorrectionList": listing("Correction"),
    "PassageHit": obj(
        "A sentence with its surroundings; offsets are code points of the revision's text, those of `marks` of `exact`. "
        "`reasons` say in words why it is here, best known first.",
        article=ref("ArticleName"), source=maybe(TEXT), published_at=maybe(AT), language=TEXT,
        revision=COUNT, start=COUNT, end=COUNT, exact=TEXT, before=TEXT, after=TEXT, score=NUMBER,
        marks=many({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}),
        reasons=many(obj(code=TEXT, words=TEXT)), other_numbers=many(TEXT), said_by_claimant=YES, contradiction=YES,
        copies=many(ID),
    ),
    "PassageAnswer": obj(
        "Passages for the question, best first; none where nothing was found. `names` and `beside` are words to narrow it with; "
        "`note` says why the words served alone, where they did; `left_out` counts the claim's own words and what filters took.",
        results=many(ref("PassageHit")), next=maybe(URL), previous=maybe(URL), question=TEXT, names=many(TEXT),
        beside=many(TEXT), not_claimant=YES, left_out=COUNT, note=TEXT,
    ),
    "LookupMatch": obj(
        "`other_numbers`: numbers of the claim where the text names others; such a match scores lower.",
        fact_check=maybe(ref("FactCheck")), claim=TEXT,
        foreign=maybe(obj(
            publisher=TEXT, url=maybe(URL), label=TEXT, claimreview=maybe({"type": "object"}),
            earlier=many(obj("What it said until then.", claim=TEXT, label=TEXT, until=AT)),
        )),
        score={"type": "number", "minimum": 0, "maximum": 1},
        other_numbers=many(TEXT),
    ),
    "LookupAnswer": obj(matches=many(ref("LookupMatch"))),
    "LookupAnswers": obj(
        "For `texts` one answer each in `results`, in their order; for `text` its `matches`.", ("matches", "results"),
        matches=many(ref("LookupMatch")), results=many(ref("LookupAnswer")),
    ),
    "Atom": {"type": "string", "description": "An Atom feed (RFC 4287)."},
    "ArticleName": obj(id=ID, title=TEXT, url=maybe(URL)),
}  # fmt: skip
