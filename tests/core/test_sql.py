import pytest
from django.db import IntegrityError, transaction

from annotations.models import Appearance
from core.database.sql import new_values, pipelined, prepared


def test_values_of_a_new_row_have_every_column_and_defaults_of_their_own() -> None:
    first, second = new_values(Appearance, mode="direct"), new_values(Appearance, mode="direct")
    assert set(first) == {field.column for field in Appearance._meta.concrete_fields}
    assert first["mode"] == "direct"
    assert first["id"] != second["id"]


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="claim"):
        new_values(Appearance, claim=1)


@pytest.mark.django_db
def test_a_pipeline_within_another_waits_for_no_answer() -> None:
    reached = []

    def fail_late() -> None:
        with transaction.atomic(), pipelined():
            with pipelined(), prepared() as cursor:
                cursor.execute("INSERT INTO auth_group (name) VALUES (NULL)")
            reached.append("after the inner block")

    with pytest.raises(IntegrityError):
        fail_late()
    assert reached == ["after the inner block"]
