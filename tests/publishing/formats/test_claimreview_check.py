import copy
import json
import runpy
from functools import cache

import pytest

from publishing.documents import fact_check_document
from publishing.formats.claimreview import claim_review
from publishing.formats.claimreview_check import check
from publishing.formats.vocabulary import vocabulary, walk
from tests.publishing.formats.samples import arabic_frozen, empty_preview, frozen, publication, shared, varied

DOMAINS = ["desk.example"]


def document(content=None, **changes):
    return claim_review(content or frozen(), publication(**changes))


def codes(doc, **options):
    return {
        (problem.path, problem.level, problem.code) for problem in check(doc, **{"desk_domains": DOMAINS, **options})
    }


@pytest.mark.parametrize("content", varied().values(), ids=varied())
def test_what_we_make_has_no_problem(content):
    problems = check(document(content), desk_domains=DOMAINS)
    assert {problem.path for problem in problems} <= {"/itemReviewed/author/sameAs", "/itemReviewed/datePublished"}
    assert "error" not in {problem.level for problem in problems}
    whole = set(full_vocabulary()["properties"])
    assert set(_names(document(content))) <= whole


@cache
def full_vocabulary():
    """Built from the whole release, not from the subset that is shipped."""
    graph = json.loads(shared("claimreview", "schemaorg-current-https.jsonld").read_text("utf-8"))["@graph"]
    properties = {one["@id"].removeprefix("schema:") for one in graph if "rdf:Property" in str(one.get("@type"))}
    return {"properties": properties}


def _names(value):
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield from (name for name in item if not name.startswith("@"))
            for inner in item.values():
                yield from _names(inner)


def test_the_vocabulary_is_that_of_the_release():
    graph = json.loads(shared("claimreview", "schemaorg-current-https.jsonld").read_text("utf-8"))["@graph"]
    script = runpy.run_path("scripts/schemaorg_vocabulary.py")
    assert vocabulary() == script["build"](graph)
    assert json.loads(script["serialise"](script["build"](graph))) == vocabulary()
    assert "CC BY-SA 3.0" in vocabulary()["license"]


def test_a_preview_is_told_everything_that_is_missing():
    doc = document(empty_preview(), published_at=None, modified_at=None, corrections=())
    problems = check(doc, desk_domains=DOMAINS)
    assert "error" in {problem.level for problem in problems}
    assert [problem.level for problem in problems] == sorted(problem.level for problem in problems)
    assert {problem.path for problem in problems if problem.level == "error"} == {
        "/claimReviewed",
        "/datePublished",
        "/reviewRating",
        "/itemReviewed/author",
    }
    assert {problem.path for problem in problems if problem.level == "warning"} == {
        "/dateModified",
        "/inLanguage",
        "/reviewBody",
        "/citation",
        "/itemReviewed/datePublished",
    }


def changed(path, value, content=None):
    doc = copy.deepcopy(document(content))
    *parents, last = path.split("/")
    holder = doc
    for name in parents:
        holder = holder[name]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return doc


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("claimReviewed", None, ("/claimReviewed", "error", "required")),
        ("claimReviewed", "   ", ("/claimReviewed", "error", "required")),
        ("author/name", None, ("/author/name", "error", "required")),
        ("author/url", None, ("/author/url", "warning", "recommended")),
        ("itemReviewed/author/sameAs", None, ("/itemReviewed/author/sameAs", "warning", "recommended")),
        ("reviewRating/alternateName", None, ("/reviewRating/alternateName", "error", "required")),
        ("reviewRating/ratingValue", 6, ("/reviewRating/ratingValue", "error", "rating-bounds")),
        ("reviewRating/ratingValue", 0, ("/reviewRating/ratingValue", "error", "rating-bounds")),
        ("reviewRating/ratingValue", "high", ("/reviewRating/ratingValue", "error", "rating-bounds")),
        ("reviewRating/ratingValue", None, ("/reviewRating/bestRating", "error", "rating-bounds")),
        ("reviewRating/bestRating", None, ("/reviewRating", "warning", "rating-scale")),
        ("url", "/fact-checks/1", ("/url", "error", "url-not-absolute")),
        ("url", "https://other.example/1", ("/url", "error", "foreign-domain")),
        ("url", "https://notdesk.example/1", ("/url", "error", "foreign-domain")),
        ("inLanguage", "not a tag", ("/inLanguage", "error", "language-tag")),
        ("itemReviewed/text", "Another claim", ("/itemReviewed/text", "error", "claim-differs")),
        ("itemReviewed/@type", "CreativeWork", ("/itemReviewed/@type", "warning", "not-claim")),
        ("itemReviewed/@type", "CreativeWork", ("/itemReviewed/appearance", "error", "domain")),
        ("@type", "Review", ("/@type", "error", "not-claimreview")),
        ("@type", "Review", ("/claimReviewed", "error", "domain")),
        ("@context", "https://example.org", ("/@context", "error", "context")),
        ("correctedWork", "https://desk.example/1", ("/correctedWork", "error", "unknown-property")),
        ("datePublished", "yesterday", ("/datePublished", "error", "range")),
        ("dateModified", "2026-02-30", ("/dateModified", "error", "range")),
        ("author", "The Desk", ("/author", "error", "range")),
        ("author/@type", "Place", ("/author", "error", "range")),
        ("author/@type", "Newsroom", ("/author/@type", "error", "unknown-type")),
        ("author/@type", None, ("/author", "error", "no-type")),
        ("author/jobTitle", "Publisher", ("/author/jobTitle", "error", "domain")),
        ("author/logo", "logo.png", ("/author/logo", "error", "range")),
        ("itemReviewed/author/sameAs", ["wikidata:Q0"], ("/itemReviewed/author/sameAs/0", "error", "range")),
        ("itemReviewed/firstAppearance", "https://a.example", ("/itemReviewed/firstAppearance", "error", "range")),
        ("reviewBody", 7, ("/reviewBody", "error", "range")),
        ("version", True, ("/version", "error", "range")),
        ("citation", [None], ("/citation/0", "error", "range")),
    ],
)  # fmt: skip
def test_each_defect_is_found(path, value, problem):
    assert problem in codes(changed(path, value))


def test_subdomains_belong_to_the_desk_and_international_names_compare():
    assert codes(document(canonical_url="https://www.desk.example/x")) == set()
    assert codes(document(canonical_url="https://مثال.example/x"), desk_domains=["مثال.example"]) == set()
    assert codes(document(canonical_url="https://xn--mgbh0fb.example/x"), desk_domains=["مثال.example"]) == set()


def test_without_domains_nothing_can_be_compared():
    assert codes(document(), desk_domains=[]) == {("/url", "warning", "no-domains")}


def test_the_page_must_show_what_the_data_say():
    page = "The Desk\n\nAda Example said: The town  library lends 4,000 books a\n day. False"
    assert codes(document(), visible_text=page) == set()
    assert codes(document(), visible_text=page.replace("4,000", "40,000")) == {
        ("/claimReviewed", "error", "not-visible")
    }
    assert len(codes(document(), visible_text="")) == 4


def test_subtypes_stand_where_their_parents_may():
    assert codes(changed("author/@type", "NewsMediaOrganization")) == set()


def test_the_document_of_the_api_carries_a_claimreview_without_problem():
    doc = fact_check_document(arabic_frozen(), publication())
    assert check(doc["claimreview"], desk_domains=DOMAINS) == []


def test_the_path_of_a_problem_is_a_json_pointer():
    assert [problem.path for problem in walk({"@type": "Claim", "~/": 1})] == ["/~0~1"]
