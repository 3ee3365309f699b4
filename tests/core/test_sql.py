import time

import psycopg
import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from annotations.models import Appearance
from articles.models import WordCount
from core.database.sql import PLANS_KEPT, new_values, pipelined, prepared
from tests.databases import owner_connection


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


def ask_beside(query: str, value: object) -> str:
    """Ask by another connection of the app."""
    own = settings.DATABASES["default"]
    places = {"host": own["HOST"], "port": own["PORT"], "user": own["USER"], "password": own["PASSWORD"]}
    with psycopg.connect(dbname=own["NAME"], **places) as other:
        row = other.execute(query.encode(), [value]).fetchone()
    assert row is not None
    return str(row[0])


def transaction_of(pid: int) -> str:
    """Return what the server says of the connection: "idle" while nothing of a transaction has reached it."""
    return ask_beside("SELECT state FROM pg_stat_activity WHERE pid = %s", pid)


@pytest.mark.django_db(transaction=True)
def test_queries_of_a_pipeline_travel_together_with_their_begin() -> None:
    with prepared() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with transaction.atomic(), pipelined(), prepared() as cursor:
        cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'one', 1)")
        cursor.execute("SELECT 1")
        assert transaction_of(pid) == "idle"
        assert cursor.fetchone() == (1,)
        assert transaction_of(pid) == "idle in transaction"
    assert transaction_of(pid) == "idle"
    assert WordCount.objects.filter(lexeme="one").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_fetched", [True, False])
def test_a_failed_query_of_a_pipeline_undoes_all_and_leaves_a_connection_that_works(is_fetched: bool) -> None:
    def fail() -> None:
        with transaction.atomic(), pipelined(), prepared() as cursor:
            cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'two', 1)")
            cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', NULL, 1)")
            cursor.execute("SELECT 1")
            if is_fetched:
                cursor.fetchone()

    for _ in range(3):
        with pytest.raises(IntegrityError):
            fail()
        assert not WordCount.objects.filter(lexeme="two").exists()
        assert connection.connection.info.transaction_status == TransactionStatus.IDLE


@pytest.mark.django_db(transaction=True)
def test_an_error_of_ours_in_a_pipeline_undoes_what_was_asked_before() -> None:
    def fail() -> None:
        with transaction.atomic(), pipelined(), prepared() as cursor:
            cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'three', 1)")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not WordCount.objects.filter(lexeme="three").exists()
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE


@pytest.mark.django_db(transaction=True)
def test_answers_larger_than_any_buffer_come_whole() -> None:
    with transaction.atomic(), pipelined(), prepared() as first, prepared() as second:
        first.execute("SELECT repeat('a', 3000000), %s", ["b" * 3_000_000])
        second.execute("SELECT %s", ["c" * 3_000_000])
        assert [len(value) for value in (*first.fetchone(), *second.fetchone())] == [3_000_000] * 3


@pytest.mark.django_db(transaction=True)
def test_a_pipeline_whose_server_ended_the_connection_says_so_and_leaves_no_pipeline_behind() -> None:
    def lose() -> None:
        with transaction.atomic(), pipelined(), prepared() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [pid] = cursor.fetchone()
            cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'four', 1)")
            assert ask_beside("SELECT pg_terminate_backend(%s, 5000)", pid) == "True"
            cursor.execute("SELECT 1")
            cursor.fetchone()

    with pytest.raises(OperationalError):
        lose()
    connection.close()
    with transaction.atomic(), pipelined(), prepared() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert not WordCount.objects.filter(lexeme="four").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_fetched", [True, False])
def test_a_query_of_a_pipeline_that_takes_too_long_leaves_a_connection_that_works(is_fetched: bool) -> None:
    def wait_long() -> None:
        with transaction.atomic(), pipelined(), prepared() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'five', 1)")
            cursor.execute("SELECT pg_sleep(60)")
            if is_fetched:
                cursor.fetchone()

    with pytest.raises(OperationalError, match="statement timeout"):
        wait_long()
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    assert not WordCount.objects.filter(lexeme="five").exists()


@pytest.mark.django_db(transaction=True)
def test_after_a_refusal_within_a_savepoint_a_pipeline_goes_on() -> None:
    def fail() -> None:
        with transaction.atomic(), prepared() as cursor:
            cursor.execute(
                "INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', NULL, 1) RETURNING texts"
            )
            cursor.fetchone()

    with transaction.atomic(), pipelined(), prepared() as cursor:
        cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'before', 1)")
        with pytest.raises(IntegrityError):
            fail()
        cursor.execute("INSERT INTO articles_wordcount (corpus, lexeme, texts) VALUES ('x', 'after', 1)")
    assert set(WordCount.objects.values_list("lexeme", flat=True)) == {"before", "after"}


@pytest.mark.django_db
def test_what_was_planned_for_an_empty_table_is_planned_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with owner_connection() as owner:
        owner.execute("VACUUM ANALYZE articles_wordcount")
    with prepared() as cursor:
        cursor.execute("PREPARE one_word(text) AS SELECT * FROM articles_wordcount WHERE corpus = 'a' AND lexeme = $1")
    assert "Seq Scan" in plan_of_one_word()
    WordCount.objects.bulk_create(WordCount(corpus="a", lexeme=f"word {number}", texts=1) for number in range(2000))
    assert "Seq Scan" in plan_of_one_word()
    later = time.monotonic() + PLANS_KEPT
    monkeypatch.setattr("core.database.sql.monotonic", lambda: later)
    assert "Seq Scan" not in plan_of_one_word()


def plan_of_one_word() -> str:
    with prepared() as cursor:
        cursor.execute("EXPLAIN EXECUTE one_word('word 1')")
        return "\n".join(row[0] for row in cursor.fetchall())
