"""The trail's indexes: each event writes all of them."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_heads_of_streams_have_one_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'accounts_auditstream'")
        assert cursor.fetchall() == [("accounts_auditstream_pkey",)]
