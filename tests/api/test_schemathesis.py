"""Generated requests over the whole published document: never a 5xx, and every answer as declared.

schemathesis makes the requests, valid and broken ones; the client of these tests sends them with a token of each role and
with none, and checks the answers.
"""

import json
import os
from collections import Counter
from functools import cache, partial
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import ApiToken
from annotations.services.discussion import add_comment
from api.views.meta import openapi
from articles.services.runs import IncomingFile, start_import
from publishing.events import EVENTS, TEST_EVENT
from publishing.exports.runs import start_export
from publishing.models import FactCheck
from publishing.webhooks.endpoints import create_endpoint
from publishing.webhooks.outbox import payload
from publishing.webhooks.replays import send_test
from tests.annotations import story
from tests.api.client import ROOT, Api, check_conforms, validator

pytestmark = [pytest.mark.django_db, pytest.mark.load]
# For each operation: small in CI, where the six callers together make some 1,500 requests.
EXAMPLES = 40 if os.environ.get("FACTCHECK_SOAK") else 3
ROLES = ("editor", "reviewer", "publisher", "admin")
CALLERS: dict[str, tuple[str, ...]] = {role: (role,) for role in ROLES} | {"all": ROLES, "nobody": ()}


@cache
def strategies() -> list[Any]:
    """Return what draws the requests of each operation.

    Imported and built here: every test process collects this module, and only those that run it shall pay (2 s each).
    """
    import schemathesis
    from schemathesis import GenerationMode

    found: Any = schemathesis.openapi.from_dict(openapi()).get_all_operations()
    modes = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    return [modes.flatmap(partial(_strategy_of, one.ok())) for one in found]


def _strategy_of(operation: Any, mode: Any) -> Any:
    return operation.as_strategy(mode)


@pytest.fixture
def known(make_user, editor, reviewer):
    """A desk with one of everything, and its ids: most generated requests should get further than 404."""
    admin = make_user("admin")
    story.published(editor, reviewer)
    story.in_review(editor)
    check = FactCheck.objects.select_related("verdict", "claim").get()
    appearance, evidence = check.claim.appearances.get(), check.claim.evidence.get()
    endpoint = create_endpoint(person=admin, url="https://cms.example.org/hook", now=story.NOW).endpoint
    files = [IncomingFile("a.txt", b"A\n\nText")]
    found = {
        "claim_id": check.claim_id, "verdict_id": check.verdict_id, "fact_check_id": check.pk,
        "article_id": appearance.passage.article_id, "appearance_id": appearance.pk, "evidence_id": evidence.pk,
        "claimant_id": check.claim.claimant_id, "number": 1, "endpoint_id": endpoint.pk,
        "delivery_id": send_test(person=admin, endpoint_id=endpoint.pk, now=story.NOW).pk,
        "export_id": start_export(person=admin, kind="csv", given={}, now=story.NOW).pk,
        "import_id": start_import(person=editor, files=files, now=story.NOW).pk,
        "comment_id": add_comment(person=editor, claim_id=check.claim_id, body="Which year?", now=story.NOW).pk,
    }  # fmt: skip
    return {name: str(value) for name, value in found.items()}


def test_generated_requests_get_declared_answers(known, connect, make_user, tmp_path, monkeypatch):
    """Each request as everybody: drawing it takes five times as long as sending it (2026-11-30)."""
    monkeypatch.setattr(django_settings, "MEDIA_ROOT", tmp_path)
    callers = {name: connect(make_user(roles)) if roles else Api() for name, roles in CALLERS.items()}
    ApiToken.objects.update(rate_per_minute=1_000_000)
    answered: dict[str, Counter[str]] = {name: Counter() for name in callers}
    for strategy in strategies():
        _try_out(strategy, callers, known, answered)
    # Nobody gets the few public documents alone, and only where chance names one that is there.
    # A publisher may do the fewest of all: read, publish and withdraw.
    for name, counts in answered.items():
        assert counts["2xx"] > (len(strategies()) / 3 if CALLERS[name] else 0), (name, counts)


def _try_out(strategy: Any, callers: dict[str, Api], known: dict[str, str], answered: dict[str, Counter[str]]) -> None:
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy, uses_known=st.booleans())
    def send_all(case: Any, uses_known: bool) -> None:
        for name, caller in callers.items():
            with transaction.atomic():  # what one request changes is not what the next one meets
                point = transaction.savepoint_create()
                answered[name][f"{_send(name, caller, case, known if uses_known else {}) // 100}xx"] += 1
                transaction.savepoint_rollback(point)

    send_all()


@pytest.mark.parametrize("event", [*EVENTS, TEST_EVENT])
def test_what_webhooks_send_is_declared(event):
    declared = openapi()["webhooks"][event]["post"]["requestBody"]["content"]["application/json"]["schema"]
    whole = event.startswith(("fact_check", "article"))
    body = payload(
        event, at=story.NOW, object_id=uuid4(), url="https://desk.example.org/api/v1/x", version=2 * whole,
        seq=7 if whole else None, etag="0" * 64 if whole else "",
    )  # fmt: skip
    assert list(validator(json.dumps(declared)).iter_errors(json.loads(body))) == []


def _send(name: str, caller: Any, case: Any, known: dict[str, str]) -> int:
    path = case.operation.path
    for name, value in {**(case.path_parameters or {}), **known}.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    headers = {name: _header(value) for name, value in (case.headers or {}).items()}
    if caller.token:
        headers["Authorization"] = f"Bearer {caller.token}"
    if case.operation.method in {"patch", "delete", "post"}:
        headers.setdefault("If-Match", "*")
    data, content_type = _body(case)
    query = urlencode(case.query or {}, doseq=True, errors="surrogatepass")
    address = f"{path}?{query}"
    response = caller.client.generic(case.method, address, data, content_type, headers=headers)
    assert response.status_code < 500, f"{name}: {case.method} {address}: {response.content!r} for {data!r}"
    if path.startswith(ROOT) and path.count("//") == 0:
        check_conforms(case.method.lower(), path, response)
    return int(response.status_code)


def _header(value: Any) -> str:
    return str(value).encode("latin-1", "replace").decode("latin-1").replace("\r", " ").replace("\n", " ")


def _body(case: Any) -> tuple[bytes, str]:
    if type(case.body).__name__ == "NotSet":
        return b"", "application/json"
    if case.media_type == "multipart/form-data":
        return b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nA\n\nText\r\n--x--\r\n', (
            "multipart/form-data; boundary=x"
        )
    if isinstance(case.body, bytes):
        return case.body, "application/json"
    return json.dumps(case.body).encode(), "application/json"
