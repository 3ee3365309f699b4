"""Webhooks, exports and receipts in a browser: what a person does there, and that no accessibility rule is broken."""

import re
from contextlib import closing

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.audit import acting
from annotations.models import Desk
from publishing.models import FactCheck, WebhookEndpoint
from publishing.services.receipts import record_receipt
from publishing.services.withdrawals import suspend_verdict
from publishing.tasks import drain_outbox
from publishing.webhooks.replays import send_test
from tests.annotations import story
from tests.publishing.receiver import Answer, Receiver


@pytest.fixture
def admin(transactional_db, make_user, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_user("admin", name="Ada Admin", email="ada@desk.example")


def test_an_endpoint_is_added_tested_and_replayed(page, admin, login_as, looks, settings):
    settings.FETCH_ALLOWED_HOSTS = ["localhost"]
    login_as(page, admin)
    with closing(Receiver()) as receiver:
        page.goto("/settings/webhooks/")
        looks(page)
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_label("What it is for").fill("The newsroom's CMS")
        page.get_by_role("button", name="Add the endpoint").click()
        expect(page.get_by_label("The signing secret")).to_have_value(re.compile("^whsec_"))
        looks(page)
        receiver.answers = [Answer(500, body=b"out of order")]
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_role("cell", name="Retrying")).to_be_visible()
        looks(page)
        page.get_by_role("link", name="Test message").click()
        expect(page.get_by_role("heading", name="Status 500")).to_be_visible()
        page.get_by_text("Answer", exact=True).click()
        looks(page)
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_role("heading", name="Status 204")).to_be_visible()
        assert len({message.body for message in receiver.messages}) == 1

        endpoint = WebhookEndpoint.objects.get()
        waiting = send_test(person=admin, endpoint_id=endpoint.pk, now=timezone.now())
        page.goto(f"/settings/webhooks/{endpoint.pk}/")
        expect(page.get_by_role("cell", name="none yet")).to_have_count(1)
        page.get_by_label("What it is for").fill("Not saved yet")
        drain_outbox()
        expect(page.get_by_role("cell", name="none yet")).to_have_count(0)  # by itself
        expect(page.get_by_label("What it is for")).to_have_value("Not saved yet")
        page.get_by_role("button", name="Rotate the secret").click()
        page.get_by_role("button", name="New secret").click()
        expect(page.get_by_text("both signatures")).to_be_visible()
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_text("on its way again").or_(page.get_by_text("on their way again")).first).to_be_visible()
        sent = [message.headers["webhook-id"] for message in receiver.messages]
        assert sent.count(str(waiting.pk)) == 2  # of this very minute


def test_an_export_is_made_and_downloaded(page, admin, login_as, looks, make_user):
    story.published(make_user("editor"), make_user("reviewer"))
    login_as(page, admin)
    page.goto("/exports/")
    looks(page)
    page.get_by_label("Format").select_option("JSONL: every field, one check a line")
    page.get_by_role("button", name="Start the export").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    looks(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert str(FactCheck.objects.get().pk) in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Repeat").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    page.goto("/exports/")
    looks(page)


def test_what_should_no_longer_be_live_is_red(page, admin, login_as, looks, make_user):
    with acting(admin):
        Desk.objects.update(domains=["example.org", "localhost"])
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.published(editor, reviewer)
    record_receipt(
        person=admin, fact_check_id=FactCheck.objects.get().pk, version=1, cms_url="https://example.org/bridge",
        status="live", now=timezone.now(),
    )  # fmt: skip
    suspend_verdict(person=reviewer, verdict_id=verdict.pk, reason="Doubts", now=story.NOW)
    login_as(page, admin)
    page.goto("/receipts/")
    expect(page.get_by_text("Overdue", exact=True)).to_be_visible()
    looks(page)


def test_a_public_check_reads_without_its_stylesheet(page, transactional_db, make_user, traps):
    """As in a reader view, or where the file did not come: no picture pushes the words away, the rating stands in words."""
    story.published(make_user("editor"), make_user("reviewer"))
    traps.allow(r"\.css")
    page.route("**/*.css*", lambda route: route.abort())
    page.goto(f"/fact-checks/{FactCheck.objects.get().slug}/")
    sizes = page.locator("svg").evaluate_all("all => all.map((one) => one.getBoundingClientRect().width)")
    assert sizes
    assert max(sizes) <= 16
