"""Lookup by address: by index, whatever the number of published checks."""

import pytest
from django.db import connection

from publishing.models import FactCheck
from publishing.services.lookup import _at

pytestmark = pytest.mark.django_db


def test_an_address_is_found_by_index() -> None:
    asked = FactCheck.objects.filter(_at({"https://news.example/a"}, ["0198c4a2-6f6e-7c31-9d1e-1f2a3b4c5d6e"]))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = asked.order_by().explain()
    assert "fact_check_appearances" in plan
    assert "fact_check_canonical" in plan
    assert "Seq Scan" not in plan
