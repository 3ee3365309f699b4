"""The W3C's own MUST assertions on everything that is exported."""

import json
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from publishing.formats.webannotation import (
    annotation_collection,
    annotation_page,
    article_annotations,
    fact_check_annotations,
    fact_check_collection,
)
from publishing.formats.webannotation_check import check, check_collection
from tests.publishing.formats.samples import arabic_frozen, empty_preview, frozen, publication, shared, varied

formats = FormatChecker(formats=())


@formats.checks("uri")
def is_uri(value):
    """RFC 3986: absolute and ASCII."""
    return not isinstance(value, str) or (
        value.isascii() and " " not in value and bool(urlsplit(value).scheme) and bool(urlsplit(value)[1:3] != ("", ""))
    )


@formats.checks("date-time", raises=ValueError)
def is_date_time(value):
    return not isinstance(value, str) or ("T" in value and datetime.fromisoformat(value).tzinfo is not None)


@cache
def registry():
    folder = shared("annotation-model", "definitions")
    documents = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    resources = ((name, DRAFT4.create_resource(content)) for name, content in documents.items())
    # Crawled once: else every reference that a schema follows crawls all documents again.
    return Registry().with_resources(resources).crawl()


def broken_musts(doc, test):
    """Names of the W3C assertions in a `.test` file that `doc` does not fulfil."""
    names = json.loads(shared("annotation-model", test).read_text("utf-8"))["assertions"]
    return [name for name in names if not assertion(name).is_valid(doc)]


@cache
def assertion(name):
    schema = json.loads(shared("annotation-model", name).read_text("utf-8"))
    assert schema["expectedResult"] == "valid"
    return Draft4Validator(schema, registry=registry(), format_checker=formats)


ANNOTATION = "annotations/annotationMusts.test"
COLLECTION = "collections/collectionMusts.test"
PAGE = "collections/pages/pageMusts.test"


@pytest.mark.parametrize("content", [*varied().values(), empty_preview()], ids=[*varied(), "preview"])
def test_every_annotation_meets_every_must(content):
    different: dict[
        str, Any
    ] = {}  # most are the same in every state, and the schemas take a tenth of a second for each
    for state in ("published", "suspended", "retracted"):
        made = fact_check_annotations(content, publication(article_urls={}, state=state))
        assert made
        different |= {json.dumps(annotation, sort_keys=True): annotation for annotation in made}
    for annotation in different.values():
        assert broken_musts(annotation, ANNOTATION) == []
        assert check(annotation) == []
        for target in annotation["target"] if isinstance(annotation["target"], list) else [annotation["target"]]:
            for selector in target.get("selector", []):
                assert selector.get("exact", "-")


def test_the_musts_and_our_own_check_do_find_something():
    annotation = fact_check_annotations(frozen(), publication())[0]
    annotation["target"]["selector"][0].pop("exact")
    annotation["target"]["selector"][1] |= {"start": 9, "end": 9}
    annotation |= {"id": "no uri", "modified": "yesterday", "motivation": "shouting", "type": "Note"}
    assert len(broken_musts(annotation, ANNOTATION)) >= 2
    assert {problem.code for problem in check(annotation)} == {
        "no-id", "not-a-time", "motivation", "type", "no-quote", "position",
    }  # fmt: skip
    assert {problem.code for problem in check_collection({"first": {"items": [{}]}, "total": 2})} == {
        "context", "type", "no-id", "total", "no-target", "motivation",
    }  # fmt: skip


@pytest.mark.parametrize("content", [frozen(), arabic_frozen()])
def test_collections_and_pages_meet_every_must(content):
    collection = fact_check_collection(content, publication())
    assert broken_musts(collection, COLLECTION) == []
    assert broken_musts(collection["first"], PAGE) == []
    assert check_collection(collection) == []
    assert collection["total"] == len(collection["first"]["items"]) == 5


def test_pages_are_linked():
    iri = "https://desk.example/api/v1/articles/1/annotations"
    page = annotation_page(
        iri=f"{iri}?page=2", collection_iri=iri, items=[], start_index=20, next_iri=f"{iri}?page=3", previous_iri=f"{iri}?page=1"
    )  # fmt: skip
    assert broken_musts(page, PAGE) == []
    assert (page["partOf"]["id"], page["startIndex"], page["prev"], page["items"]) == (iri, 20, f"{iri}?page=1", [])
    collection = annotation_collection(iri=iri, label="Checks", total=41, first=f"{iri}?page=1", last=f"{iri}?page=3")
    assert broken_musts(collection, COLLECTION) == []
    assert broken_musts(annotation_collection(iri=iri, label="", total=0, first=None), COLLECTION) == []


def test_the_parts_of_a_check():
    claim, _, evidence, outside, verdict = fact_check_annotations(frozen(), publication())
    assert claim == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{publication().api_url}/annotation#claim-0199f5aa-0000-7000-8000-000000000201",
        "type": "Annotation",
        "motivation": ["highlighting", "describing"],
        "creator": {"id": "https://desk.example/", "type": "Organization", "name": "The Desk"},
        "created": "2026-03-04T08:00:00Z",
        "modified": "2026-03-05T09:30:00Z",
        "body": [
            {
                "type": "TextualBody",
                "format": "text/plain",
                "language": "en",
                "purpose": "describing",
                "value": "The town library lends 4,000 books a day",
                "textDirection": "auto",
            }
        ],
        "target": {
            "source": "https://paper.example/library",
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": "lends 4,000 books a day",
                    "prefix": "the town's library ",
                    "suffix": ", the mayor said",
                },
                {"type": "TextPositionSelector", "start": 120, "end": 143},
            ],
        },
    }
    assert evidence["motivation"] == "linking"
    assert evidence["body"][0] == {"source": "urn:uuid:0199f5aa-0000-7000-8000-000000000001", "purpose": "linking"}
    assert evidence["body"][1]["value"] == "refutes"
    assert evidence["target"]["state"] == {"type": "TimeState", "sourceDate": "2026-03-02T10:00:00Z"}
    assert outside["target"] == {
        "source": "https://town.example/%D8%A8%D9%8A%D8%A7%D9%86%D8%A7%D8%AA/report?year=2025",
        "selector": [{"type": "TextQuoteSelector", "exact": "بلغ عدد الإعارات 1100 إعارة يوميًا 📚"}],
        "state": {
            "type": "TimeState",
            "sourceDate": "2026-03-03T09:30:00Z",
            "cached": "https://web.archive.org/web/2026/https://town.example/report",
        },
    }
    assert verdict["motivation"] == "assessing"
    assert [body.get("value", body.get("id")) for body in verdict["body"]] == [
        "False",
        "It lends about 1,100.",
        "https://desk.example/fact-checks/library-loans",
    ]
    assert len(verdict["target"]) == 2


def test_an_article_shows_what_points_into_it():
    content = frozen()
    first = content["appearances"][0]["article"]["id"]
    source = content["evidence"][0]["article"]
    assert source
    motivations = [item["motivation"] for item in article_annotations(first, content, publication())]
    assert motivations == [["highlighting", "describing"], "assessing"]
    assert [item["motivation"] for item in article_annotations(source["id"], content, publication())] == ["linking"]
    assert article_annotations("another", content, publication()) == []


def test_an_article_without_address_is_named_by_its_id():
    content = frozen()
    content["appearances"][0]["article"]["url"] = ""
    annotation = fact_check_annotations(content, publication())[0]
    assert annotation["target"]["source"] == "urn:uuid:0199f5aa-0000-7000-8000-000000000101"
    assert broken_musts(annotation, ANNOTATION) == []
