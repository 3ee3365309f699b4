"""Calls from browsers of other sites: each token names its origins; a preflight is answered without a token."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import create_token, revoke_token
from tests.api.client import Api

pytestmark = pytest.mark.django_db
PLUGIN, OTHER = "chrome-extension://abcdefghijklmnop", "https://evil.example"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def made(editor):
    return create_token(
        creator=editor,
        user=editor,
        name="Plug-in",
        scopes=["feed:read"],
        allowed_origins=[PLUGIN, "https://CMS.example.com/"],
        now=timezone.now(),
    )


def preflight(origin: str) -> Any:
    return Client().options("/api/v1/lookup", headers={"Origin": origin, **ASKS})


def test_a_preflight_is_answered_without_a_token(made):
    for origin in (PLUGIN, "https://cms.example.com"):
        answer = preflight(origin)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, origin)
        assert "POST" in answer["Access-Control-Allow-Methods"]
        assert "Authorization" in answer["Access-Control-Allow-Headers"]
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer


def test_an_origin_that_no_usable_token_names_gets_no_permission(made, editor):
    assert "Access-Control-Allow-Origin" not in preflight(OTHER)
    revoke_token(person=editor, token=made[0], now=timezone.now())
    answer = preflight(PLUGIN)
    assert answer.status_code == 204
    assert "Access-Control-Allow-Origin" not in answer
    assert "Origin" in answer["Vary"]


def test_only_the_origins_of_its_own_token_may_read_the_answer(made, editor):
    plugin = Api(made[1])
    answer = plugin.post("lookup", {"text": "It rained."}, headers={"Origin": PLUGIN})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, PLUGIN)
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Origin" not in plugin.get("lookup?text=Rain", headers={"Origin": OTHER})
    assert "Access-Control-Allow-Origin" not in plugin.get("lookup?text=Rain")
    _, without = create_token(creator=editor, user=editor, name="CMS", scopes=["feed:read"], now=timezone.now())
    answer = Api(without).get("lookup?text=Rain", headers={"Origin": PLUGIN})
    assert "Access-Control-Allow-Origin" not in answer
    assert "Origin" in answer["Vary"]


def test_a_plugin_may_read_that_its_token_is_refused(made):
    answer = Api("fct_unknown").get("lookup?text=Rain", headers={"Origin": PLUGIN})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (401, PLUGIN)
    answer = Api("fct_unknown").get("lookup?text=Rain", headers={"Origin": OTHER})
    assert "Access-Control-Allow-Origin" not in answer


def test_a_session_is_never_shared_with_another_site(made, editor):
    client = Client()
    client.force_login(editor)
    answer = client.get("/api/v1/lookup?text=Rain", headers={"Origin": PLUGIN})
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer
