"""The trail's indexes: each event writes all of them."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def indexes_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
        return {name for (name,) in cursor.fetchall()}


def test_the_heads_of_streams_have_one_index() -> None:
    assert indexes_of("accounts_auditstream") == {"accounts_auditstream_pkey"}


def test_an_event_writes_three_indexes() -> None:
    assert indexes_of("accounts_auditevent") == {
        "accounts_auditevent_pkey",
        "audit_event_stream_seq",
        "audit_event_object",
    }
