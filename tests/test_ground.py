"""The ground of the tests themselves: the app's role, the reset of the database, the closed network."""

import socket

import psycopg
import pytest
import pytest_socket
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from core.database.grants import append_only_tables


def _current_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_tests_run_as_the_apps_role_which_owns_no_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = %s)",
            [_current_role()],
        )
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db
def test_the_apps_role_may_only_read_and_add_to_every_append_only_table():
    tables = [model._meta for model in apps.get_models() if model._meta.db_table in append_only_tables()]
    assert len(tables) >= 5
    for meta in tables:
        update = f"UPDATE {meta.db_table} SET {meta.pk.column} = {meta.pk.column}"
        for statement in (update, f"DELETE FROM {meta.db_table}", f"TRUNCATE {meta.db_table} CASCADE"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE accounts_user CASCADE",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "DROP TABLE accounts_user CASCADE",
        "CREATE TABLE mine (id int)",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
    ],
)
def test_the_apps_role_cannot_get_around_the_guards(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)


class TestReset:
    """Two tests that would fail, in whatever order, if the first one's committed row stayed."""

    @pytest.mark.parametrize("turn", [1, 2])
    @pytest.mark.django_db(transaction=True)
    def test_a_transactional_test_finds_the_database_as_migrated(self, turn, make_user):
        from accounts.models import User

        assert not User.objects.exists()
        make_user()
        assert User.objects.count() == 1

    @pytest.mark.django_db
    def test_rows_of_migrations_are_there(self):
        assert ContentType.objects.filter(app_label="accounts", model="user").exists()


def test_the_owner_sees_committed_rows(owner_db: psycopg.Connection, make_user):
    make_user()
    assert owner_db.execute("SELECT count(*) FROM accounts_user").fetchone() == (1,)


def test_no_test_reaches_another_machine():
    with socket.socket() as outside, pytest.raises(pytest_socket.SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))
