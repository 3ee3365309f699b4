"""Generated requests over the whole published document: never a 5xx, and every answer as declared.

schemathesis makes the requests, valid and broken ones; the client of these tests sends them and checks the answers.
"""

import json
import os
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from annotations.models import FactCheck
from factcheck.api.views.meta import openapi
from tests.annotations import story
from tests.api.client import ROOT, check_conforms

pytestmark = [pytest.mark.django_db, pytest.mark.load]
EXAMPLES = 150 if os.environ.get("FACTCHECK_SOAK") else 8
_FOUND: Any = schemathesis.openapi.from_dict(openapi()).get_all_operations()
OPERATIONS = {found.ok().label: found.ok() for found in _FOUND}


@pytest.fixture
def caller(connect, make_user, editor, reviewer):
    """A desk with one of everything, and a client with a token of every role and scope."""
    story.published(editor, reviewer)
    story.in_review(editor)
    return connect(make_user(("editor", "reviewer", "publisher", "admin")))


@pytest.fixture
def known(caller):
    """Ids that exist: most generated requests should get further than 404."""
    check = FactCheck.objects.select_related("verdict", "claim").get()
    appearance, evidence = check.claim.appearances.get(), check.claim.evidence.get()
    found = {
        "claim_id": check.claim_id, "verdict_id": check.verdict_id, "fact_check_id": check.pk,
        "article_id": appearance.passage.article_id, "appearance_id": appearance.pk, "evidence_id": evidence.pk,
        "claimant_id": check.claim.claimant_id,
    }  # fmt: skip
    return {name: str(value) for name, value in found.items()}


@pytest.mark.parametrize("label", OPERATIONS)
def test_generated_requests_get_declared_answers(label, caller, known):
    operation = OPERATIONS[label]
    modes = st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    wanted = modes.flatmap(lambda mode: operation.as_strategy(mode))

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=wanted, uses_known=st.booleans())
    def send_all(case: Any, uses_known: bool) -> None:
        _send(caller, case, known if uses_known else {})

    send_all()


def _send(caller: Any, case: Any, known: dict[str, str]) -> None:
    path = case.operation.path
    for name, value in {**(case.path_parameters or {}), **known}.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    headers = {name: _header(value) for name, value in (case.headers or {}).items()}
    headers["Authorization"] = f"Bearer {caller.token}"
    if case.operation.method in {"patch", "delete", "post"}:
        headers.setdefault("If-Match", "*")
    data, content_type = _body(case)
    query = urlencode(case.query or {}, doseq=True, errors="surrogatepass")
    address = f"{path}?{query}"
    response = caller.client.generic(case.method, address, data, content_type, headers=headers)
    assert response.status_code < 500, f"{case.method} {address}: {response.content!r} for {data!r}"
    if path.startswith(ROOT) and path.count("//") == 0:
        check_conforms(case.method.lower(), path, response)


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
