"""What random sequences are made of: the desk that they share, and the steps that people try."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NamedTuple

from django.db import connections
from hypothesis import strategies as st

from annotations.workflow import CORRECTION_KINDS, STATUSES
from tests.annotations import story
from tests.annotations.workflow_sql import FORBIDDEN, PRELUDES, TEMPTING

ROLES: list[tuple[str, ...]] = [
    ("editor",), ("editor", "reviewer"), ("reviewer",), ("reviewer", "publisher"), ("admin", "reviewer"),
]  # fmt: skip
AT_ONCE = 3
SOURCES = 12
"""Articles that evidence comes from, made once; each has other words."""


PEOPLE = st.integers(0, len(ROLES) - 1)
OTHERS = st.integers(1, len(ROLES) - 1)
TAKEN_BACK = ("suspend", "retract", "restore", "remove")
KINDS = st.sampled_from(CORRECTION_KINDS)


class Step(NamedTuple):
    """One attempt of one person. `options` are drawn beforehand, so that a sequence can be replayed."""

    name: str
    who: int
    options: dict[str, Any]


def step(name: str, **options: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.just(name), PEOPLE, st.fixed_dictionaries(options))


STEPS = st.one_of(
    step("save", rating=st.sampled_from(["False", "True", "Misleading"]), is_open=st.booleans()),
    step("submit"),
    step("approve", is_open=st.booleans()),
    step("publish", is_later=st.booleans()),
    step("correct", kind=KINDS),
    step("request_changes"),
    step("withdraw", action=st.sampled_from(TAKEN_BACK), is_override=st.booleans()),
    step("link", source=st.integers(0, SOURCES - 1)),
    step("unlink"),
    step("declare", has_conflict=st.booleans()),
    step("end_embargo"),
    step("tempt", sql=st.sampled_from(TEMPTING), status=st.sampled_from(STATUSES), is_open=st.booleans()),
    step("attack", sql=st.sampled_from(FORBIDDEN), prelude=st.sampled_from(PRELUDES)),
)


class Desk:
    """Shared by all sequences: the people, articles to link, threads that keep a connection each."""

    def __init__(self, make_user: Any) -> None:
        self.people = [make_user(roles) for roles in ROLES]
        self.said = story.make_article()
        words = [f"It cost {40 + number} million, the office writes." for number in range(SOURCES)]
        self.sources = [
            (story.make_article((f"Town report {number}", text)), text) for number, text in enumerate(words)
        ]
        self.audit = story.make_article(story.AUDIT)
        self.ratings = {label: story.rating(label) for label in ("False", "True", "Misleading")}
        self.pool = ThreadPoolExecutor(AT_ONCE)

    def at_once(self, calls: list[Callable[[], Any]]) -> list[Any]:
        barrier = Barrier(len(calls))

        def run(call: Callable[[], Any]) -> Any:
            barrier.wait(timeout=60)
            return call()

        return list(self.pool.map(run, calls, timeout=60))

    def close(self) -> None:
        self.at_once([connections.close_all] * AT_ONCE)
        self.pool.shutdown()
