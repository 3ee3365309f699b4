"""Querysets that are composed once give the rows of the queryset, with constants in the SQL and values as parameters."""

import pytest
from django.db import connection
from django.db.models import Q

from articles.models import Source
from core.database.composed import SOME_ID, SOME_TEXT, Composed, inline_constants

pytestmark = pytest.mark.django_db

HOSTILE = ["it's 100 %", "%s", "%%s", "a \\ b", 'say "so"', "$1", "; DROP", "é€\N{GRINNING FACE}"]


@pytest.mark.parametrize("constant", HOSTILE)
def test_constants_are_written_as_they_are(constant):
    for name in (*HOSTILE, "other"):
        Source.objects.create(name=name)
    composed = Composed(lambda name: Source.objects.filter(Q(name=constant) | Q(name=name)).order_by("name"), SOME_TEXT)
    for other in ("other", *HOSTILE):
        assert {one.name for one in composed.rows(other)} == {constant, other}
        assert {one.name for one in composed.rows("nobody")} == {constant}


def test_a_value_is_a_parameter_in_a_list_too():
    sql, left = inline_constants(
        "a = %s AND b = ANY(%s) AND c = ANY(%s) AND d LIKE '%%x'", [1, [SOME_ID], ["x"]], {SOME_ID}
    )
    assert left == ([SOME_ID],)
    assert sql.startswith("a = 1 AND b = ANY(%s) AND c = ANY(")
    assert sql.endswith("AND d LIKE '%%x'")


def test_postgres_prepares_what_was_composed():
    source = Source.objects.create(name="Town paper", language="en")
    composed = Composed(lambda name: Source.objects.filter(name=name, language__in=["en", "tlh"]), SOME_TEXT)
    assert [composed.rows("Town paper") for _ in range(4)] == [[source]] * 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s", ["%'tlh'%"])
        assert cursor.fetchall() == [(True,)]


def test_a_list_of_ids_stands_for_one_in_a_list():
    sources = [Source.objects.create(name=f"Paper {number}") for number in range(3)]
    composed = Composed(lambda ids: Source.objects.filter(pk__any_of=[ids]).order_by("name"), SOME_ID)
    for chosen in (sources, sources[1:], sources[:1], []):
        assert composed.rows([one.pk for one in chosen]) == chosen
