"""The feed under parallel writers: nothing is skipped, every reader ends in the source's state."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.services import create_token
from tests.publishing.churn import ACTIONS, Churn

# The writers call services, which enqueue nothing: only readers number, so rows wait while others overtake them.
pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]
logger = logging.getLogger(__name__)


def prove(make_user: Callable[..., Any], wanted: int) -> None:
    editor, reviewer = make_user("editor"), make_user("reviewer")
    _, token = create_token(
        creator=reviewer, user=reviewer, name="CMS", scopes=["feed:read"], now=timezone.now(), rate=10_000
    )
    churn = Churn(editor, reviewer, token, wanted)
    churn.run()
    churn.check()
    assert min(churn.desk.done[name] for name in (*ACTIONS, "publish")) > 0
    logger.warning(churn.story())


def test_readers_end_in_the_sources_state_after_some_hundred(make_user):
    prove(make_user, 400)


@pytest.mark.soak
def test_readers_end_in_the_sources_state_after_ten_thousand(make_user):
    prove(make_user, 10_000)
