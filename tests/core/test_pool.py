"""Pooled connections: one that the server ended is replaced, one that stands is not asked."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection as django_connection
from django.db.backends.base.base import NO_DB_ALIAS
from psycopg_pool import ConnectionPool

from core.database.pool import check_if_open
from factcheck.settings import _database
from tests.databases import owner_connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def pooled() -> Iterator[ConnectionPool]:
    params: dict[str, Any] = django_connection.get_connection_params()
    kept = {name: params[name] for name in ("host", "port", "user", "password", "dbname") if params.get(name)}
    with ConnectionPool(kwargs={**kept, "autocommit": True}, min_size=1, max_size=1, check=check_if_open) as pool:
        yield pool


def end(pid: int) -> None:
    with owner_connection() as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_connection_that_the_server_ended_is_replaced(pooled: ConnectionPool) -> None:
    with pooled.connection() as connection:
        ended = connection.info.backend_pid
    end(ended)
    with pooled.connection() as connection:
        assert connection.info.backend_pid != ended
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_that_stands_is_not_asked(pooled: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(ConnectionPool, "check_connection", staticmethod(asked.append))
    with pooled.connection() as connection:
        first = connection.info.backend_pid
    with pooled.connection() as connection:
        assert connection.info.backend_pid == first
    assert asked == []


def test_the_check_refuses_an_ended_connection(pooled: ConnectionPool) -> None:
    with pooled.connection() as connection:
        end(connection.info.backend_pid)
        with pytest.raises(psycopg.OperationalError):
            check_if_open(connection)


def test_the_web_servers_pool_checks_so() -> None:
    made = _database("postgres://someone@127.0.0.1/desk", pooled=True)
    assert made["OPTIONS"]["pool"]["check"] is check_if_open


def test_the_last_used_connection_is_given_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"min_size": 1, "max_size": 3, "timeout": 10}
    monkeypatch.setitem(django_connection.settings_dict["OPTIONS"], "pool", options)
    django: Any = django_connection.copy("pooled")
    try:
        django.pool.open()
        first, second, third = (django.pool.getconn() for _ in range(3))
        for one in (second, third, first):
            django.pool.putconn(one)
        assert [django.pool.getconn() for _ in range(3)] == [first, third, second]
        for one in (first, second, third):
            django.pool.putconn(one)
    finally:
        django.close_pool()


def test_a_connection_to_the_server_alone_has_no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django opens one for a moment, to make or drop a database: a pool of its own would stay open, and hold that back."""
    monkeypatch.setitem(django_connection.settings_dict["OPTIONS"], "pool", {"min_size": 1, "max_size": 1})
    django: Any = django_connection.copy(NO_DB_ALIAS)
    assert django.pool is None
