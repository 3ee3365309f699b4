from datetime import timedelta

import pytest

from annotations.errors import InvalidInput, NotFound
from annotations.models import Desk
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from core.errors import NotPermitted
from core.fetching import AddressRefused
from publishing.models import Change, FactCheck, Receipt
from publishing.services.publish import publish_verdict
from publishing.services.receipts import record_receipt, stale_receipts
from publishing.services.withdrawals import suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db
PAGE, OTHER = "https://news.example.org/bridge", "https://news.example.org/bridge-2"


@pytest.fixture
def people(make_user):
    return make_user("editor"), make_user("reviewer"), make_user("publisher")


@pytest.fixture
def verdict(people, published):
    Desk.objects.update(domains=["example.org", "localhost"])
    return published


@pytest.fixture
def tell(people, verdict):
    def report(url=PAGE, status="live", version=1, now=story.NOW, person=people[2], check=None):
        pk = check or FactCheck.objects.get().pk
        return record_receipt(person=person, fact_check_id=pk, version=version, cms_url=url, status=status, now=now)

    return report


def canonical() -> str:
    return FactCheck.objects.get().canonical_url


def test_a_live_page_becomes_the_canonical_address(tell):
    tell(status="scheduled")
    assert canonical() == ""
    tell()
    assert canonical() == PAGE
    document = FactCheck.objects.get().document
    assert document
    assert document["claimreview"]["url"] == PAGE
    changes = Change.objects.count()
    tell()
    tell(url=OTHER)  # a second site that shows it does not take the address from the first
    assert (canonical(), Change.objects.count(), Receipt.objects.count()) == (PAGE, changes, 2)
    tell(status="removed")
    assert canonical() == OTHER
    tell(url=OTHER, status="removed")
    assert canonical() == ""


def correct(people, verdict, kind):
    editor, reviewer, _ = people
    note = "" if kind == "refile" else "New figures"
    new = correct_verdict(person=editor, verdict_id=verdict.pk, kind=kind, note=note, now=story.NOW)
    save_verdict(person=editor, verdict_id=new.pk, summary="The audit office, counts 61 million.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=new.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=new.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=new.pk, now=story.NOW)


def test_an_old_version_turns_red_after_the_set_time(tell, people, verdict):
    tell()
    assert stale_receipts(now=story.NOW) == []
    correct(people, verdict, "update")
    (row,) = stale_receipts(now=story.NOW + timedelta(hours=23))
    assert (row.is_overdue, row.reason, row.receipt.cms_url) == (False, "Version 2 replaced it", PAGE)
    (row,) = stale_receipts(now=story.NOW + timedelta(hours=24))
    assert row.is_overdue
    tell(version=2)
    assert stale_receipts(now=story.NOW + timedelta(days=9)) == []


def test_a_typo_alarms_nobody(tell, people, verdict):
    tell()
    correct(people, verdict, "refile")
    assert stale_receipts(now=story.NOW + timedelta(days=9)) == []


def test_what_was_suspended_must_go(tell, people, verdict):
    tell()
    suspend_verdict(person=people[1], verdict_id=verdict.pk, reason="Doubts", now=story.NOW)
    (row,) = stale_receipts(now=story.NOW + timedelta(hours=25))
    assert (row.is_overdue, row.reason) == (True, "Under review")
    tell(status="removed")
    assert stale_receipts(now=story.NOW + timedelta(hours=25)) == []


def test_what_makes_no_sense_is_refused(tell, make_user, verdict):
    with pytest.raises(InvalidInput):
        tell(version=7)
    with pytest.raises(InvalidInput):
        tell(status="shown")
    with pytest.raises(AddressRefused):
        tell(url="javascript:alert(1)")
    with pytest.raises(NotFound):
        tell(check=verdict.pk)
    with pytest.raises(NotPermitted):
        tell(person=make_user("editor"))
    assert not Receipt.objects.exists()


def test_the_screen_is_red_where_it_should_be(client, tell, people, verdict):
    tell()
    suspend_verdict(person=people[1], verdict_id=verdict.pk, reason="Doubts", now=story.NOW)
    client.force_login(people[0])
    page = client.get("/receipts/").content.decode()
    assert "Overdue" in page
    assert PAGE in page
    assert "Old versions still live" in client.get("/").content.decode()


def test_a_page_is_listed_once_and_none_as_live_in_green_that_is_outdated(client, tell, people, verdict):
    tell()
    tell(url=OTHER, status="removed")
    suspend_verdict(person=people[1], verdict_id=verdict.pk, reason="Doubts", now=story.NOW)
    client.force_login(people[0])
    page = client.get("/receipts/").content.decode()
    assert page.count(f'href="{PAGE}"') == page.count(f'href="{OTHER}"') == 1
    assert page.index(PAGE) < page.index("Other pages") < page.index(OTHER)


def test_without_receipts_the_screen_leads_to_the_guide(client, people):
    client.force_login(people[0])
    assert 'href="/api/v1/docs/integrating.md"' in client.get("/receipts/").content.decode()
