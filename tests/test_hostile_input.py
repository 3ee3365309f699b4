"""No page and no form answers 500, whatever is sent to it.

Each view is watched for the names that it reads from the query or the form; then every hostile value is tried in every one of
them. Objects are real (`Desk` of the permission matrix), the person holds every role. `make soak` tries all values everywhere;
otherwise every second page and every seventh form get one value for each name, so that all values are tried on some page.
"""

import itertools
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from tests.test_permission_matrix import SHARES, Desk, routes, scopes_of

HOSTILE = (
    "\0", "!!!", "🙂", "http://[zz]/", "https://example.org:99999999/", "-1", "٣", "9" * 40, "NaN", "1e999", "' OR 1=1 --", "%",
    "\u202e\ufeff", "[" * 20_000, "9999-99-99T99:99", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "{}", "[1]",
    '[0,"x",null]', "W1wwLCJ4Il0", "a" * 300, "../../etc/passwd", "0", "true", "javascript:alert(1)",
)  # fmt: skip
NOT_IMPLEMENTED = 501  # oEmbed says so of a format that a provider does not give
IS_SOAK = bool(os.environ.get("FACTCHECK_SOAK"))
SHARE = int(os.environ.get("HOSTILE_VALUES", len(HOSTILE) if IS_SOAK else 1))
# In CI: all forms with one value each take three minutes of one core, all pages almost one.
PAGE_SAMPLE = 1 if IS_SOAK else 2
FORM_SAMPLE = 7
_LATER_FORM = re.compile(r"-(?:[2-9]|\d{2,})-")
# What other fields of the form hold meanwhile, so that the view comes as far as the one that is tried.
PLAUSIBLE = {
    "url": "https://example.org/a", "cms_url": "https://example.org/a", "archived_url": "https://example.org/b",
    "stance": "refutes",
    "email": "new@desk.example", "name": "Town paper", "state": "selected", "kind": "update", "exact": "cost 40 million euros",
    "quote": "cost 40 million euros", "accessed_at": "2026-02-27", "said_at": "2026-02-27", "mode": "reported", "start": "0",
    "end": "20", "policy": "warn", "language": "en", "status": "live", "verified": "on", "role": "editor", "every_minutes": "30",
}  # fmt: skip


@contextmanager
def names_read(into: set[str]) -> Iterator[None]:
    """Note every name that is looked up in a query or a form."""
    lookups = ("__getitem__", "get", "getlist", "__contains__")
    with pytest.MonkeyPatch.context() as patch:
        for lookup in lookups:
            original = getattr(MultiValueDict, lookup, None) or getattr(dict, lookup)

            def noted(self: Any, key: Any, *rest: Any, original: Any = original) -> Any:
                # Of many forms in one the first are tried: a hostile count of them would ask for thousands of names.
                if isinstance(key, str) and not _LATER_FORM.search(key):
                    into.add(key)
                return original(self, key, *rest)

            patch.setattr(MultiValueDict, lookup, noted, raising=False)
        yield


def answer_of(desk: Desk, method: str, address: str, data: dict[str, str]) -> int:
    """The status; all that a POST wrote is taken back."""
    client = desk.browser("C")
    if method == "GET":
        return client.get(address, data).status_code
    with transaction.atomic():
        status = client.post(address, data).status_code
        transaction.set_rollback(True)
    return status


def trials(desk: Desk, method: str, address: str, turn: Iterator[str]) -> Iterator[tuple[str, str, int]]:
    """(name, value, status) for every name that the view turns out to read, also the ones that it reads later."""
    names: set[str] = set()
    tried: dict[str, int] = defaultdict(int)
    with names_read(names):
        yield "", "", answer_of(desk, method, address, {})
        while waiting := sorted(name for name in names if tried[name] < SHARE and not name.startswith("csrf")):
            for name in waiting:
                tried[name] += 1
                value = next(turn)
                others = (
                    {other: PLAUSIBLE.get(other.rpartition("-")[2], "x") for other in names} if method == "POST" else {}
                )
                yield name, value, answer_of(desk, method, address, others | {name: value})


# In parts, so that several test processes share the work.
@pytest.mark.load
@pytest.mark.django_db
@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_that_is_asked_makes_a_page_fail(make_user, share):
    assert_no_failure(make_user, "GET", pages()[::PAGE_SAMPLE][share::SHARES], share)


@pytest.mark.load
@pytest.mark.django_db
def test_nothing_that_is_sent_makes_a_form_fail(make_user):
    assert_no_failure(make_user, "POST", pages()[::FORM_SAMPLE], 0)


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_that_is_sent_makes_any_form_fail(make_user, share):
    assert_no_failure(make_user, "POST", pages()[share::SHARES], share)


def pages() -> list[Any]:
    return [route for route in routes() if not route[0].startswith("api:") and scopes_of(route[2]) is None]


def assert_no_failure(make_user: Any, method: str, tried: list[Any], share: int) -> None:
    # Each part begins with another value: together they try all of them on every kind of page.
    first = share * len(HOSTILE) // SHARES
    desk, wrong, turn = Desk(make_user), [], itertools.cycle((*HOSTILE[first:], *HOSTILE[:first]))
    count = 0
    for row, name, _, takes, more in tried:
        for field, value, status in trials(desk, method, desk.address(name, takes, more), turn):
            count += 1
            if status >= 500 and status != NOT_IMPLEMENTED:
                wrong.append(f"{method} {row} {field}={value[:40]!r}: {status}")
    assert count > len(tried), "hardly anything was tried"
    assert not wrong, "\n".join(wrong)
