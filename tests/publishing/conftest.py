from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from publishing.tasks import post
from publishing.webhooks.deliveries import Result, deliver, lease_due
from publishing.webhooks.endpoints import Made, create_endpoint
from tests.publishing.receiver import Receiver


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.FETCH_ALLOWED_HOSTS = ["localhost"]
    with closing(Receiver()) as running:
        yield running


@pytest.fixture
def editor(make_user):
    return make_user("editor")


@pytest.fixture
def admin(make_user):
    return make_user("admin", name="Ada Admin", email="ada@desk.example")


@pytest.fixture
def endpoint(admin, receiver) -> Made:
    return create_endpoint(person=admin, url=receiver.url, now=timezone.now())


class Clock:
    """The time, as tests set it; close to the real one, because the reference library refuses old messages."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **pause: float) -> None:
        self.now += timedelta(**pause)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def send(clock) -> Callable[[Any], Result | None]:
    """One attempt at a delivery, over a real socket; None when it is not its turn."""

    def attempt(delivery: Any) -> Result | None:
        turns = [turn for turn in lease_due(now=clock()) if turn.delivery_id == delivery.pk]
        return deliver(turn=turns[0], send=post, clock=clock) if turns else None

    return attempt
