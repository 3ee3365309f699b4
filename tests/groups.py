"""Tests that stay together on one process of pytest-xdist, by their files; every other test goes where there is room.

xdist's own marks (`xdist_group`) change the ids of tests, and since pytest 9.2 that has no effect: three browsers ran at once,
and each process collected the static files and started servers of its own.
"""

import re

from xdist.scheduler import LoadScopeScheduling

_GROUPS = (
    # Two lanes of about the same length (310 s of a core on a machine at work, 2026-12-01): two browsers run at most.
    ("browser-parts", r"tests/e2e/(js/|reader/|test_(finder|lists|styleguide))"),
    ("browser-stories", r"tests/e2e/"),
    # Starting servers wants the whole machine.
    ("private-servers", r"tests/(local/|events/test_events)"),
    # They are collected and compressed once.
    ("collected-files", r"tests/design/test_static"),
)


def group_of(test_id: str) -> str:
    """Return the name of the test's group, or its own id where it has none."""
    return next((name for name, pattern in _GROUPS if re.match(pattern, test_id)), test_id)


class GroupScheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
