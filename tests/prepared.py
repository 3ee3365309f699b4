"""A database beside the worker's own that already holds a published check, for tests that begin with one.

To publish takes 140 queries: a seventh of a second of a core in each test. A test with the fixture `published` runs in the
prepared database and is rolled back there. The first editor and the first reviewer that it makes are those of the check.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from tests import databases

if TYPE_CHECKING:
    from accounts.models import User
    from annotations.models import Verdict

ALIASES = ("default", "owner")


class Check:
    """The prepared check, and of its people those that the running test has not asked for yet."""

    def __init__(self, editor: UUID, reviewer: UUID, verdict: UUID) -> None:
        self.people = {"editor": editor, "reviewer": reviewer}
        self._verdict = verdict

    def verdict(self) -> "Verdict":
        from annotations.models import Verdict

        return Verdict.objects.get(pk=self._verdict)

    def take_person(self, roles: tuple[str, ...], fields: dict[str, Any]) -> "User | None":
        """Return the prepared editor or reviewer, once each, with the name and the roles that the test wants."""
        from accounts.audit import acting
        from accounts.models import User
        from tests.people import add_roles

        role = next((role for role in roles if role in self.people), None)
        if role is None or set(fields) - {"name"}:
            return None
        person = User.objects.get(pk=self.people.pop(role))
        if fields or len(roles) > 1:
            with acting(None):
                person.name = fields.get("name", person.name)
                person.save(update_fields=["name"])
                add_roles(person, roles)
        return person


current: Check | None = None


class PreparedDatabase:
    """A clone of the template in which a check was published, and the connections to it."""

    def __init__(self, template: str) -> None:
        self.name = f"{databases.own_name()}_published"
        self._connections = {
            alias: type(connections[alias])({**connections[alias].settings_dict, "NAME": self.name}, alias)
            for alias in ALIASES
        }
        databases.drop_named(self.name)  # a killed run's
        databases.clone(template, self.name)
        with self._standing_in():
            self._keys = _publish()

    @contextmanager
    def check(self) -> Iterator[Check]:
        """Let a test run here."""
        global current
        with self._standing_in():
            current = check = Check(*self._keys)
            try:
                yield check
            finally:
                current = None

    @contextmanager
    def _standing_in(self) -> Iterator[None]:
        own = {alias: connections[alias] for alias in ALIASES}
        with pytest.MonkeyPatch.context() as patch:
            for alias in ALIASES:
                patch.setitem(settings.DATABASES[alias], "NAME", self.name)
                connections[alias] = self._connections[alias]
            try:
                yield
            finally:
                for alias in ALIASES:
                    connections[alias] = own[alias]

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        databases.drop_named(self.name)


def _publish() -> tuple[UUID, UUID, UUID]:
    from tests.annotations import story
    from tests.people import add_person

    editor = add_person(("editor",), name="Editor 1", email="prepared.editor@desk.example")
    reviewer = add_person(("reviewer",), name="Reviewer 2", email="prepared.reviewer@desk.example")
    return editor.pk, reviewer.pk, story.published(editor, reviewer).pk
