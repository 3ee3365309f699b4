"""Who reads, and what: an editor who is logged in, and an article."""

import pytest

from tests.annotations import story


@pytest.fixture
def editor(make_user, client):
    person = make_user("editor")
    client.force_login(person)
    return person


@pytest.fixture
def article():
    return story.make_article()
