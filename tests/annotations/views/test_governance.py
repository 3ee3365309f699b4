"""Settings of the desk, rating scales, statistics, notifications, conflicts of interest: the screens."""

import csv
import io

import pytest
from django.urls import reverse
from lxml import html

from accounts.audit import acting
from annotations.models import ConflictOfInterest, Desk, Notification, RatingScale
from annotations.services.desk import RatingInput, new_version, save_scale, set_scale_active
from annotations.services.verdicts.edits import correct_verdict, save_verdict
from annotations.services.verdicts.review import approve_verdict
from annotations.services.verdicts.submission import submit_verdict
from board.services.statistics import KEYS
from core.errors import NotPermitted, WrongState
from publishing.services.publish import publish_verdict
from tests.annotations import story
from tests.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, make_user):
    person = make_user("admin")
    client.force_login(person)
    return person


def form_of(page) -> dict[str, object]:
    """Return the fields that a browser sends back unchanged."""
    sent = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    return {name: value for name, value in sent.items() if value is not False}


# --- the desk
def test_the_settings_lead_to_the_public_pages_where_there_are_some(client, admin):
    url, link = reverse("annotations:desk_settings"), 'class="button" href="/fact-checks/"'
    assert link in client.get(url).content.decode()
    with acting(admin):
        Desk.objects.update(has_public_pages=False)
    assert link not in client.get(url).content.decode()


def test_the_settings_begin_with_links_to_their_parts(client, admin):
    page = html.fromstring(client.get(reverse("annotations:desk_settings")).content.decode())
    links = page.xpath("//nav[@aria-label='On this page']/a/@href")
    assert len(links) > 3
    assert all(page.get_element_by_id(link.removeprefix("#")).tag == "h2" for link in links)


def test_a_wrong_address_of_the_desk_is_told_with_an_example(client, admin):
    url = reverse("annotations:desk_settings")
    answer = client.post(url, form_of(client.get(url)) | {"url": "not an address"})
    assert answer.status_code == 422
    assert "Write it like https://example.org." in answer.content.decode()


def test_the_desk_is_edited(client, admin):
    url = reverse("annotations:desk_settings")
    data = form_of(client.get(url)) | {
        "name": "Bridge Desk", "domains": "Example.org\nnews.example.org", "policy_independent_sources": "required",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    desk = Desk.objects.get()
    assert (desk.name, desk.domains) == ("Bridge Desk", ["example.org", "news.example.org"])
    assert desk.policy == {
        "named_sources": "required",
        "independent_sources": "required",
        "contrary_evidence": "warn",
        "claimant_contacted": "warn",
    }
    again = client.post(url, data | {"name": "Other"})
    assert again.status_code == 412
    assert "Somebody else saved these settings" in again.content.decode()
    assert Desk.objects.get().name == "Bridge Desk"


@pytest.mark.parametrize(
    ("field", "value"), [("domains", "not a host"), ("name", " "), ("time_zone", "Mars/Base"), ("url", "nowhere")]
)
def test_what_the_desk_refuses(client, admin, field, value):
    url = reverse("annotations:desk_settings")
    answer = client.post(url, form_of(client.get(url)) | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]


@pytest.mark.parametrize("name", ["desk_settings", "rating_scales"])
@pytest.mark.parametrize("role", ["editor", "reviewer", "publisher"])
def test_settings_are_for_admins(client, make_user, name, role):
    client.force_login(make_user(role))
    assert client.get(address(name)).status_code == 403


# --- rating scales
STEPS = [RatingInput(label="Right", rating_class="true"), RatingInput(label="Wrong", rating_class="false")]


def test_a_scale_is_made_from_a_preset_and_edited(client, admin):
    client.post(reverse("annotations:rating_scales"), {"preset": "five-step", "name": "Ours"})
    scale = RatingScale.objects.get(name="Ours")
    assert scale.ratings.count() == 7
    url = reverse("annotations:rating_scale", args=[scale.pk])
    page = client.get(url)
    assert "ratingValue: 5" in page.content.decode()
    data = {"name": "Ours", "description": "Short", "ratings-TOTAL_FORMS": 3, "ratings-INITIAL_FORMS": 3}
    for number, (label, kind) in enumerate([("Right", "true"), ("", "false"), ("Wrong", "false")]):
        data |= {f"ratings-{number}-label": label, f"ratings-{number}-rating_class": kind}
        data |= {f"ratings-{number}-colour": "#112233", f"ratings-{number}-icon": "check"}
    assert client.post(url, data).status_code == 302
    assert list(scale.ratings.values_list("label", "position")) == [("Right", 1), ("Wrong", 2)]


def test_a_scale_in_use_gets_a_new_version(client, admin, make_user):
    verdict = story.draft(make_user("editor"))
    scale = verdict.rating.scale
    with pytest.raises(WrongState):
        save_scale(person=admin, scale_id=scale.pk, name="Other", description="", ratings=STEPS)
    client.post(reverse("annotations:rating_scale_version", args=[scale.pk]))
    following = RatingScale.objects.get(key=scale.key, version=2)
    assert (following.is_active, following.frozen_at) == (False, None)
    assert following.ratings.count() == scale.ratings.count()
    save_scale(person=admin, scale_id=following.pk, name="Newsroom labels", description="", ratings=STEPS)
    client.post(reverse("annotations:rating_scale_active", args=[following.pk]), {"is_active": "1"})
    scale.refresh_from_db()
    assert (scale.is_active, Desk.objects.get().default_scale_id) == (False, following.pk)
    verdict.refresh_from_db()
    assert verdict.rating.label == "False"


def test_what_a_scale_refuses(admin, make_user):
    scale = RatingScale.objects.get(key="newsroom")
    with pytest.raises(WrongState):
        set_scale_active(person=admin, scale_id=scale.pk, is_active=False)
    with pytest.raises(NotPermitted):
        new_version(person=make_user("reviewer"), scale_id=scale.pk)
    twice = [STEPS[0], STEPS[0]]
    for ratings in (STEPS[:1], twice):
        with pytest.raises(Exception, match="Nothing was saved"):
            save_scale(person=admin, scale_id=scale.pk, name="x", description="", ratings=ratings)


# --- statistics
def test_statistics_count_what_happened(client, make_user, django_assert_max_num_queries):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    client.force_login(editor)
    assert b"Nothing in this period yet" in client.get(reverse("board:statistics")).content
    live = story.published(editor, reviewer)
    correction = correct_verdict(person=editor, verdict_id=live.pk, kind="correction", note="Mended", now=story.NOW)
    save_verdict(person=editor, verdict_id=correction.pk, summary="Now 62 million.", now=story.NOW)
    submit_verdict(person=editor, verdict_id=correction.pk, now=story.NOW)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("board:statistics"), {"days": "365"})
    tables = {table.key: table for table in [*page.context["charts"], *page.context["sentences"]]}
    assert tables["ratings"].rows == [("False", 1)]
    assert tables["claimants"].rows == [("Ada Example", 1)]
    assert [row[0] for row in tables["ageing"].rows] == ["In review"]
    assert all(table.data["unit"] for table in tables.values())
    assert tables["time-in-state"].columns[1] == "Median (hours)"
    assert "In review" in {row[0] for row in tables["time-in-state"].rows}
    approve_verdict(no_conflict=True, person=reviewer, verdict_id=correction.pk, now=story.NOW)
    publish_verdict(person=reviewer, verdict_id=correction.pk, now=story.NOW)
    page = client.get(reverse("board:statistics"), {"days": "365"})
    [flow] = [table for table in [*page.context["charts"], *page.context["sentences"]] if table.key == "flow"]
    assert flow.finding == "1 claim marked, 2 verdicts submitted, 2 versions published (1 new check) in this period."


@pytest.mark.parametrize("key", KEYS)
def test_every_table_has_its_csv(client, make_user, key, published):
    editor = make_user("editor")
    make_user("reviewer")
    client.force_login(editor)
    answer = client.get(reverse("board:statistics_csv", args=[key]), {"days": "365"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    page = client.get(reverse("board:statistics"), {"days": "365"})
    shown = [*page.context["charts"], *page.context["sentences"], *page.context["nothing"]]
    [table] = [table for table in shown if table.key == key]
    assert rows[0] == list(table.columns)
    assert len(rows) == len(table.rows) + 1
    assert client.get(reverse("board:statistics_csv", args=["none"])).status_code == 404


# --- notifications and conflicts
def test_notifications_are_read(client, make_user):
    reviewer = make_user("reviewer")
    story.in_review(make_user("editor"))
    client.force_login(reviewer)
    assert b"Submitted for review" in client.get(reverse("board:notifications")).content
    one = Notification.objects.get(person=reviewer)
    assert client.post(reverse("board:notification", args=[one.pk])).url == one.url
    one.refresh_from_db()
    assert one.read_at
    client.force_login(make_user("reviewer"))
    assert client.post(reverse("board:notification", args=[one.pk])).status_code == 404


def test_the_question_is_asked_once(client, make_user):
    reviewer = make_user("reviewer")
    verdict = story.in_review(make_user("editor"))
    client.force_login(reviewer)
    page = reverse("publishing:review", args=[verdict.pk])
    shown = client.get(page).content.decode()
    assert (shown.count("conflict of interest with"), shown.count('name="no_conflict"')) == (1, 1)
    assert '<input type="checkbox" form="approve"' in shown
    assert '<form id="approve"' in shown
    declare = reverse("annotations:declare_conflict", args=[verdict.claim.claimant_id])
    assert client.post(declare, {"has_conflict": "no", "next": page}).url == page
    answered = client.get(page).content.decode()
    assert "You declared no conflict" in answered
    assert 'name="no_conflict"' not in answered
    assert client.post(declare, {"has_conflict": "yes", "next": "https://evil.example"}).url == reverse("board:desk")
    assert not ConflictOfInterest.objects.get().has_conflict  # a yes wants a word on it
    client.post(declare, {"has_conflict": "yes", "statement": "A cousin", "next": page})
    assert b"You declared a conflict" in client.get(page).content


def test_an_author_is_asked_before_submitting_and_the_reviewer_told(client, make_user):
    editor, reviewer = make_user("editor"), make_user("reviewer")
    verdict = story.draft(editor)
    client.force_login(editor)
    page = reverse("annotations:claim", args=[verdict.claim_id])
    assert b"Any conflict of interest with" in client.get(page).content
    declare = reverse("annotations:declare_conflict", args=[verdict.claim.claimant_id])
    assert client.post(declare, {"has_conflict": "yes", "statement": "A cousin", "next": page}).url == page
    submit_verdict(person=editor, verdict_id=verdict.pk, now=story.NOW)
    client.force_login(reviewer)
    shown = client.get(reverse("publishing:review", args=[verdict.pk])).content.decode()
    assert f"{editor.name}, an author, declared a conflict" in shown


# --- the claim page's reasons, and withdrawing from the review page
def test_the_claim_page_asks_for_reasons(client, make_user):
    editor = make_user("editor")
    with acting(None):
        Desk.objects.update(policy={"independent_sources": "required", "claimant_contacted": "required"})
    verdict = story.draft(editor)
    client.force_login(editor)
    page = client.get(reverse("annotations:verdict_checklist", args=[verdict.pk])).content.decode()
    assert "A primary document settles it" in page
    submit = reverse("annotations:verdict_submit", args=[verdict.pk])
    refused = client.post(submit)
    assert refused.status_code == 422
    assert "The claimant was not asked" in refused.content.decode()
    reasons = {"reason-independent_sources": "A primary document settles it", "own-reason-claimant_contacted": "Abroad"}
    assert client.post(submit, reasons).status_code == 303
    verdict.refresh_from_db()
    assert verdict.waived["claimant_contacted"] == "Abroad"


def test_an_admin_overrides_and_removes_from_the_review_page(client, make_user, published):
    _, reviewer, admin = make_user("editor"), make_user("reviewer"), make_user("admin")
    client.force_login(admin)
    page = client.get(reverse("publishing:review", args=[published.pk])).content.decode()
    assert "Administrator's override" in page
    suspend = reverse("publishing:decide", args=[published.pk, "suspend"])
    assert client.post(suspend, {"reason": "Doubt", "override": "1"}).status_code == 302, "needs none, so ignores it"
    decide = reverse("publishing:decide", args=[published.pk, "retract"])
    assert client.post(decide, {"reason": "Wrong", "override": "1"}).status_code == 302
    assert published.transitions.get(action="retract").is_override
    remove = reverse("publishing:decide", args=[published.pk, "legal-removal"])
    assert client.post(remove, {"reason": "Court order"}).status_code == 302
    assert published.claim.fact_check.state == "removed"
    client.force_login(reviewer)
    assert client.post(remove, {"reason": "Court order"}).status_code == 403
