import csv
import json
from typing import Any

import orjson
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from annotations.errors import InvalidInput
from articles.claimreview.read import read_claim_reviews
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from articles.text.characters import normalise_line
from core.fetching import fetch
from publishing.exports.runs import start_export
from publishing.exports.worker import run_export
from publishing.formats.datafeed import check as check_data_feed
from publishing.models import ForeignCheck
from publishing.services.lookup import lookup_text, lookup_url
from tests.annotations import story
from tests.publishing.formats.samples import shared

pytestmark = pytest.mark.django_db
REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://other.example/checks/bridge",
    "claimReviewed": "The bridge cost 40 million euros",
    "datePublished": "2026-02-01",
    "author": {"@type": "Organization", "name": "Other Desk", "url": "https://other.example"},
    "reviewRating": {"@type": "Rating", "alternateName": "Quatsch"},
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Ada Example"}},
}


def bring_in(editor, document: object) -> None:
    file = IncomingFile("review.json", json.dumps(document).encode(), "application/ld+json")
    run = start_import(person=editor, now=story.NOW, files=[file])
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: story.NOW)
    assert [(item.code, item.detail) for item in run.items.filter(state="failed")] == []


@pytest.fixture
def editor(make_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_user("editor")


def stored() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(claim, label, what it said before) of every foreign check, in the order they came."""
    rows = ForeignCheck.objects.order_by("created_at", "pk").prefetch_related("earlier")
    return [(row.claim_text, row.label, [(old.claim_text, old.label) for old in row.earlier.all()]) for row in rows]


def test_anothers_check_is_kept_with_its_own_label_and_found_by_address(editor):
    bring_in(editor, REVIEW)
    bring_in(editor, REVIEW | {"reviewRating": {"@type": "Rating", "alternateName": "Völlig falsch"}})
    check = ForeignCheck.objects.get()
    assert (check.publisher, check.label, check.claimant_name) == ("Other Desk", "Völlig falsch", "Ada Example")
    assert lookup_url("https://other.example/checks/bridge?utm_source=x")[0].foreign == check
    assert stored() == [(REVIEW["claimReviewed"], "Völlig falsch", [(REVIEW["claimReviewed"], "Quatsch")])]


@pytest.mark.parametrize(
    ("given", "hostile"),
    [
        ('"Quatsch"', r'"Qua\udfff"'),
        ("Ada Example", r"Ada \ud800 Example"),
        ('"2026-02-01"', '"2026-02-01", "version": "' + "9" * 5_000 + '"'),
        ('"2026-02-01"', '"2026-02-01", "version": "' + "9" * 20 + '"'),
        ('"Quatsch"', '"Quatsch", "ratingValue": ' + "9" * 400),
        ('"Quatsch"', '"Quatsch", "ratingValue": "1' + "0" * 30 + '", "bestRating": NaN'),
        ("}}", r'}, "inLanguage": "a\ud800\u0000"}'),
    ],
)
def test_what_json_can_spell_and_no_column_holds_costs_neither_the_page_nor_the_others(editor, given, hostile):
    """A page of anybody's is imported beside ours, in one transaction."""
    script = json.dumps(REVIEW | {"@type": ["ClaimReview", "Article"]}).replace(given, hostile)
    page = f'<title>Bridges</title><script type="application/ld+json">{script}</script><p>{"The town counts. " * 9}</p>'
    files = [IncomingFile("page.html", page.encode()), IncomingFile("ours.txt", b"A headline\n\nA paragraph of ours.")]
    run = start_import(person=editor, now=story.NOW, files=files)
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: story.NOW)
    assert list(run.items.values_list("state", flat=True)) == ["created", "created"]
    check = ForeignCheck.objects.get()
    assert check.claim_text == REVIEW["claimReviewed"]
    assert orjson.dumps(check.document)


def test_records_of_the_fact_check_tools_are_kept_as_checks(editor):
    review = {
        "publisher": {"name": "Other Desk", "site": "other.example"},
        "textualRating": "Quatsch",
        "languageCode": "de",
    }
    claims = [
        {
            "text": f"The bridge cost {n} million",
            "claimant": "Ada",
            "claimReview": [{**review, "url": f"https://other.example/{n}"}],
        }
        for n in (40, 50)
    ]
    bring_in(editor, {"claims": claims})
    assert stored() == [("The bridge cost 40 million", "Quatsch", []), ("The bridge cost 50 million", "Quatsch", [])]
    assert set(ForeignCheck.objects.values_list("publisher", "claimant_name")) == {("Other Desk", "Ada")}


def test_a_reworded_check_is_the_same_one_and_keeps_what_it_said(editor):
    other = REVIEW | {"claimReviewed": "The mayor paid for the ferry himself"}
    bring_in(editor, {"@graph": [REVIEW, other]})
    reworded = REVIEW | {"claimReviewed": "The bridge over the Elbe cost 45 million euros"}
    for _ in range(2):  # the second import changes nothing
        bring_in(editor, {"@graph": [reworded, other]})
        assert stored() == [
            (reworded["claimReviewed"], "Quatsch", [(REVIEW["claimReviewed"], "Quatsch")]),
            (other["claimReviewed"], "Quatsch", []),
        ]
    third = REVIEW | {"claimReviewed": "Nobody uses the bridge"}
    bring_in(editor, third | {"url": REVIEW["url"] + "?utm_campaign=y"})
    assert [claim for claim, *_ in stored()] == [one["claimReviewed"] for one in (reworded, other, third)]
    (match,) = lookup_text(reworded["claimReviewed"])
    assert [old.claim_text for old in match.foreign.earlier.all()] == [REVIEW["claimReviewed"]]


def test_claims_that_resemble_each_other_in_one_import_stay_apart(editor):
    like = REVIEW | {"claimReviewed": "The bridge cost 41 million euros"}
    items = [{"@type": "DataFeedItem", "item": one} for one in (REVIEW, like)]
    for _ in range(2):
        bring_in(editor, {"@type": "DataFeed", "dataFeedElement": items})
        assert stored() == [(one["claimReviewed"], "Quatsch", []) for one in (REVIEW, like)]


def test_on_a_whole_page_the_place_tells(editor):
    def page(*claims: str) -> None:
        reviews = [REVIEW | {"claimReviewed": claim, "url": "https://other.example/all"} for claim in claims]
        words = " ".join(["The council met on Monday and spoke of the bridge and its price."] * 8)
        html = f"""<html><head><title>All checks</title><link rel=canonical href=https://other.example/all>
            <script type="application/ld+json">{json.dumps(reviews)}</script></head>
            <body><article><h1>All checks</h1><p>{words}</p></article></body></html>"""
        file = IncomingFile("all.html", html.encode(), "text/html")
        run = start_import(person=editor, now=story.NOW, files=[file])
        process_run(run_id=run.pk, fetch=fetch, clock=lambda: story.NOW)

    page("Ferries are free", "Nobody uses the bridge")
    page("Ferries are free", "Ten people a day walk over")
    before = [("Nobody uses the bridge", "Quatsch")]
    assert stored() == [("Ferries are free", "Quatsch", []), ("Ten people a day walk over", "Quatsch", before)]


def test_without_an_address_it_is_publisher_claim_and_date(editor):
    review = {name: value for name, value in REVIEW.items() if name != "url"}
    others = [review | {"datePublished": "2026-03-01"}, review | {"author": {"name": "A third desk"}}]
    for _ in range(2):
        bring_in(editor, {"dataFeedElement": [{"item": one} for one in [review, *others]]})
        assert stored() == [(REVIEW["claimReviewed"], "Quatsch", [])] * 3
    bring_in(editor, review | {"reviewRating": {"alternateName": "Stimmt"}})
    assert [label for _, label, _ in stored()] == ["Stimmt", "Quatsch", "Quatsch"]
    assert {match.foreign.url for match in lookup_text(REVIEW["claimReviewed"])} == {""}


LANGUAGES = {
    "en": ("False", "Ada Example", "2026-02-01"),
    "ar": ("زائف جزئيًا", "عمر الخطيب", "2026-02-01T10:00:00+03:00"),
    "fa": ("نیمه‌درست", "سارا می‌گوید", "2026-02-01"),
    "hi": ("भ्रामक", "क्षितिज 😀", "2026-02"),
    "zh-Hant": ("證據不足", "王小明", "2026-02-01T10:00:00Z"),
    "de": ("Größtenteils falsch", "Jörg Groß", "2026-02-01"),
}


# Marks above and below letters, both directions in one line, no spaces between words, a dotted capital I, joined emoji.
STATEMENTS = [
    "قالَ الوزيرُ إنَّ 80٪ من المَدارس أُغلِقَت في 2021 (COVID-19)",
    "رئیس‌جمهور گفت بهای نان ۴۰ درصد «پایین» آمده است",
    "मंत्री ने कहा कि पुल की लागत ₹40 करोड़ थी, जबकि ख़र्च दुगुना हुआ",
    "市长称，大桥耗资四千万欧元，而“没有人”反对。",
    "Міністерка сказала, що з п’яти мостів відремонтували лише один",
    "İstanbul'da köprünün ücreti ILIK bir tepkiyle %15 arttı, dedi",
    "The mayor posted 👩🏽‍🚒🇺🇦 and wrote: “we paid e\u0301verything” 💶",
]


def reviews(count: int) -> list[dict[str, Any]]:
    """Statements of real fact-checks and the strings that break programs, with labels and names in six scripts."""
    statements = [
        row[1] for row in csv.reader(shared("claim-matching", "verified_claims.docs.tsv").open(), "excel-tab")
    ]
    naughty = json.loads(shared("naughty", "blns.json").read_text())
    texts = dict.fromkeys(text.strip() for text in [*STATEMENTS, *naughty, *statements[1:]] if normalise_line(text))
    return [
        _review(number, text, *list(LANGUAGES.items())[number % 6]) for number, text in enumerate(list(texts)[:count])
    ]


def _review(number: int, text: str, language: str, given: tuple[str, str, str]) -> dict[str, Any]:
    label, claimant, date = given
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"https://other.example/checks/{number // 2}",  # a page may review two claims
        "claimReviewed": text,
        "datePublished": date,
        "inLanguage": language,
        "author": {"@type": "Organization", "name": f"Desk {claimant}", "url": "https://other.example"},
        "reviewRating": {"@type": "Rating", "alternateName": label, "ratingValue": "2", "bestRating": 5, "worstRating": 1},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": claimant, "sameAs": ["https://www.wikidata.org/wiki/Q0"]},
            "datePublished": date,
            "appearance": [{"@type": "CreativeWork", "url": "https://social.example/عنوان/1"}],
        },
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_what_came_in_goes_out_again_without_a_loss(editor):
    sent = reviews(600)
    assert len(sent) == 600
    feed = [{"@type": "DataFeedItem", "item": sent[at : at + 2]} for at in range(0, len(sent), 2)]
    bring_in(editor, {"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": feed})

    run = start_export(person=editor, kind="claimreview", given={"checks": "foreign"}, now=timezone.now())
    assert run_export(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    exported = json.load(default_storage.open(run.path))
    assert check_data_feed(exported) == []
    found = {(one["item"]["url"], one["item"]["claimReviewed"]): one["item"] for one in exported["dataFeedElement"]}
    lost = [one for one in sent if not found.get((one["url"], one["claimReviewed"]))]
    assert lost == []
    for one in sent:
        rating = one["reviewRating"] | {"ratingValue": 2}
        whole = {name: value for name, value in one.items() if name != "@context"} | {"reviewRating": rating}
        assert found[one["url"], one["claimReviewed"]] == whole
    assert set(STATEMENTS) <= {review.claim_reviewed for review in read_claim_reviews(exported)}
    assert all(lookup_text(one)[0].claim == normalise_line(one) for one in STATEMENTS if " " in one)
    arabic = next(one for one in sent if one["inLanguage"] == "ar")
    assert arabic["claimReviewed"] in [match.claim for match in lookup_url(arabic["url"])]


def test_the_filter_of_foreign_checks(editor):
    for kind, given in [("csv", {"checks": "foreign"}), ("claimreview", {"checks": "all"}),
                        ("claimreview", {"checks": "foreign", "rating": "False"})]:  # fmt: skip
        with pytest.raises(InvalidInput):
            start_export(person=editor, kind=kind, given=given, now=timezone.now())
