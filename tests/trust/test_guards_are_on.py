"""`check --database default` names a guard that somebody with the owner's rights switched off or dropped."""

import runpy
from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from core.database.guards import loose_guards
from factcheck.celery import refuse_unsafe_database
from factcheck.events.__main__ import main as run_events
from tests import databases


@pytest.fixture
def owner_at_work(db: None) -> Iterator[psycopg.Connection]:
    """The owner, whose changes others see until the end of the test."""
    with databases.owner_connection() as owner:
        yield owner
        owner.execute("ALTER TABLE annotations_transitionrule ENABLE TRIGGER keep_rows")


def test_a_guard_that_was_switched_off_is_named(owner_at_work: psycopg.Connection):
    assert loose_guards(connection) == []
    owner_at_work.execute("ALTER TABLE annotations_transitionrule DISABLE TRIGGER keep_rows")
    assert loose_guards(connection) == ["keep_rows on annotations_transitionrule is switched off"]
    with pytest.raises(SystemCheckError, match="keep_rows on annotations_transitionrule"):
        call_command("check", databases=["default"])


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        (refuse_unsafe_database, SystemExit),
        (partial(runpy.run_module, "factcheck.wsgi"), ImproperlyConfigured),
        (partial(run_events, []), ImproperlyConfigured),
    ],
    ids=["worker", "web", "events"],
)
def test_nothing_starts_while_a_guard_is_off(
    owner_at_work: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    start: Callable[[], object],
    refusal: type[BaseException],
):
    monkeypatch.setenv("DATABASE_POOL", "0")  # what the events process sets for itself
    owner_at_work.execute("ALTER TABLE annotations_transitionrule DISABLE TRIGGER keep_rows")
    with pytest.raises(
        refusal, match="Not started, because the guard keep_rows on annotations_transitionrule is switched"
    ):
        start()


@pytest.mark.django_db
def test_the_site_starts_while_all_are_on():
    assert callable(runpy.run_module("factcheck.wsgi")["application"])


def test_a_guard_that_was_dropped_is_named(owner_at_work: psycopg.Connection):
    [(definition,)] = owner_at_work.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'keep_rows'"
        " AND tgrelid = 'annotations_transitionrule'::regclass"
    ).fetchall()
    owner_at_work.execute("DROP TRIGGER keep_rows ON annotations_transitionrule")
    try:
        assert loose_guards(connection) == ["keep_rows on annotations_transitionrule is missing"]
    finally:
        owner_at_work.execute(definition.encode())
