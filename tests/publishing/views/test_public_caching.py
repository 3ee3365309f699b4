"""Public pages in caches: an ETag, the same bytes for everybody, and nothing old after a suspension."""

import pytest
from django.conf import settings
from django.urls import reverse
from lxml import etree

from annotations.models import Desk
from publishing.models import FactCheck
from publishing.services.withdrawals import suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(make_user):
    return make_user("editor"), make_user(("reviewer", "publisher"))


@pytest.fixture
def verdict(people, published):
    Desk.objects.update(methodology_text="We look twice.")
    return published


def addresses() -> dict[str, str]:
    fact_check = FactCheck.objects.get()
    return {
        "list": reverse("publishing:fact_checks"),
        "page": reverse("publishing:fact_check", args=[fact_check.slug]),
        "version": reverse("publishing:fact_check_version", args=[fact_check.slug, 1]),
        "corrections": reverse("publishing:corrections"),
        "about": reverse("publishing:about", args=["methodology"]),
        "embed": reverse("publishing:embed", args=[fact_check.pk]),
    }


def test_every_page_has_an_etag_and_answers_304(client, verdict):
    for name, url in addresses().items():
        first = client.get(url)
        again = client.get(url, headers={"if-none-match": first["ETag"]})
        assert (name, again.status_code, again.content) == (name, 304, b"")


def test_checks_are_asked_for_again_and_lists_are_kept_a_minute(client, verdict):
    kept = {name: client.get(url)["Cache-Control"] for name, url in addresses().items()}
    assert {kept[name] for name in ("page", "version", "embed")} == {"public, no-cache"}
    assert {kept[name] for name in ("list", "corrections")} == {"public, max-age=60"}
    assert kept["about"] == "public, max-age=300"


def test_pages_are_the_same_for_everybody(client, people, verdict):
    person = people[0]
    person.time_zone = "Pacific/Auckland"
    person.save()
    anonymous = {name: client.get(url) for name, url in addresses().items()}
    client.force_login(person)
    for name, url in addresses().items():
        mine = client.get(url)
        assert (name, mine.content) == (name, anonymous[name].content)
        assert "Cookie" not in mine.get("Vary", "")
        assert not anonymous[name].cookies


def test_dates_are_the_desks_own(client, verdict):
    shown = []
    for zone in ("Pacific/Auckland", "America/New_York"):
        Desk.objects.update(time_zone=zone)
        shown.append(client.get(addresses()["page"]).content.decode())
    assert "T22:00:00+13:00" in shown[0]
    assert "T04:00:00-05:00" in shown[1]


def test_a_suspension_is_seen_at_the_next_request(client, people, verdict):
    before = {name: client.get(url)["ETag"] for name, url in addresses().items()}
    suspend_verdict(person=people[1], verdict_id=verdict.pk, reason="A reader doubts the sum.", now=story.NOW)
    for name in ("page", "version", "embed", "list"):
        answer = client.get(addresses()[name], headers={"if-none-match": before[name]})
        assert (name, answer.status_code) == (name, 200)
        assert answer["ETag"] != before[name]


def test_where_public_pages_are_off_nothing_is_kept(client, people, verdict):
    Desk.objects.update(has_public_pages=False)
    urls = addresses()
    assert {client.get(url).status_code for url in urls.values()} == {404}
    client.force_login(people[0])
    for url in urls.values():
        answer = client.get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert "ETag" not in answer


def test_a_report_is_thanked_for_in_the_address(client, verdict):
    url = addresses()["page"]
    answer = client.post(f"{url}report/", {"body": "The sum is wrong."})
    assert answer["Location"] == f"{url}?reported"
    assert "Thank you. Your report is with the desk." in client.get(answer["Location"]).content.decode()
    assert "Thank you" not in client.get(url).content.decode()


def test_public_pages_and_the_card_load_one_stylesheet(client, verdict):
    for url in addresses().values():
        assert client.get(url).content.decode().count('rel="stylesheet"') == 1


def test_every_quote_names_publisher_title_and_date(client, people):
    Desk.objects.update(methodology_text="We look twice.")
    story.published(*people)
    text = client.get(addresses()["page"]).content.decode()
    assert text.count("<blockquote") == text.count("factcheck-source") > 1
    assert "Source not named" not in text


def test_lists_name_their_address_and_the_feeds_lead_to_them(client, verdict):
    for name, feed in (("list", "api:fact-checks-atom"), ("corrections", "api:corrections-atom")):
        url = addresses()[name]
        assert f'<link rel="canonical" href="{settings.SITE_URL}{url}">' in client.get(url).content.decode()
        links = etree.fromstring(client.get(reverse(feed)).content).findall("{http://www.w3.org/2005/Atom}link")
        assert {link.get("rel"): link.get("href") for link in links}["alternate"] == settings.SITE_URL + url
