"""A database that refuses for a while is a 503 that names the cause."""

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from api.problems import handle


@pytest.mark.django_db(transaction=True)
def test_a_lock_timeout_says_that_it_is_one(make_user):
    person = make_user("editor")
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    lock = "SELECT 1 FROM accounts_user WHERE id = %s FOR UPDATE"
    with psycopg.connect(**parameters) as other:
        other.execute(lock, [person.pk])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10ms'")
            with pytest.raises(OperationalError) as refused:
                cursor.execute(lock, [person.pk])
            transaction.set_rollback(True)
    answer = handle(refused.value, {})
    assert (answer.status_code, answer.data["type"].rsplit("/")[-1], answer["Retry-After"]) == (503, "busy", "5")
    assert "Another person or job" in answer.data["detail"]


def test_any_other_cause_is_a_database_that_does_not_answer():
    answer = handle(OperationalError("the connection is lost"), {})
    assert (answer.status_code, answer.data["type"].rsplit("/")[-1]) == (503, "unavailable")
