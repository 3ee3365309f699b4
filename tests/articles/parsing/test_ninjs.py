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
