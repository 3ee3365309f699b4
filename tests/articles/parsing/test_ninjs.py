"""ninjs bodies in every shape that the versions allow."""

import json
from typing import Any

import pytest

from articles.parsing import parse

TWO = "<p>One.</p><p>Two.</p>"
NITF = "<nitf><body><body.head/><body.content><p>One.</p><p>Two.</p></body.content></body></nitf>"


def article(item: dict[str, Any]) -> Any:
    (outcome,) = parse(json.dumps({"uri": "urn:x:1", **item}).encode(), name="a.json")
    return outcome


@pytest.mark.parametrize(
    "body",
    [
        {"body_text": "One.\n\nTwo."},
        {"body_html": TWO},
        {"body_xhtml": TWO, "body_text": "other"},
        {"body_nitf": NITF},
        {"body": TWO, "versioncreated": "2021-06-16"},
        {"bodies": [{"value": TWO}]},
        {
            "bodies": [
                {"role": "main", "contenttype": "text/plain", "value": "x"},
                {"contentType": "text/html", "value": TWO},
            ]
        },
        {"bodies": [{"contentType": "text/vnd.IPTC.NITF", "value": NITF}]},
        {"bodies": [{"contentType": "application/xml", "value": "<X><P>One.</P><P>Two.</P></X>"}]},
        {"description_text": "One.\n\nTwo."},
        {"body_html": None, "body_text": "One.\n\nTwo."},
        {
            "bodies": [
                {"role": "summary", "contentType": "text/html", "value": "<p>Short</p>"},
                {"role": "main", "value": TWO},
            ]
        },
    ],
)
def test_bodies(body):
    found = article({"headline": "H", **body})
    assert found.canonical.text == "H\n\nOne.\n\nTwo."
    assert found.external_id == "urn:x:1"


def test_details_of_1_and_3():
    one = article(
        {
            "headline": "H",
            "byline": "Ann",
            "infosource": [{"name": "AP", "role": "isrol:originfo"}],
            "copyrightholder": "W",
        }
    )
    assert (one.byline, one.origin_name, one.source_name) == ("Ann", "AP", "W")
    three = article(
        {"headlines": [{"value": "H"}], "by": "Ann", "copyrightHolder": "Wire", "firstCreated": "2021-06-16T17:08:16Z"}
    )
    assert (three.byline, three.source_name, three.title) == ("Ann", "Wire", "H")
    assert three.published_at.isoformat() == "2021-06-16T17:08:16+00:00"
    kept = article({"headline": "H", "pubStatus": "canceled", "edNote": "Kill", "version": "2"})
    assert "canceled" in kept.extra.pop("warnings")[0]
    assert kept.extra == {"format": "ninjs", "version": "2", "pub_status": "canceled", "ed_note": "Kill"}


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"type": "picture"}, "no-text"),
        ({"headline": 5}, "invalid-field"),
        ({"headline": "H", "bodies": "x"}, "invalid-field"),
        ({"headline": "H", "bodies": ["x"]}, "invalid-field"),
        ({"headline": "H", "bodies": [{"contentType": "text/html"}]}, "invalid-field"),
    ],
)
def test_refusals(item, code):
    assert article(item).code == code


def test_headline_source_and_notices():
    lines = [{"role": "subheadline", "value": "Below"}, {"role": "main", "value": "Above"}]
    found = article({"headlines": lines, "bodies": [{"value": TWO}], "pubStatus": "withheld", "source": "AAP"})
    assert (found.title, found.source_name) == ("Above", "AAP")
    assert "withheld" in found.extra["warnings"][0]
    nitf = NITF.replace("<body.head/>", "<body.head><hedline><hl1>Inside</hl1></hedline></body.head>")
    found = article({"uri": "tag:tt.se,2021:1", "title": "name", "body_nitf": nitf, "contentcreated": "2021-06-16"})
    assert (found.title, found.source_domain, found.published_at.year) == ("Inside", "tt.se", 2021)


def test_a_plan_of_coverage_is_refused_as_one():
    assert "plan of coverage" in article({"title": "Summit", "plannedCoverage": [{}]}).detail
