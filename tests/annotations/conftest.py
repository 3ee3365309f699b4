"""An editor and an article, for all tests of marks, claims and verdicts."""

from collections.abc import Callable

import pytest

from accounts.models import User
from articles.models import Article
from tests.annotations import story


@pytest.fixture
def editor(make_user: Callable[..., User]) -> User:
    return make_user("editor")


@pytest.fixture
def article(db: None) -> Article:
    return story.make_article()
