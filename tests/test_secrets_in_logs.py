"""A whole session is played with real secrets, and no line of any log holds one of them."""

import io
import logging
import re
from collections.abc import Iterator
from logging.config import DictConfigurator
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services import create_token
from core.http import RequestIdLogFilter
from core.log import logging_config
from publishing.webhooks.endpoints import create_endpoint
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "a long and lovely password"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says from INFO on, as the configured handler writes it."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    config = logging_config("INFO")
    handler.setFormatter(DictConfigurator(config).configure_formatter(config["formatters"]["json"]))
    handler.addFilter(RequestIdLogFilter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_log_holds_a_secret_of_a_whole_session(log, make_user):
    secrets = [PASSWORD, NEW_PASSWORD]
    admin = make_user("admin", email="ada@desk.example")
    browser, stranger = Client(raise_request_exception=False), Client(raise_request_exception=False)
    browser.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})

    browser.post(reverse("people"), {"email": "new@desk.example", "name": "Nia", "roles": ["editor"]})
    invitation = re.search(r"/invitations/([^/\s]+)/", str(mail.outbox[-1].body))
    assert invitation
    secrets.append(invitation[1])
    stranger.get(invitation[0])
    stranger.post(invitation[0], {"name": "Nia", "password": "short"})
    stranger.post(invitation[0], {"name": "Nia", "password": NEW_PASSWORD})
    stranger.get(invitation[0])  # 410: Django logs the path
    stranger.get(invitation[0].rstrip("/") + "x/")  # 404

    lost = Client(raise_request_exception=False)
    lost.post(reverse("account_reset_password"), {"email": admin.email})
    reset = re.search(r"http://testserver(/accounts/password/reset/key/[^/\s-]+-([^/\s]+)/)", str(mail.outbox[-1].body))
    assert reset
    secrets.append(reset[2])
    lost.get(reset[1])
    lost.post(reset[1])
    lost.put(reset[1])

    _, token = create_token(creator=admin, user=admin, name="T", scopes=("feed:read",), now=timezone.now())
    secrets.append(token)
    for query in ("token", "key", "secret"):
        stranger.get(f"/api/v1/changes?{query}={token}")
        stranger.get(f"/nothing-here/?{query}={quote(token)}")
    stranger.get("/api/v1/changes", headers={"Authorization": f"Bearer {token}"})
    stranger.post("/api/v1/claims", {}, "application/json", headers={"Authorization": f"Bearer {token}"})
    Client(enforce_csrf_checks=True).post(f"/accounts/login/?token={token}", {"password": PASSWORD})

    endpoint = create_endpoint(person=admin, url="https://example.org/hook", now=timezone.now())
    secrets.append(endpoint.secret)
    browser.post(reverse("publishing:webhook_rotate", args=[endpoint.endpoint.pk]))
    stranger.get(f"/nothing-here/{endpoint.secret}")

    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.get(reverse("mfa_activate_totp"))
    totp = browser.session["mfa.totp.secret"]
    browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
    secrets.append(totp)
    secrets += [client.cookies["sessionid"].value for client in (browser, stranger) if "sessionid" in client.cookies]

    said = log.getvalue()
    assert said.count("\n") > 15, "hardly anything was logged"
    assert "/invitations/-/" in said
    assert [secret for secret in secrets if secret in said or quote(secret) in said] == []
