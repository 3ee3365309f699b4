"""The desk's first page: its numbers agree with the bar's, and nothing that is only due looks done."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.audit import acting
from annotations.models import RecheckTask, Verdict
from annotations.services.claims import update_claim
from annotations.services.discussion import add_comment
from articles.services.processing import process_run
from articles.services.runs import IncomingFile, start_import
from core.fetching import fetch
from tests.annotations import story

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(make_user):
    return make_user("editor")


def _numbers(page: str) -> tuple[str, str]:
    """Return the number in the bar and the one in the sentence below the date."""
    badge = re.search(r'class="count">(\d+)', page)
    lead = re.search(r'class="page-lead">.*?(\d+) items? waits? for you in My work', page, re.DOTALL)
    assert badge
    assert lead
    return badge.group(1), lead.group(1)


def test_the_sentence_on_the_desk_and_the_number_in_the_bar_agree(client, editor):
    draft = story.draft(editor)
    claims = [draft.claim, story.mark(editor, story.make_article(story.AUDIT), "61 million euros")]
    for claim in claims:
        update_claim(person=editor, claim_id=claim.pk, assigned_to=editor, now=story.NOW)
    client.force_login(editor)
    page = client.get("/").content.decode()
    assert _numbers(page) == ("2", "2")
    assert "Open on the desk: 1 draft of yours." in page


def test_without_work_the_desk_says_so_and_what_is_open(client, editor, make_user):
    story.in_review(editor)
    client.force_login(make_user("reviewer"))
    page = client.get("/").content.decode()
    assert "Nothing waits for you in My work." in page
    assert "Open on the desk: 1 review." in page


def test_a_recheck_of_a_published_check_is_the_first_on_the_desk(client, editor, make_user):
    draft = story.mark(editor, story.make_article(), statement="Ours, not published")
    live = story.published(editor, make_user("reviewer"))
    for claim, verdict, hours in ((draft, None, 0), (live.claim, live, 1)):
        at = story.NOW + timedelta(hours=hours)
        RecheckTask.objects.create(claim=claim, verdict=verdict, kind="expired", created_at=at)
    client.force_login(editor)
    page = client.get("/").content.decode()
    shelf = page[page.index('id="recheck-title"') :]
    assert shelf.index(live.claim.statement) < shelf.index("Ours, not published")


def test_what_is_due_in_time_has_a_clock_and_no_tick(client, editor):
    claim = story.mark(editor, story.make_article())
    due_at = timezone.now() + timedelta(days=5)
    update_claim(person=editor, claim_id=claim.pk, assigned_to=editor, due_at=due_at, now=story.NOW)
    client.force_login(editor)
    page = client.get(reverse("board:my_work")).content.decode()
    (shown,) = re.findall(r'<span class="due">.*?</svg>', page, re.DOTALL)
    assert "is-tone-muted" in shown
    assert 'd="M12 7.5V12l3 2"' in shown


def test_what_waits_stands_by_urgency_and_says_when_it_is_due(client, editor, make_user):
    """First high priority, then what is due soonest: as in the review queue and in My work."""
    for statement, plan in (
        ("No plan", {}),
        ("Due late", {"due_at": timezone.now() + timedelta(days=9)}),
        ("Due soon", {"due_at": timezone.now() + timedelta(days=3)}),
        ("Urgent", {"priority": 1}),
    ):
        claim = story.mark(editor, story.make_article(), statement=statement)
        story.link(editor, claim, story.make_article(story.AUDIT), "61 million euros")
        update_claim(person=editor, claim_id=claim.pk, now=story.NOW, **plan)
        story.in_review(editor, claim=claim)
    client.force_login(make_user("reviewer"))
    page = client.get("/").content.decode()
    shelf = page[page.index("Waiting for your review") :]
    assert sorted(("No plan", "Due late", "Due soon", "Urgent"), key=shelf.index) == [
        "Urgent",
        "Due soon",
        "Due late",
        "No plan",
    ]
    assert "Due in 3 days" in shelf
    assert "High priority" in shelf


def test_desk_queue_and_my_work_name_a_verdict_by_its_statement(client, editor, make_user):
    reviewer = make_user("reviewer")
    verdict = story.in_review(editor)
    update_claim(person=editor, claim_id=verdict.claim_id, reviewer=reviewer, now=story.NOW)
    client.force_login(reviewer)
    for address in ("/", reverse("board:my_work"), reverse("publishing:review_queue")):
        page = client.get(address).content.decode()
        (link,) = re.findall(rf'<a href="{reverse("publishing:review", args=[verdict.pk])}">(.*?)</a>', page)
        assert link == verdict.claim.statement


def test_an_import_that_failed_says_so_once_and_what_to_do(client, editor):
    run = start_import(person=editor, now=story.NOW, files=[IncomingFile("odd.bin", bytes(range(256)) * 4)])
    process_run(run_id=run.pk, fetch=fetch, clock=timezone.now)
    client.force_login(editor)
    page = client.get("/").content.decode()
    row = page[page.index(f'href="/imports/{run.pk}/"') :].partition("</li>")[0]
    assert row.lower().count("failed") == 1
    assert "See why" in row


def test_a_new_desk_shows_its_first_steps_and_no_empty_boxes(client, editor):
    client.force_login(editor)
    page = client.get("/").content.decode()
    assert "To begin" in page
    assert 'class="empty' not in page


@pytest.mark.parametrize(
    ("address", "control"),
    [
        ("/claims/", 'class="chips"'),
        ("/claims/", 'id="list-search"'),
        ("/review/", 'class="chips"'),
        ("/sources/", 'id="list-search"'),
    ],
)
def test_a_list_without_anything_offers_no_filters(client, editor, address, control):
    client.force_login(editor)
    assert control not in client.get(address).content.decode()
    assert (
        control in client.get(f"{address}?q=x" if address != "/review/" else f"{address}?priority=1").content.decode()
    )


def test_statistics_name_what_is_nothing_in_one_line(client, editor, make_user):
    client.force_login(editor)
    page = client.get("/statistics/").content.decode()
    assert page.count("Nothing in this period yet") == 1
    assert "chart-card" not in page
    story.published(editor, make_user("reviewer"))
    page = client.get("/statistics/?days=365").content.decode()
    (line,) = re.findall(r"Nothing in this period yet: (.*?)\.", page)
    assert "Topics" in line
    assert page.count("chart-card") >= 3


def test_a_claim_without_a_statement_is_named_by_its_words(client, editor):
    claim = story.mark(editor, story.make_article(), "cost 40 million euros", statement="")
    update_claim(person=editor, claim_id=claim.pk, now=timezone.now(), assigned_to=editor)
    client.force_login(editor)
    for address in ("annotations:claims", "board:my_work"):
        assert ">“cost 40 million euros”</a>" in client.get(reverse(address)).content.decode()


def test_who_waits_is_told_in_one_number(client, editor, make_user):
    verdict = story.in_review(editor)
    long_ago = timezone.now() - timedelta(days=9)
    with acting(editor):
        Verdict.objects.filter(pk=verdict.pk).update(submitted_at=long_ago, updated_at=long_ago)
    client.force_login(make_user("reviewer"))
    for address in ("board:desk", "publishing:review_queue"):
        assert "waiting 1\xa0week" in client.get(reverse(address)).content.decode()


def test_a_notification_of_a_comment_names_the_claim(client, editor, make_user):
    reviewer = make_user("reviewer")
    claim = story.mark(editor, story.make_article(), statement="The bridge was dear")
    add_comment(person=reviewer, claim_id=claim.pk, now=timezone.now(), body=f"@{editor.name} how dear?")
    client.force_login(editor)
    assert "The bridge was dear" in client.get(reverse("board:notifications")).content.decode()
