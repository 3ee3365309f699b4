import json

import pytest

from annotations.models import ForeignCheck
from annotations.services.lookup import lookup_url
from articles.fetching import fetch
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from tests.annotations import story

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


def bring_in(editor, label: str) -> None:
    review = REVIEW | {"reviewRating": {"@type": "Rating", "alternateName": label}}
    file = IncomingFile("review.json", json.dumps(review).encode(), "application/ld+json")
    run = start_import(person=editor, now=story.NOW, files=[file])
    process_run(run_id=run.pk, fetch=fetch, clock=lambda: story.NOW)


def test_anothers_check_is_kept_with_its_own_label_and_found_by_address(make_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    editor = make_user("editor")
    bring_in(editor, "Quatsch")
    bring_in(editor, "Völlig falsch")
    check = ForeignCheck.objects.get()
    assert (check.publisher, check.label, check.claimant_name) == ("Other Desk", "Völlig falsch", "Ada Example")
    assert lookup_url("https://other.example/checks/bridge")[0].foreign == check
