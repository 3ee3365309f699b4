import csv
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from annotations.errors import InvalidInput
from annotations.formats.datafeed import check as check_data_feed
from annotations.models import ForeignCheck
from annotations.services.exports import run_export, start_export
from annotations.services.lookup import lookup_url
from articles.characters import normalise_line
from articles.fetching import fetch
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from tests.annotations import story
from tests.annotations.formats.samples import shared

pytestmark = pytest.mark.django_db
REVIEW = {
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


def test_anothers_check_is_kept_with_its_own_label_and_found_by_address(make_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    editor = make_user("editor")
    bring_in(editor, REVIEW)
    bring_in(editor, REVIEW | {"reviewRating": {"@type": "Rating", "alternateName": "Völlig falsch"}})
    check = ForeignCheck.objects.get()
    assert (check.publisher, check.label, check.claimant_name) == ("Other Desk", "Völlig falsch", "Ada Example")
    assert lookup_url("https://other.example/checks/bridge")[0].foreign == check


LANGUAGES = {
    "en": ("False", "Ada Example", "2026-02-01"),
    "ar": ("زائف جزئيًا", "عمر الخطيب", "2026-02-01T10:00:00+03:00"),
    "fa": ("نیمه‌درست", "سارا می‌گوید", "2026-02-01"),
    "hi": ("भ्रामक", "क्षितिज 😀", "2026-02"),
    "zh-Hant": ("證據不足", "王小明", "2026-02-01T10:00:00Z"),
    "de": ("Größtenteils falsch", "Jörg Groß", "2026-02-01"),
}


def reviews(count: int) -> list[dict[str, Any]]:
    """Statements of real fact-checks and the strings that break programs, with labels and names in six scripts."""
    statements = [
        row[1] for row in csv.reader(shared("claim-matching", "verified_claims.docs.tsv").open(), "excel-tab")
    ]
    naughty = json.loads(shared("naughty", "blns.json").read_text())
    texts = dict.fromkeys(text.strip() for text in [*naughty, *statements[1:]] if normalise_line(text))
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
def test_what_came_in_goes_out_again_without_a_loss(make_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    editor = make_user("editor")
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
    arabic = next(one for one in sent if one["inLanguage"] == "ar")
    assert arabic["claimReviewed"] in [match.claim for match in lookup_url(arabic["url"])]


def test_the_filter_of_foreign_checks(make_user):
    editor = make_user("editor")
    for kind, given in [("csv", {"checks": "foreign"}), ("claimreview", {"checks": "all"}),
                        ("claimreview", {"checks": "foreign", "rating": "False"})]:  # fmt: skip
        with pytest.raises(InvalidInput):
            start_export(person=editor, kind=kind, given=given, now=timezone.now())
