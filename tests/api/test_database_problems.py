"""A database that refuses for a while is a 503 that names the cause."""

from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from api.problems import handle


@pytest.fixture
def lock_timeout(transactional_db: None, make_user: Any) -> OperationalError:
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
    return refused.value


def test_a_lock_timeout_says_that_it_is_one(lock_timeout):
    answer = handle(lock_timeout, {})
    assert (answer.status_code, answer.data["type"].rsplit("/")[-1], answer["Retry-After"]) == (503, "busy", "5")
    assert "Another person or job" in answer.data["detail"]


def test_a_page_says_that_a_lock_timeout_is_one(lock_timeout, client, make_user, monkeypatch):
    client.force_login(make_user("editor", email="other@desk.example"))

    def refuse(**_arguments: Any) -> None:
        raise lock_timeout

    monkeypatch.setattr("accounts.views.profile.update_profile", refuse)
    form = {"name": "Vera", "time_zone": "UTC", "notify_by": "none"}
    page = client.post("/profile/", form)
    assert page.status_code == 503
    assert "Another person or job is changing the same thing" in page.content.decode()
    notice = client.post("/profile/", form, headers={"HX-Request": "true"})
    assert (notice.status_code, "Another person or job" in notice["HX-Trigger"]) == (503, True)


def test_any_other_cause_is_a_database_that_does_not_answer():
    answer = handle(OperationalError("the connection is lost"), {})
    assert (answer.status_code, answer.data["type"].rsplit("/")[-1]) == (503, "unavailable")
