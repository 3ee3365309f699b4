"""The rules of the whole API, tried on a few of its resources."""

import gc
import html
import json
import re
import weakref
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.utils import timezone

from accounts.models import ApiToken, IdempotencyKey
from annotations.models import Claim, Comment
from api.idempotency import ABANDONED
from api.problems import WHAT_TO_DO, known_problems
from tests.annotations import story
from tests.api.client import Api

pytestmark = pytest.mark.django_db
NUL, DEEP = b'{"statement": "\\u0000"}', b"[" * 100_000


def target(article, exact="cost 40 million euros"):
    return {"source": str(article.pk), "selector": [{"type": "TextQuoteSelector", "exact": exact}]}


def test_nobody_is_401_with_the_scheme(db):
    response = Api().get("claims")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="factcheck"'
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith("/problems/not-authenticated")


def test_a_token_without_the_scope_is_403(connect, editor):
    response = connect(editor, "articles:read").get("claims")
    assert response.status_code == 403
    assert response.json()["type"].endswith("/problems/scope-missing")
    assert response["WWW-Authenticate"] == ('Bearer realm="factcheck", error="insufficient_scope", scope="claims:read"')


def test_a_problem_type_is_a_page_that_anybody_may_open(client, db):
    kind = Api().get("claims").json()["type"]
    assert kind == "/problems/not-authenticated"
    assert "Who you are is not known" in client.get(kind).content.decode()
    assert client.get("/problems/quote-ambiguous").status_code == 200
    assert client.get("/problems/no-such-problem").status_code == 404


def test_an_unknown_query_parameter_is_400(api):
    response = api.get("claims?colour=red")
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "?colour"
    assert api.get("claims?limit=1&limit=2").status_code == 400
    assert api.get("claims?q=%00").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "limit=1001",
        "limit=0000999",
        "limit=" + "9" * 5000,
        "cursor=abc",
        "cursor=" + "A" * 50,
        "article=7",
        "state=odd",
        "limit=１",
    ],
)
def test_a_bad_parameter_is_400(api, query):
    assert api.get(f"claims?{query}").status_code == 400


def test_a_forged_cursor_is_400_before_the_database_sees_it_fail(api, editor, article):
    from api import cursors

    forged = cursors.encode("next", ["not a time", "not an id"])
    assert api.get(f"claims?cursor={forged}").status_code == 400
    assert api.get(f"claims?cursor={cursors.encode('next', ['x'])}").status_code == 400
    assert api.get("claims?cursor=W1tdLCJ4IiwieSJd").status_code == 400  # [[], "x", "y"]
    assert api.get(f"claims?cursor={cursors.encode('next', ['5', str(article.pk)])}").status_code == 400


def test_an_unknown_field_is_422_and_names_it(api, article):
    response = api.post("claims", {"target": target(article), "colour": "red"})
    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"pointer": "/colour", "code": "unknown-field", "detail": response.json()["errors"][0]["detail"]}
    ]
    inner = {**target(article), "colour": "red"}
    assert api.post("claims", {"target": inner}).json()["errors"][0]["pointer"] == "/target/colour"


def test_at_most_fifty_errors_are_listed(api):
    errors = api.post("claims", {f"colour{number}": 1 for number in range(2_000)}).json()["errors"]
    assert len(errors) == 50
    many = api.post("imports", {"articles": [{"colour": "red"}] * 4_000})
    assert (many.status_code, len(many.json()["errors"])) == (422, 50)
    assert many.json()["errors"][49]["pointer"] == "/articles/49/colour"
    assert len(many.content) < 20_000


def test_a_body_is_bounded_by_its_address(api):
    body = {f"colour{number}": 1 for number in range(20_000)}
    refused = api.post("claimants", body)
    assert refused.status_code == 413
    assert "256 KB" in refused.json()["detail"]
    assert len(api.post("imports", body).json()["errors"]) == 50
    too_many = api.post("imports", {"articles": [{}] * 50_000}).json()["errors"]
    assert [error["pointer"] for error in too_many] == ["/articles"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (DEEP, 400),
        (b'{"a":' * 40_000, 400),
        (b'{"statement": NaN}', 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (NUL, 422),
        (b'{"statement": "\\ud800"}', 422),
        (b'{"statement": 7}', 422),
        (b'{"statement": "' + b"x" * 2_001 + b'"}', 422),
        (b"[" + b" " * (12 * 1024 * 1024) + b"]", 413),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_stored(api, body, status):
    response = api.post("claims", body)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert not Claim.objects.exists()


def test_another_content_type_is_415(api):
    assert api.post("claims", b"a=b", content_type="application/x-www-form-urlencoded").status_code == 415
    assert api.post("claims", b"{}", content_type="text/plain").status_code == 415


def test_another_method_is_405_and_says_which(api):
    response = api("delete", "claims")
    assert response.status_code == 405
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_an_address_that_is_none_is_a_problem_document(api):
    ids = "claims/0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"
    for path in ("nothing", "claims/", "claims/7", ids, "/api/v1/", "/api/v1", "a%0Ab"):
        response = api.get(path)
        assert response.status_code == 404, path
        assert response["Content-Type"] == "application/problem+json"


def test_lists_page_forth_and_back(api, editor, article):
    for _ in range(5):
        story.mark(editor, article, now=timezone.now())
    first = api.get("claims?limit=2").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    ids = [claim["id"] for claim in (*first["results"], *second["results"], *third["results"])]
    assert ids == [str(pk) for pk in Claim.objects.order_by("-created_at", "-pk").values_list("pk", flat=True)]
    assert (first["previous"], third["next"]) == (None, None)
    back = api.get(third["previous"]).json()
    assert back["results"] == second["results"]
    assert api.get(back["previous"]).json()["results"] == first["results"]
    assert api.get(back["previous"]).json()["previous"] is None


def test_reads_carry_a_strong_etag_and_answer_304(api, editor, article):
    claim = story.mark(editor, article)
    for path in ("claims", f"claims/{claim.pk}", "claimants", "rating-scales", "openapi.json"):
        tag = api.get(path)["ETag"]
        assert tag.startswith('"'), path
        again = api.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert api.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_what_is_embedded_changes_the_etag_and_does_not_stop_a_write(api, editor, article):
    claim = story.mark(editor, article)
    tag = api.get(f"claims/{claim.pk}")["ETag"]
    api.patch(f"claimants/{claim.claimant_id}", {"role": "Mayor"}, match=None)
    assert api.get(f"claims/{claim.pk}")["ETag"] != tag
    assert api.patch(f"claims/{claim.pk}", {"statement": "Other"}, match=tag).status_code == 200


def test_the_same_post_twice_does_its_work_once(api, article):
    headers = {"Idempotency-Key": "one"}
    body = {"target": target(article)}
    first = api.post("claims", body, headers=headers)
    again = api.post("claims", body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert Claim.objects.count() == 1
    other = api.post("claims", {"target": target(article, "on Friday")}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("/problems/idempotency-key-reused")


def test_a_quoted_and_a_bare_key_are_one(api, article):
    body = {"target": target(article)}
    first = api.post("claims", body, headers={"Idempotency-Key": '"three \\"times\\""'})
    again = api.post("claims", body, headers={"Idempotency-Key": 'three "times"'})
    assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")


def test_a_refusal_is_repeated_too_and_a_running_post_is_409(api, editor, article):
    headers = {"Idempotency-Key": "two"}
    first = api.post("claims", {"target": target(article, "not there")}, headers=headers)
    assert first.json() == api.post("claims", {"target": target(article, "not there")}, headers=headers).json()
    IdempotencyKey.objects.update(status=None)
    running = api.post("claims", {"target": target(article, "not there")}, headers=headers)
    assert running.status_code == 409
    assert running.json()["type"].endswith("/problems/still-running")


def test_a_process_that_dies_before_its_answer_is_stored_has_done_nothing(api, editor, article, monkeypatch):
    headers, path = {"Idempotency-Key": "three"}, f"claims/{story.mark(editor, article).pk}/comments"
    with monkeypatch.context() as patch:
        patch.setattr(IdempotencyKey, "save", die_when_it_is_changed)
        with pytest.raises(_Killed):
            api.post(path, {"body": "Once."}, headers=headers)
    # In this moment it may be alive.
    assert api.post(path, {"body": "Once."}, headers=headers).status_code == 409
    IdempotencyKey.objects.update(created_at=timezone.now() - 2 * ABANDONED)
    answers = [api.post(path, {"body": "Once."}, headers=headers) for _ in range(2)]
    assert [(one.status_code, one.content) for one in answers] == [(201, answers[0].content)] * 2
    assert Comment.objects.count() == 1


class _Killed(BaseException):
    """Nobody catches it, as nobody catches a SIGKILL."""


def die_when_it_is_changed(self, **options):
    if "update_fields" in options:
        raise _Killed
    super(IdempotencyKey, self).save(**options)


def test_too_many_requests_are_429_with_retry_after(api):
    ApiToken.objects.update(rate_per_minute=1)
    statuses = [api.get("claims") for _ in range(3)]
    refused = statuses[-1]
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Remaining"] == "0"
    assert refused["RateLimit-Policy"] == '"token";q=1;w=60'
    assert re.fullmatch(r'"token";r=0;t=\d\d?', refused["RateLimit"])


def test_times_are_utc_with_z(api, editor, article):
    claim = story.mark(editor, article)
    document = api.get(f"claims/{claim.pk}").json()
    assert document["created_at"] == "2026-03-01T09:00:00Z"
    assert document["appearances"][0]["said_at"] == "2026-02-27"


def test_the_openapi_document_and_the_docs_page_are_public(client, db):
    document = Api().get("openapi.json").json()
    assert document["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "/api/v1/claims/{claim_id}/evidence" in page.content.decode()
    assert "<script>" not in page.content.decode()
    assert "style=" not in page.content.decode()


def test_who_opens_the_api_finds_how_to_begin(client, db):
    assert client.get("/api/v1/docs").headers["Location"] == "/api/v1/docs/"
    page = client.get("/api/v1/docs/").content.decode()
    assert f"{settings.SITE_URL}/api/v1/" in page
    assert "Authorization: Bearer" in page
    assert 'href="/api/v1/docs/integrating.md"' in page
    for address in ("/api/v1", "/api/v1/", "/api/v1/nothing"):
        assert "/api/v1/docs/" in client.get(address).json()["detail"]
    shapes = set(re.findall(r'<a href="#(\w+)"', page.partition("api-layout")[2]))
    assert "Claim" in shapes
    assert [name for name in shapes if f'id="{name}"' not in page] == []
    refused = client.get("/api/v1/changes").json()
    assert "Authorization: Bearer" in refused["detail"]
    assert "Settings > Tokens" in refused["detail"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("integrating.md", "# Integrating a CMS"),
        ("finding.md", "# "),
        ("formats.md", "# "),
        ("examples/follow_feed.py", "FACTCHECK_TOKEN"),
        ("examples/verify_webhook.php", "<?php"),
    ],
)
def test_the_guide_and_its_examples_are_served_as_plain_text(client, db, name, words):
    answer = client.get(f"/api/v1/docs/{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["architecture.md", "../manage.py", "examples/../../manage.py", "examples", "nothing.md"]
)
def test_no_other_file_is_served(client, db, name):
    assert client.get(f"/api/v1/docs/{name}").status_code == 404


def test_options_tells_the_methods(api):
    response = api("options", "claims")
    assert (response.status_code, response["Allow"]) == (204, "GET, POST, HEAD, OPTIONS")


def test_a_session_works_with_a_csrf_token(client, editor, article):
    client.force_login(editor)
    assert client.get("/api/v1/claims").status_code == 200
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    body = json.dumps({"target": target(article)})
    assert strict.post("/api/v1/claims", body, content_type="application/json").status_code == 403


@pytest.mark.parametrize("method", ["BREW", "PERSON", "HANDLE_EXCEPTION", "INITIAL", "OPTIONS"])
def test_an_unknown_address_is_404_by_any_method(client, db, method):
    answer = client.generic(method, "/api/v1/nothing/here")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_key_that_is_taken_back_at_this_moment_is_still_running(api, monkeypatch):
    def take(**_fields):
        raise IntegrityError  # the first request holds the key, fails and takes it back before we read it

    monkeypatch.setattr(IdempotencyKey.objects, "create", take)
    answer = api.post("claimants", {"name": "Ada Example"}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/still-running")


@pytest.mark.parametrize(("path", "status"), [("/api/v1/claims", 200), ("/api/v1/claims?colour=red", 400)])
def test_a_sent_answer_leaves_memory_without_a_collection(api, path, status):
    request = RequestFactory().get(path, headers={"Authorization": f"Bearer {api.token}"})
    handler = ClientHandler()
    gc.disable()
    try:
        answer: Any = handler(request.environ)
        assert (answer.status_code, bool(answer.content)) == (status, True)
        answer.close()
        gone = weakref.ref(answer)
        del answer
        assert gone() is None
    finally:
        gc.enable()


def test_the_reference_shows_a_request_of_each_operation(client, db):
    page = html.unescape(client.get("/api/v1/docs/").content.decode())
    requests = re.findall(r'id="request-(\w+)"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert len(requests) == page.count('class="api-about"') > 80
    made = dict(requests)
    assert made["approveVerdict"].splitlines()[0] == "curl -X POST \\"
    assert "If-Match" in made["approveVerdict"]
    assert "Authorization" in made["approveVerdict"]
    assert "-F file=" in made["createImport"] or "-d @body.json" in made["createImport"]
    assert "`" not in page.partition("<main")[2]


def test_the_page_of_every_problem_says_what_to_do(client, db):
    for code, (status, _title) in known_problems().items():
        page = client.get(f"/problems/{code}").content.decode()
        assert ("What to do:" in page) == (status in WHAT_TO_DO), code
    assert {status for status, _title in known_problems().values()} - set(WHAT_TO_DO) <= {405, 406}


def test_a_member_that_stands_twice_is_refused(api, editor, article):
    path = f"claims/{story.mark(editor, article).pk}"
    before = api.get(path)["ETag"]
    for body in (b'{"topics": ["a"], "topics": ["b"]}', b'{"claimant": {"name": "Ada", "name": "Bea"}}'):
        refused = api.patch(path, body)
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/malformed-json")
    assert api.get(path)["ETag"] == before
    assert api.patch(path, b'{"topics": ["a"], "topics": ["a"]}').status_code == 200
