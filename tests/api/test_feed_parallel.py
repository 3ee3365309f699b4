"""Parallel writers that commit out of order, and readers that crash and resume: nothing is skipped, all end equal."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotations.models import FactCheck
from annotations.services.publication import set_canonical_url
from annotations.services.verdicts import restore_verdict, retract_verdict, suspend_verdict
from factcheck.errors import DomainError
from tests.annotations import story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.load]
WRITERS, READERS, CHECKS = 8, 3, 12
CHANGES = 10_000 if os.environ.get("FACTCHECK_SOAK") else 1_000


def test_readers_end_in_the_sources_state(connect, editor, make_user):
    # One person alone may withdraw and restore, so every step is done at once.
    boss = make_user(("reviewer", "admin"))
    checks = [(FactCheck.objects.get(verdict=story.published(editor, boss)).pk) for _ in range(CHECKS)]
    api, is_over = connect(boss), Event()
    api_token_may_ask_often()
    with ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(_read, api, is_over, seed) for seed in range(READERS)]
        writers = [pool.submit(_write, boss, checks, CHANGES // WRITERS, seed) for seed in range(WRITERS)]
        try:
            done = sum(writer.result() for writer in writers)
        finally:
            is_over.set()
        states = [reader.result() for reader in readers]
    truth = {str(check.pk): check.etag if check.state == "published" else None for check in FactCheck.objects.all()}
    assert done == CHANGES // WRITERS * WRITERS
    assert [state for state, _ in states] == [truth] * READERS
    assert sum(resumed for _, resumed in states) > 0


def api_token_may_ask_often() -> None:
    from accounts.models import ApiToken

    ApiToken.objects.update(rate_per_minute=10_000)


def _write(person: Any, checks: list[UUID], count: int, seed: int) -> int:
    """`count` changes, each held back for a random time between its writes and its commit."""
    dice, done = random.Random(seed), 0
    try:
        while done < count:
            check = FactCheck.objects.get(pk=dice.choice(checks))
            try:
                with transaction.atomic():
                    _change(person, check, dice, f"https://localhost/{seed}/{done}")
                    time.sleep(dice.random() * 0.01)
            except DomainError:
                continue  # another writer moved it first: nothing was changed
            done += 1
    finally:
        connection.close()
    return done


def _change(person: Any, check: FactCheck, dice: random.Random, url: str) -> None:
    told: dict[str, Any] = {"person": person, "verdict_id": check.verdict_id, "reason": "Doubts", "now": timezone.now()}
    if check.state in {"suspended", "retracted"}:
        restore_verdict(**told)
    elif dice.random() < 0.2:
        suspend_verdict(**told)
    elif dice.random() < 0.1:
        retract_verdict(**told)
    else:
        set_canonical_url(person=person, fact_check_id=check.pk, url=url, now=timezone.now())


def _read(api: Any, is_over: Event, seed: int) -> tuple[dict[str, str | None], int]:
    """Follow the feed; now and then forget what was read since the last save, as a crash would."""
    dice = random.Random(seed)
    state: dict[str, str | None] = {}
    place, resumed = "changes?limit=5", 0
    saved = (dict(state), place)
    try:
        while True:
            was_over = is_over.is_set()
            page = api.get(place).json()
            for item in page["items"]:
                state[item["id"]] = item["data"]["etag"] if item["state"] == "updated" else None
            place = page["next"]
            if was_over and not page["has_more"]:
                return state, resumed
            if dice.random() < 0.1:
                state, place, resumed = dict(saved[0]), saved[1], resumed + 1
            elif dice.random() < 0.3:
                saved = (dict(state), place)
            time.sleep(dice.random() * 0.02)
    finally:
        connection.close()
