"""What one request may cost, which headers and addresses are believed, and what no cache may keep."""

import cProfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as configured
from django.core.checks import run_checks
from django.test import RequestFactory
from django.urls import reverse

from accounts.middleware import ForwardedHeadersMiddleware
from annotations import rationale
from annotations.services.claimants import ClaimantInput, create_claimant
from annotations.services.desk import update_desk
from annotations.services.evidence import OutsideSource, add_evidence
from annotations.services.verdicts.edits import save_verdict
from articles.canonical_url import InvalidUrl
from core.errors import DomainError, InvalidInput
from publishing.services.fact_checks import set_canonical_url
from publishing.services.receipts import record_receipt
from publishing.webhooks.endpoints import create_endpoint
from tests.annotations import story

NO_ADDRESS = "http://[zz]/"


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["!!!", "🙂", "\0", "- - -", '""', "."])
@pytest.mark.parametrize("page", ["article_list", "annotations:claims"])
def test_a_question_without_a_word_finds_nothing_and_says_so(client, make_user, page, question):
    story.make_article()
    client.force_login(make_user("editor"))
    assert client.get(reverse(page), {"q": question}).status_code == 200


@pytest.mark.django_db
def test_a_page_address_that_somebody_made_up_is_refused(client, make_user):
    client.force_login(make_user("editor"))
    for cursor in ("WzAsIngiLCJ5Il0", "WzAsIjIwMjYtMDEtMDEiLCJ4Il0", "W10", "x"):
        assert client.get(reverse("article_list"), {"cursor": cursor}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("back", [NO_ADDRESS, "x", "aaa", "//evil.example/", "javascript:alert(1)"])
def test_a_next_page_that_is_none_leads_nowhere_else(client, make_user, back):
    claim = story.mark(make_user("editor"), story.make_article())
    assert client.get(reverse("account_login"), {"next": back}).status_code == 200
    client.force_login(make_user("reviewer"))
    answer = client.post(
        reverse("annotations:declare_conflict", args=[claim.claimant_id]), {"has_conflict": "no", "next": back}
    )
    assert answer.status_code == 302
    verdict = story.in_review(make_user("editor"))
    release = client.post(reverse("publishing:decide", args=[verdict.pk, "release"]), {"next": back})
    assert release.status_code == 302
    assert not answer["Location"].startswith(("http", "javascript", "//"))


@pytest.mark.django_db
def test_an_import_of_what_is_no_address_is_refused_with_a_reason(client, make_user):
    client.force_login(make_user("editor"))
    page = client.post(reverse("import_start"), {"import-urls": NO_ADDRESS, "import-text": ""}, follow=True)
    assert page.status_code == 422
    assert "not a web address" in page.content.decode()


@pytest.mark.django_db
def test_what_is_no_address_is_refused_wherever_one_is_typed(make_user):
    editor, admin = make_user("editor"), make_user(("admin", "editor", "publisher"))
    claim = story.mark(editor, story.make_article())
    check = story.published(editor, make_user("reviewer")).claim.fact_check
    outside = {"person": editor, "claim_id": claim.pk, "stance": "refutes", "now": story.NOW}
    typed = {
        "evidence": lambda: add_evidence(outside=OutsideSource(url=NO_ADDRESS), **outside),
        "archive": lambda: add_evidence(
            outside=OutsideSource(url="https://example.org/", archived_url=NO_ADDRESS), **outside
        ),
        "desk": lambda: update_desk(person=admin, corrections_url=NO_ADDRESS),
        "claimant": lambda: create_claimant(person=editor, given=ClaimantInput(name="Bo", same_as=[NO_ADDRESS])),
        "webhook": lambda: create_endpoint(person=admin, url=NO_ADDRESS, now=story.NOW),
        "canonical": lambda: set_canonical_url(person=admin, fact_check_id=check.pk, url=NO_ADDRESS, now=story.NOW),
        "receipt": lambda: record_receipt(
            person=admin, fact_check_id=check.pk, version=1, cms_url=NO_ADDRESS, status="live", now=story.NOW
        ),
    }
    for act in typed.values():
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.status == 422
    with pytest.raises(InvalidUrl) as pointed:
        typed["desk"]()
    assert pointed.value.errors[0]["pointer"] == "/corrections_url"


def steps_of(act: Callable[[], Any]) -> int:
    """How many functions the act calls, Python's own included. A counter written in Python takes half as long again."""
    profile = cProfile.Profile()
    profile.runcall(act)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("unit", ["[", "![", "*a_", "[x ", "[a](", "> ", "a\n", "\\", "[E1]("])
def test_a_rationale_is_rendered_in_linear_time_or_refused(unit):
    """59,000 `[` took 33 s. Four times the text may cost about four times the steps, counted and not timed."""

    def cost(characters: int) -> int:
        paragraph = (unit * (390 // sum(c in "[*_<>!&\\\n" for c in unit)))[:1_900]
        text = "\n\n".join([paragraph] * (characters // len(paragraph)))
        assert rationale.find_excess(text) == ""
        rationale._parse.cache_clear()
        return steps_of(lambda: rationale.render_html(text, [1]))

    assert rationale.find_excess(unit * 20_000)
    assert rationale.render_html(unit * 20_000, [1])
    assert cost(16_000) < 5 * cost(4_000)


@pytest.mark.django_db
def test_a_rationale_that_cannot_be_read_cheaply_is_not_saved(make_user):
    editor = make_user("editor")
    verdict = story.draft(editor)
    with pytest.raises(InvalidInput, match="Divide it"):
        save_verdict(person=editor, verdict_id=verdict.pk, rationale="[" * 59_000, now=story.NOW)


@pytest.mark.django_db
def test_a_form_of_more_than_a_megabyte_is_refused_before_it_is_read(client, make_user):
    editor = make_user("editor")
    client.force_login(editor)
    address = reverse("annotations:claim_comments", args=[story.mark(editor, story.make_article()).pk])
    page = client.post(address, {"body": "x" * (configured.FORM_MAX_BYTES + 1)})
    assert page.status_code == 413
    assert client.post(reverse("import_start"), {"import-text": "x" * 2_000_000}).status_code != 413


@pytest.mark.django_db
def test_desk_pages_are_kept_by_no_cache(client, make_user):
    public = reverse("publishing:fact_checks")
    assert "no-store" not in client.get(public).get("Cache-Control", "")
    client.force_login(make_user("editor"))
    for page in ("board:desk", "article_list", "annotations:claims", "publishing:review_queue", "profile"):
        assert "no-store" in client.get(reverse(page))["Cache-Control"]
    assert "no-store" not in client.get("/api/v1/").get("Cache-Control", "")


@pytest.mark.parametrize(("peer", "is_believed"), [("172.28.57.2", True), ("203.0.113.9", False)])
def test_forwarded_headers_count_from_our_proxy_alone(settings, peer, is_believed):
    settings.TRUSTED_PROXIES = ["172.28.57.2"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", headers={"X-Forwarded-Proto": "https", "Forwarded": "proto=https"})
    request.META["REMOTE_ADDR"] = peer
    ForwardedHeadersMiddleware(lambda given: given)(request)  # type: ignore[arg-type, return-value]
    assert request.is_secure() is is_believed


def test_a_tls_proxy_that_nobody_believes_is_found_at_the_start(settings):
    settings.BEHIND_TLS_PROXY, settings.TRUSTED_PROXIES = True, []
    assert "factcheck.E008" in {found.id for found in run_checks()}


def test_compose_publishes_the_proxy_alone_and_the_desk_believes_its_address():
    compose = yaml.safe_load((Path(configured.BASE_DIR) / "docker-compose.yml").read_text())
    services = compose["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    address = services["proxy"]["networks"]["edge"]["ipv4_address"]
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == address


@pytest.mark.parametrize("name", ["SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"])
def test_hsts_speaks_for_other_hosts_only_by_setting(name):
    assert getattr(configured, name) is False
