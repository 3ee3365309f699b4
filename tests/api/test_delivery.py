"""Exports, receipts, webhook endpoints and deliveries over the API."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook

from accounts.models import IdempotencyKey
from annotations.models import Desk
from publishing.models import EndpointHealth, FactCheck, WebhookEndpoint
from tests.annotations import story
from tests.publishing.conftest import _media, receiver  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_api(connect, make_user):
    return connect(make_user("admin"))


@pytest.mark.django_db(transaction=True)
def test_an_export_from_start_to_file(api, editor, reviewer, review):
    story.published(editor, reviewer)
    begun = api.post("exports", {"kind": "jsonl", "filter": {"rating": "False"}}, headers={"Idempotency-Key": "one"})
    assert begun.status_code == 202
    run = api.get(begun["Location"]).json()
    assert (run["state"], run["total"], run["done"]) == ("finished", 1, 1)
    path = run["download"].partition("/api/v1/")[2]
    answer: Any = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {api.token}"})
    assert json.loads(b"".join(answer.streaming_content)) == FactCheck.objects.get().document
    part = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {api.token}", "Range": "bytes=0-9"})
    assert (part.status_code, part["Content-Length"]) == (206, "10")
    again = api.post("exports", {"kind": "jsonl", "filter": {"rating": "False"}}, headers={"Idempotency-Key": "one"})
    assert again.json()["id"] == run["id"]
    assert [one["id"] for one in api.get("exports").json()["results"]] == [run["id"]]
    assert review.get("exports").json()["results"] == []
    assert review.get(f"exports/{run['id']}").status_code == 404
    assert review.get(path).status_code == 404


def test_exports_refuse_what_they_cannot_do(api, connect, editor):
    assert api.post("exports", {"kind": "parquet"}).status_code == 422
    refused = api.post("exports", {"kind": "csv", "filter": {"colour": "red"}})
    assert refused.json()["errors"][0]["pointer"] == "/filter/colour"
    assert connect(editor, "feed:read").post("exports", {"kind": "csv"}).status_code == 403


def test_a_receipt_names_the_newsrooms_page(connect, make_user, editor, reviewer):
    Desk.objects.update(domains=["example.org", "localhost"])
    story.published(editor, reviewer)
    cms = connect(make_user("publisher"), "receipts:write")
    receipt = {
        "fact_check": str(FactCheck.objects.get().pk), "version": 1, "cms_url": "https://example.org/b", "status": "live",
    }  # fmt: skip
    assert cms.post("receipts", receipt).json()["cms_url"] == "https://example.org/b"
    assert FactCheck.objects.get().canonical_url == "https://example.org/b"
    assert cms.post("receipts", receipt | {"version": 9}).json()["errors"][0]["code"] == "unknown-version"
    assert cms.post("receipts", receipt | {"status": "shown"}).status_code == 422
    listed = cms.get(f"receipts?fact_check={receipt['fact_check']}").json()["results"]
    assert [one["status"] for one in listed] == ["live"]
    assert cms.get("receipts?page=2").status_code == 400


@pytest.mark.django_db(transaction=True)  # the outbox is drained once a request has committed
def test_an_endpoint_is_made_tested_rotated_and_replayed(admin_api, receiver):  # noqa: F811 - the fixture
    made = admin_api.post("webhook-endpoints", {"url": receiver.url}, headers={"Idempotency-Key": "k"}).json()
    assert made["secret"].startswith("whsec_")
    again = admin_api.post("webhook-endpoints", {"url": receiver.url}, headers={"Idempotency-Key": "k"}).json()
    assert (again["id"], again["secret"]) == (made["id"], None)
    assert made["secret"].encode() not in bytes(IdempotencyKey.objects.get().body)
    path = f"webhook-endpoints/{made['id']}"
    assert admin_api.get(path).json()["secret"] is None
    sent = admin_api.post(f"{path}/test")
    assert sent.status_code == 202
    message = receiver.messages[0]
    assert Webhook(made["secret"]).verify(message.body, message.headers)["type"] == "endpoint.test"
    delivery = admin_api.get(sent["Location"]).json()
    assert (delivery["state"], delivery["body"].encode()) == ("delivered", message.body)
    assert admin_api.post(f"deliveries/{delivery['id']}/replay").status_code == 202
    assert receiver.messages[1].body == message.body
    new = admin_api.post(f"{path}/rotate-secret").json()
    assert new["secret"] != made["secret"]
    replayed = admin_api.post(f"{path}/replay", {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"})
    assert replayed.json() == {"deliveries": 1}
    assert len(receiver.messages) == 3
    assert len(admin_api.get(f"deliveries?endpoint={made['id']}").json()["results"]) == 3
    assert admin_api.patch(path, {"is_active": False}).json()["is_active"] is False
    assert admin_api.post(f"{path}/test").status_code == 409
    assert admin_api.patch(path, {"events": ["fact_check.burnt"]}).status_code == 422
    assert admin_api.delete(path).status_code == 204
    assert admin_api.get(path).status_code == 404


BAD_ADDRESSES = ["http://[zz]/", "ftp://cms.example/", "https://a:b@cms.example/", "https://cms.example/" + "a" * 2_000]


@pytest.mark.parametrize("url", [*BAD_ADDRESSES, "http://cms.example/", "http://127.0.0.1/"])
def test_a_wrong_address_of_an_endpoint_is_pointed_at(admin_api, url):
    refused = admin_api.post("webhook-endpoints", {"url": url})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/url"])


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_a_wrong_address_of_a_receipt_is_pointed_at(connect, make_user, editor, reviewer, url):
    story.published(editor, reviewer)
    receipt = {"fact_check": str(FactCheck.objects.get().pk), "version": 1, "cms_url": url, "status": "live"}
    refused = connect(make_user("publisher"), "receipts:write").post("receipts", receipt)
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/cms_url"])


def test_an_endpoint_shows_its_circuit_breaker(admin_api, receiver):  # noqa: F811 - the fixture
    path = f"webhook-endpoints/{admin_api.post('webhook-endpoints', {'url': receiver.url}).json()['id']}"
    names = ("failures", "failing_since", "paused_until", "last_problem")
    assert [admin_api.get(path).json()[name] for name in names] == [0, None, None, None]
    endpoint = WebhookEndpoint.objects.get()
    EndpointHealth(endpoint=endpoint).fail("It answered 500.", now=story.NOW, pause=timedelta(seconds=30))
    shown = ["2026-03-01T09:00:00Z", "2026-03-01T09:00:30Z", "It answered 500."]
    assert [admin_api.get(path).json()[name] for name in names] == [1, *shown]
    assert admin_api.get("webhook-endpoints").json()["results"][0]["paused_until"] == shown[1]


def test_an_endpoint_is_locked_before_it_is_compared(admin_api, receiver):  # noqa: F811 - the fixture
    """Else of two callers with the same ETag both would write."""
    path = f"webhook-endpoints/{admin_api.post('webhook-endpoints', {'url': receiver.url}).json()['id']}"
    etag = admin_api.get(path)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        changed = admin_api.patch(path, {"description": "CMS"}, headers={"If-Match": etag})
    assert changed.status_code == 200
    about = [query["sql"] for query in asked if 'FROM "publishing_webhookendpoint"' in query["sql"]]
    assert about[0].endswith("FOR NO KEY UPDATE")
    assert admin_api.patch(path, {"description": "Old"}, headers={"If-Match": etag}).status_code == 412


def test_only_admins_see_endpoints(api, receiver):  # noqa: F811 - the fixture
    for path in ("webhook-endpoints", "deliveries"):
        assert api.get(path).status_code == 403
    assert api.post("webhook-endpoints", {"url": receiver.url}).status_code == 403


def test_the_document_describes_the_messages(api):
    document = api.get("openapi.json").json()
    assert "fact_check.published" in document["webhooks"]


@pytest.mark.django_db(transaction=True)
def test_unpublished_work_needs_the_scope_of_claims(connect, editor):
    published_alone, both = connect(editor, "exports:write"), connect(editor, "exports:write", "claims:read")
    assert published_alone.post("exports", {"kind": "working"}).status_code == 403
    begun = both.post("exports", {"kind": "working"})
    assert begun.status_code == 202
    path = both.get(begun["Location"]).json()["download"].partition("/api/v1/")[2]
    refused = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {published_alone.token}"})
    allowed = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {both.token}"})
    assert (refused.status_code, allowed.status_code) == (403, 200)
