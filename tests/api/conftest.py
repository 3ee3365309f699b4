from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.audit import via
from accounts.scopes import SCOPES
from accounts.services import create_token
from tests.annotations import story
from tests.api.client import Api


@pytest.fixture(autouse=True)
def _via():
    """Undo how a request's changes came in: the test client runs them in this thread."""
    reset = via.set("session")
    yield
    via.reset(reset)


@pytest.fixture
def connect() -> Callable[..., Api]:
    """`connect(person, "claims:read", ...)`: a client with a token of these scopes, all of them by default."""

    def make(person: Any, *scopes: str, creator: Any = None) -> Api:
        _, plaintext = create_token(
            creator=creator or person, user=person, name="CMS", scopes=scopes or tuple(SCOPES), now=timezone.now()
        )
        return Api(plaintext)

    return make


@pytest.fixture
def editor(make_user):
    return make_user("editor", name="Mira")


@pytest.fixture
def reviewer(make_user):
    return make_user("reviewer", name="Jonas")


@pytest.fixture
def api(connect, editor) -> Api:
    """The editor's client."""
    client: Api = connect(editor)
    return client


@pytest.fixture
def review(connect, reviewer) -> Api:
    """The reviewer's client."""
    client: Api = connect(reviewer)
    return client


@pytest.fixture
def article(db):
    return story.make_article()


@pytest.fixture
def audit(db):
    return story.make_article(story.AUDIT)
