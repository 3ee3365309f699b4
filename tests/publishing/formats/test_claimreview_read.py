"""Round trips of made-up fact-checks, and the many shapes of other people's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.claimreview.fields import (
    Agent,
    ClaimReviewFields,
    CorrectionFields,
    RatingFields,
    Work,
)
from articles.claimreview.read import read_claim_review, read_claim_reviews
from publishing.formats.claimreview import write_claim_review
from tests.publishing.formats.samples import shared

letters = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("عربيةहि中😀é")
texts = st.text(letters, min_size=1, max_size=30).map(str.strip).filter(bool)
maybe = st.just("") | texts
urls = st.builds("https://{}.example/{}".format, st.sampled_from("abc"), st.text("abcعé/?=&", max_size=12))
some_url = st.just("") | urls
times = st.sampled_from(["", "2026-03-04", "2026-03-04T08:00:00Z", "2014-07-23T10:00:00+0200"])
languages = st.sampled_from(["", "ar", "en", "pt-BR", "zh-Hant"])
numbers = st.integers(-10, 10) | st.floats(-10, 10).filter(lambda number: not number.is_integer())

persons = st.builds(
    Agent,
    name=texts,
    kind=st.just("person"),
    url=some_url,
    image=some_url,
    role=maybe,
    same_as=st.lists(urls, max_size=3).map(tuple),
)
organisations = st.builds(Agent, name=texts, url=some_url, logo=some_url, role=maybe)
works = st.builds(
    Work,
    type=st.sampled_from(["NewsArticle", "WebPage", "VideoObject"]),
    url=some_url,
    name=texts,
    text=maybe,
    description=maybe,
    publisher=maybe,
    published_at=times,
    archived_at=some_url,
)
unnumbered = st.builds(RatingFields, label=texts, explanation=maybe, image=some_url)
numbered = st.builds(RatingFields, label=maybe, value=numbers, best=st.none() | numbers, worst=st.none() | numbers)
reviews = st.builds(
    ClaimReviewFields,
    claim_reviewed=texts,
    url=some_url,
    publisher=organisations,
    rating=unnumbered | numbered,
    claim_id=st.just("") | st.uuids().map("urn:uuid:{}".format),
    claim_text=maybe,
    claim_name=maybe,
    claimant=st.none() | persons | organisations,
    claim_published_at=times,
    appearances=st.lists(works, max_size=3).map(tuple),
    first_appearance=st.none() | works,
    published_at=times,
    modified_at=times,
    language=languages,
    version=st.just("") | st.integers(0, 99).map(str) | st.just("1.0-b"),
    body=maybe,
    citations=st.lists(works, max_size=3).map(tuple),
    corrections=st.lists(st.builds(CorrectionFields, note=texts, kind=maybe, at=times), max_size=2).map(tuple),
    archived_at=some_url,
)


@given(reviews)
def test_every_field_survives_the_round_trip(fields):
    assert read_claim_review(json.loads(json.dumps(write_claim_review(fields)))) == fields


MINIMAL = {"@type": "ClaimReview", "claimReviewed": "ادعاء"}


def read(**members):
    fields = read_claim_review({**MINIMAL, **members})
    assert fields is not None
    return fields


@pytest.mark.parametrize(
    "doc",
    [
        [MINIMAL],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, MINIMAL]},
        {"@type": "NewsArticle", "review": [{"mainEntity": MINIMAL}]},
        {"@type": ["Review", "ClaimReview"], "claimReviewed": ["ادعاء"]},
        {"@type": "schema:ClaimReview", "schema:claimReviewed": {"@value": "ادعاء", "@language": "ar"}},
        {"@type": "http://schema.org/ClaimReview", "http://schema.org/claimReviewed": [{"@value": "ادعاء"}]},
        {"@type": "ClaimReview", "itemReviewed": {"@type": "Claim", "text": "ادعاء"}},
        {"@type": "ClaimReview", "itemReviewed": "ادعاء"},
        json.dumps(MINIMAL),
        json.dumps(MINIMAL).encode(),
    ],
)
def test_wherever_it_stands_it_is_found(doc):
    fields = read_claim_review(doc)
    assert fields is not None
    assert fields.claim_reviewed == "ادعاء"


@pytest.mark.parametrize("doc", [None, "null", [], {}, 3, {"@type": "Review"}, {"@type": "ClaimReview"}, {"@type": 7}])
def test_nothing_there_is_none(doc):
    assert read_claim_review(doc) is None


def test_text_that_is_no_json_is_an_error():
    with pytest.raises(ValueError, match="Expecting"):
        read_claim_review("<html>")


def test_several_in_one_page():
    assert [f.claim_reviewed for f in read_claim_reviews({"@graph": [MINIMAL, {**MINIMAL, "claimReviewed": "b"}]})] == [
        "ادعاء",
        "b",
    ]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Desk", Agent(name="Desk")),
        (["Desk", "Other"], Agent(name="Desk")),
        ([{"@type": "Person", "name": ["A", "B"]}], Agent(name="A", kind="person")),
        ({"@type": ["Thing", "Person"], "name": "A", "sameAs": "https://a.example"},
         Agent(name="A", kind="person", same_as=("https://a.example",))),
        ({"@type": "NewsMediaOrganization", "name": "D", "logo": {"@type": "ImageObject", "url": "https://d.example/l"}},
         Agent(name="D", logo="https://d.example/l")),
        ({"url": "https://d.example"}, Agent(name="", url="https://d.example")),
        ({"name": "A", "jobTitle": "Mayor"}, Agent(name="A", kind="person", role="Mayor")),
        ({"name": "D", "image": {"contentUrl": "https://d.example/i"}}, Agent(name="D", image="https://d.example/i")),
        ({"@type": "Organization"}, None),
        ("", None),
    ],
)  # fmt: skip
def test_agents(author, expected):
    assert read(author=author).publisher == expected
    assert read(itemReviewed={"@type": "Claim", "author": author}).claimant == expected


def test_references_are_followed():
    doc = {
        "@graph": [
            {**MINIMAL, "author": {"@id": "#desk"}, "itemReviewed": {"@id": "#claim"}},
            {"@id": "#desk", "@type": "Organization", "name": "Desk"},
            {
                "@id": "#claim",
                "@type": "Claim",
                "author": {"@id": "#desk"},
                "appearance": {"@id": "https://x.example/1"},
            },
        ]
    }
    fields = read_claim_review(doc)
    assert fields is not None
    assert fields.publisher == fields.claimant == Agent(name="Desk")
    assert fields.appearances == (Work(url="https://x.example/1"),)


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ({"alternateName": "خطأ", "ratingValue": "1", "bestRating": "5"}, RatingFields(label="خطأ", value=1, best=5)),
        ({"ratingValue": "٣", "alternateName": ["x"]}, RatingFields(label="x", value=3)),
        ({"ratingValue": "2,5"}, RatingFields(value=2.5)),
        ({"ratingValue": -1, "bestRating": -1, "worstRating": -1}, RatingFields(value=-1, best=-1, worst=-1)),
        ({"ratingValue": "Falsch"}, RatingFields(label="Falsch")),
        ({"ratingValue": "4/5", "name": "Fast wahr"}, RatingFields(label="Fast wahr")),
        ({"ratingValue": "NaN", "alternateName": "x"}, RatingFields(label="x")),
        ({"ratingValue": True, "alternateName": "x"}, RatingFields(label="x")),
        ("Satire", RatingFields(label="Satire")),
        ({"alternateName": "x", "bestRating": 5, "worstRating": 1}, RatingFields(label="x")),
        ([{"alternateName": "a", "description": "why"}], RatingFields(label="a", explanation="why")),
        (None, RatingFields()),
    ],
)
def test_ratings(rating, expected):
    assert read(reviewRating=rating).rating == expected


@pytest.mark.parametrize(
    ("item", "urls_"),
    [
        ({"@type": "Claim", "appearance": "https://a.example"}, ["https://a.example"]),
        ({"@type": "Claim", "appearance": [{"url": "https://a.example"}, "https://b.example"]},
         ["https://a.example", "https://b.example"]),
        ({"@type": "Claim", "sameAs": ["https://a.example"]}, ["https://a.example"]),
        ({"@type": "CreativeWork", "url": "https://a.example", "sameAs": "https://b.example"},
         ["https://a.example", "https://b.example"]),
        ({"@type": "Claim"}, []),
    ],
)  # fmt: skip
def test_appearances(item, urls_):
    assert [work.url for work in read(itemReviewed=item).appearances] == urls_


def test_languages_and_pages():
    assert read(inLanguage={"@type": "Language", "name": "Arabic", "alternateName": "ar"}).language == "ar"
    assert read(mainEntityOfPage={"@type": "WebPage", "@id": "https://a.example/1"}).url == "https://a.example/1"
    assert read(correction="Was wrong").corrections == (CorrectionFields(note="Was wrong"),)


def test_hostile_documents_end():
    loop = {"@graph": [{**MINIMAL, "@id": "#a", "itemReviewed": {"@id": "#a"}, "author": {"@id": "#a"}}]}
    assert read_claim_review(loop) is not None
    deep: dict[str, object] = {}
    for _ in range(500):
        deep = {"a": deep}
    assert read_claim_review({**MINIMAL, "author": deep}) is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@type", "@id", "@value", "name", "url", "author", "text", "reviewRating", "ratingValue",
                         "itemReviewed", "appearance", "sameAs", "claimReviewed", "citation", "correction"]),
        inner | st.sampled_from(["ClaimReview", "Claim", "Person"]), max_size=5,
    ),
)  # fmt: skip


@given(json_values)
def test_no_json_makes_the_reader_fail(doc):
    for fields in read_claim_reviews(
        {**MINIMAL, "itemReviewed": doc, "author": doc, "reviewRating": doc, "citation": doc}
    ):
        assert fields.claim_reviewed


def test_the_examples_of_schema_org():
    source = shared("claimreview", "sdo-ClaimReview-issue-1061-examples.txt").read_text("utf-8")
    scripts = [part.split("</script>")[0] for part in source.split('<script type="application/ld+json">')[1:]]
    first, second = (read_claim_review(script) for script in scripts)
    assert first is not None
    assert second is not None
    assert (first.rating.value, first.rating.best, first.rating.label) == (1, 6, "True")
    assert first.claimant is not None
    assert (first.claimant.kind, len(first.claimant.same_as)) == ("person", 2)
    assert first.claim_published_at == "2014-07-17"
    assert second.claimant is not None
    assert second.claimant.role.startswith("44th")
    assert read_claim_review(write_claim_review(first)) == first
