"""Answers that are kept while the database does not change: when they are, and when they must not be."""

from collections.abc import Callable

import pytest
from django.db import transaction
from psycopg.types.json import Jsonb

from accounts.audit import acting
from articles.models import Source
from core.database import kept
from core.database.kept import kept_or_made

pytestmark = pytest.mark.django_db(transaction=True)


def write() -> None:
    with acting(None):
        Source.objects.create(name=f"Paper {Source.objects.count()}")


class Counted:
    """Makes an answer and counts how often."""

    def __init__(self, while_making: Callable[[], object] = lambda: None) -> None:
        self.times, self.while_making = 0, while_making

    def __call__(self) -> int:
        self.times += 1
        self.while_making()
        return self.times


def ask_until_kept(key: object, make: Counted) -> int:
    """Return the answer that was given twice and made once. A write of another test process ends what is kept."""
    for _ in range(500):
        before = kept_or_made(key, make)
        if kept_or_made(key, make) == before:
            return before
    raise AssertionError(f"never kept: {key}")


def test_an_answer_is_kept_until_anything_is_written():
    keys: tuple[object, ...] = ("a name", ("q", 1), ("q", [1, [2]]), ["q", ("x", [])])
    for key in keys:
        make = Counted()
        old = ask_until_kept(key, make)
        write()
        assert kept_or_made(key, make) > old, key


def test_an_answer_may_stand_for_some_seconds_whatever_is_written(monkeypatch):
    make = Counted(while_making=write)
    clock = [1_000.0]
    monkeypatch.setattr(kept, "monotonic", lambda: clock[0])
    ask = lambda: kept_or_made("slow", make, seconds_of=lambda answer: 30 if answer < 3 else 0)  # noqa: E731 - short
    assert ask() == 1
    write()
    clock[0] += 29
    assert ask() == 1
    clock[0] += 2
    assert ask() == 2
    clock[0] += 31
    assert [ask(), ask()] == [3, 4]


def test_keys_that_differ_in_a_list_have_answers_of_their_own():
    assert kept_or_made(("q", [1]), lambda: "one") == "one"
    assert kept_or_made(("q", [2]), lambda: "two") == "two"
    assert kept_or_made(("q", (1,)), lambda: "a tuple") == "a tuple"


def test_a_key_that_cannot_be_compared_is_answered_and_not_kept():
    make = Counted()
    assert [kept_or_made(("q", Jsonb({"a": 1})), make) for _ in range(2)] == [1, 2]
    assert [kept_or_made(("q", {"a": 1}), make) for _ in range(2)] == [3, 4]


def test_an_answer_that_was_overtaken_by_a_write_is_not_kept():
    make = Counted(while_making=write)
    assert [kept_or_made("overtaken", make) for _ in range(2)] == [1, 2]


def test_nothing_is_kept_inside_a_transaction():
    make = Counted()
    with transaction.atomic():
        assert [kept_or_made("inside", make) for _ in range(2)] == [1, 2]


def test_the_oldest_answers_leave():
    for number in range(kept._MOST + 1):
        ask_until_kept(f"answer {number}", Counted())
    assert len(kept._kept) == kept._MOST
    assert "answer 0" not in kept._kept
    assert f"answer {kept._MOST}" in kept._kept
