import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.formats.claimreview import claim_review, claim_review_fields, script_text
from tests.publishing.formats.json_ld_pages import json_ld_blocks, read_page
from tests.publishing.formats.samples import arabic_frozen, frozen, publication, shared

REVIEW = '{"@type": "ClaimReview", "claimReviewed": "ادعاء &amp; \\u003cb\\u003e"}'


def page(block, media_type="application/ld+json"):
    return f"<!doctype html><title>x</title><script>var a = 1 < 2;</script><SCRIPT type='{media_type}'>{block}</SCRIPT><p>end"


@pytest.mark.parametrize(
    "block",
    [
        REVIEW,
        f"[{REVIEW}]",
        f"\n<!--\n{REVIEW}\n-->\n",
        f"//<![CDATA[\n{REVIEW}\n//]]>",
        f"{REVIEW};",
        REVIEW.replace('"', "&quot;"),
        '{"@type": "ClaimReview", "claimReviewed": "two\nlines"}',
    ],
)
def test_the_ways_json_stands_in_pages(block):
    assert len(read_page(page(block))) == 1


def test_pages_without_any():
    assert read_page("") == []
    assert read_page("<script type='application/ld+json'>{broken</script>") == []
    assert read_page(page(REVIEW, "text/plain")) == []
    assert read_page("<script type='application/ld+json'>" + "[" * 100_000) == []


def test_good_blocks_are_read_beside_bad_ones_and_each_once():
    assert len(read_page(page("{") + page(REVIEW, "application/ld+json; charset=utf-8") + page(REVIEW))) == 1


@pytest.mark.parametrize("content", [frozen(), arabic_frozen()])
def test_our_own_page_is_read_back(content):
    content["claim"]["statement"] += " </script><!-- &amp;"
    text = script_text(claim_review(content, publication()))
    assert read_page(page(text)) == [claim_review_fields(content, publication())]


@given(st.text())
def test_nothing_ends_the_script(text):
    script = script_text({"text": text, "more": "</script><!--<script>]]>"})
    assert json_ld_blocks(page(script)) == [{"text": text, "more": "</script><!--<script>]]>"}]
    assert "<" not in script


def test_the_examples_of_schema_org_as_a_page():
    source = shared("claimreview", "sdo-ClaimReview-issue-1061-examples.txt").read_text("utf-8")
    assert len(read_page(source)) == 2
    assert all(json.dumps(block) for block in json_ld_blocks(source))
