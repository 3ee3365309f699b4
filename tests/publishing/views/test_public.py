"""Public pages in each state, and the words that they never show."""

import base64
import html
import json
import re

import pytest
from django.urls import reverse

from annotations.errors import NotPublishable
from annotations.forms.claim import CORRECTION_WORDS
from annotations.models import Desk, RecheckTask, Verdict
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from publishing.formats.claimreview_check import check
from publishing.models import ErrorReport, FactCheck
from publishing.services.fact_checks import set_canonical_url
from publishing.services.publish import publish_verdict
from publishing.services.retention import ADDRESSES
from publishing.services.withdrawals import retract_verdict, suspend_verdict
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(make_user):
    return make_user("editor"), make_user(("reviewer", "publisher"))


@pytest.fixture
def verdict(people, published):
    return published


def page(client, **kwargs):
    return client.get(reverse("publishing:fact_check", kwargs={"slug": FactCheck.objects.get().slug} | kwargs))


def json_ld(response):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL)
    return json.loads(found[1]) if found else None


def test_a_published_check_shows_what_its_json_ld_says(client, verdict):
    response = page(client)
    review = json_ld(response)
    text = response.content.decode()
    assert response.status_code == 200
    assert review["@type"] == "ClaimReview"
    assert review["claimReviewed"] in text
    assert review["reviewRating"]["alternateName"] in text
    visible = html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", text, flags=re.DOTALL))
    problems = check(review, desk_domains=["localhost"], visible_text=visible)
    assert [problem for problem in problems if problem.level == "error" or problem.code == "not-visible"] == []
    assert 'href="#evidence-1"' in text
    assert 'id="evidence-1"' in text


def test_page_and_card_say_what_the_rating_means(client, people, verdict):
    """As it was published: a scale's wording may change for later verdicts."""
    check = FactCheck.objects.get()
    definition = verdict.rating.definition
    assert definition
    assert check.document["rating"]["definition"] == definition
    for shown in (page(client), client.get(reverse("publishing:embed", args=[check.pk]))):
        assert html.escape(definition) in shown.content.decode()


def test_a_suspended_check_says_so_without_json_ld(client, people, verdict):
    suspend_verdict(person=people[1], verdict_id=verdict.pk, reason="A reader doubts the sum.", now=story.NOW)
    response = page(client)
    assert "under review" in response.content.decode()
    assert f"<bdi>“{html.escape(verdict.headline)}”</bdi>" in response.content.decode()
    assert json_ld(response) is None
    assert "61 million" not in response.content.decode()


def test_a_retracted_check_keeps_a_notice(client, people, make_user, verdict):
    for person in (people[1], make_user("publisher")):
        retract_verdict(person=person, verdict_id=verdict.pk, reason="It was another bridge.", now=story.NOW)
    response = page(client)
    assert "It was another bridge." in response.content.decode()
    assert json_ld(response) is None


def correct(editor, reviewer, verdict, note, summary):
    following = correct_verdict(person=editor, verdict_id=verdict.pk, kind="update", note=note, now=story.NOW)
    save_verdict(person=editor, verdict_id=following.pk, summary=summary, now=story.NOW)
    submit_verdict(person=editor, verdict_id=following.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=following.pk, now=story.NOW)
    return publish_verdict(person=reviewer, verdict_id=following.pk, now=story.NOW).verdict


def test_the_log_of_corrections_has_pages_that_lose_none(client, people, verdict, monkeypatch):
    """Published in the same moment, as scheduled ones are: the time alone would not tell where a page ends."""
    monkeypatch.setattr("publishing.views.public.PAGE", 1)
    editor, reviewer = people
    second = correct(editor, reviewer, verdict, "New figures.", "Now 62 million.")
    correct(editor, reviewer, second, "Newer figures.", "Now 63 million.")
    seen: list[str] = []
    address: str | None = reverse("publishing:corrections")
    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r"New(?:er)? figures\.", text)
        older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', text)
        address = reverse("publishing:corrections") + older[1] if older else None
    assert seen == ["Newer figures.", "New figures."]
    for forged in ("x", base64.urlsafe_b64encode(b"[" * 3_000).decode()):
        assert client.get(reverse("publishing:corrections"), {"cursor": forged}).status_code == 400


def test_a_correction_stands_at_the_top_of_page_and_card(client, people, verdict):
    editor, reviewer = people
    correct(editor, reviewer, verdict, "New figures.", "Now 62 million.")

    fact_check = FactCheck.objects.get()
    assert "New figures." in page(client).content.decode()
    card = client.get(reverse("publishing:embed", args=[fact_check.pk])).content.decode()
    assert "New figures." in card
    document = fact_check.document
    for day in (document["published_at"], document["modified_at"]):
        assert f'datetime="{day[:10]}' in card
    assert f"{document['rating']['label']}:" not in card
    assert "New figures." in client.get(reverse("publishing:corrections")).content.decode()
    first = client.get(reverse("publishing:fact_check_version", args=[fact_check.slug, 1]))
    assert "The audit office counts 61 million." in first.content.decode()
    assert json_ld(first) is None


def test_a_page_of_the_newsrooms_own_takes_over_the_json_ld(client, people, verdict):
    Desk.objects.update(domains=["news.example"])
    url = "https://news.example/checks/bridge"
    set_canonical_url(person=people[1], fact_check_id=FactCheck.objects.get().pk, url=url, now=story.NOW)
    response = page(client)
    assert json_ld(response) is None
    assert f'<link rel="canonical" href="{url}">' in response.content.decode()
    assert FactCheck.objects.get().document["claimreview"]["url"] == url


def test_the_card_may_be_framed_and_runs_no_script(client, verdict):
    response = client.get(reverse("publishing:embed", args=[FactCheck.objects.get().pk]))
    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert b"<script" not in response.content


def test_public_pages_can_be_switched_off(client, people, verdict):
    Desk.objects.update(has_public_pages=False)
    assert page(client).status_code == 404
    client.force_login(people[0])
    assert page(client).status_code == 200
    assert 'class="menu-item" href="/fact-checks/"' not in client.get("/claims/").content.decode()
    Desk.objects.update(has_public_pages=True)
    assert 'class="menu-item" href="/fact-checks/"' in client.get("/claims/").content.decode()


def test_a_readers_report_lands_in_the_recheck_queue_and_is_throttled(client, verdict):
    url = reverse("publishing:report_error", args=[FactCheck.objects.get().slug])
    for _ in range(5):
        assert client.post(url, {"body": "The sum is wrong"}).status_code == 302
    assert client.post(url, {"body": "Again"}).status_code == 429
    assert client.post(url, {"body": ""}).status_code == 422
    assert ErrorReport.objects.count() == 5
    assert RecheckTask.objects.get().kind == "reported"


def test_reports_of_one_household_count_together(client, verdict):
    """Providers hand out a whole /64: its owner has another address for each report."""
    url = reverse("publishing:report_error", args=[FactCheck.objects.get().slug])

    def report(address: str) -> int:
        return client.post(url, {"body": "The sum is wrong"}, REMOTE_ADDR=address).status_code

    assert [report(f"2001:db8::{number}") for number in range(1, 7)] == [302] * 5 + [429]
    assert report("2001:db8:0:1::1") == 302
    assert report("192.0.2.1") == report("192.0.2.2") == 302


def test_nothing_typed_becomes_markup(client, people):
    editor, reviewer = people
    claim = story.mark(editor, story.make_article(), statement="</script><img src=x onerror=alert(1)>")
    story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros", note="<script>alert(2)</script>")
    verdict = story.draft(editor, claim=claim, rationale="<script>alert(3)</script> [E1]", headline="<b>Bold</b>")
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=verdict.pk, now=story.NOW)
    text = page(client).content.decode()
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    assert "<b>Bold" not in text


def test_the_list_says_claim_conclusion_and_claimant_as_published(client, people, verdict):
    following = correct_verdict(
        person=people[0], verdict_id=verdict.pk, kind="correction", note="The sum was wrong.", now=story.NOW
    )
    save_verdict(person=people[0], verdict_id=following.pk, summary="Not published yet.", now=story.NOW)
    text = client.get(reverse("publishing:fact_checks")).content.decode()
    for words in ("The bridge cost 40 million euros.", "The audit office counts 61 million.", "27 February 2026"):
        assert words in text
    assert 'href="?claimant=Ada%20Example"' in text
    assert "Not published yet" not in text


def test_queries_do_not_grow(client, people, verdict, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        page(client)
    with django_assert_max_num_queries(7):
        client.get(reverse("publishing:fact_checks"))


def test_a_desk_that_named_its_domains_still_publishes_on_its_own_pages(people):
    Desk.objects.update(domains=["news.example"])
    story.published(*people)
    assert FactCheck.objects.get().state == "published"


def test_a_page_outside_of_the_named_domains_is_refused(people, verdict):
    Desk.objects.update(domains=["news.example"])
    with pytest.raises(NotPublishable):
        set_canonical_url(
            person=people[1], fact_check_id=FactCheck.objects.get().pk, url="https://elsewhere.example/x", now=story.NOW
        )
    assert FactCheck.objects.get().canonical_url == ""


def test_a_correction_of_every_kind_is_started_on_the_claims_page_and_stands_on_the_public_one(client, people, verdict):
    editor, reviewer = people
    client.force_login(editor)
    live = verdict
    notes: list[str] = []
    for number, kind in enumerate(CORRECTION_WORDS, 2):
        note = "" if kind == "refile" else f"Why: {kind}."
        started = client.post(reverse("annotations:verdict_correct", args=[live.pk]), {"kind": kind, "note": note})
        assert started.status_code == 303
        version = Verdict.objects.get(claim=verdict.claim, version=number)
        assert version.correction_kind == kind
        summary = live.summary + "." * number if kind == "refile" else f"Version {number} of the summary."
        save_verdict(person=editor, verdict_id=version.pk, summary=summary, now=story.NOW)
        submit_verdict(person=editor, verdict_id=version.pk, now=story.NOW)
        approve_verdict(no_conflict=True, person=reviewer, verdict_id=version.pk, now=story.NOW)
        live = publish_verdict(person=reviewer, verdict_id=version.pk, now=story.NOW).verdict
        notes = [note, *notes] if note else notes
        text = page(client).content.decode()
        assert f">{summary}<" in text
        assert re.findall(r'<p class="correction-note">.*?</strong> (.*?)</p>', text) == notes
    assert len(notes) == len(CORRECTION_WORDS) - 1


def test_every_public_page_leads_to_the_checks_the_corrections_and_the_method(client, verdict):
    Desk.objects.update(methodology_text="We look twice.")
    check = FactCheck.objects.get()
    for address, current in (
        (reverse("publishing:fact_checks"), reverse("publishing:fact_checks")),
        (reverse("publishing:fact_check", args=[check.slug]), ""),
        (reverse("publishing:corrections"), reverse("publishing:corrections")),
        (reverse("publishing:about", args=["methodology"]), reverse("publishing:about", args=["methodology"])),
        (reverse("publishing:report_error", args=[check.slug]), ""),
    ):
        head = client.get(address).content.decode().partition("<header")[2].partition("</header>")[0]
        for name in ("fact_checks", "corrections"):
            assert f'<a href="{reverse(f"publishing:{name}")}"' in head
        assert "How we check" in head
        assert re.findall(r'<a href="([^"]+)" aria-current="page"', head) == [current] * bool(current)


def test_who_reports_an_error_knows_what_happens_with_it(client, verdict):
    text = client.get(reverse("publishing:report_error", args=[FactCheck.objects.get().slug])).content.decode()
    assert f"deleted after {ADDRESSES.days} days" in text
