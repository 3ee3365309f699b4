"""A desk with a published check, and SQL as the app's role, the owner or a superuser."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests import databases


@pytest.fixture
def temp_granted(db: None) -> Iterator[None]:
    """Give the app's role the right that every recipe takes away: guards must hold without it being refused."""
    role = sql.Identifier(settings.DATABASES["default"]["USER"])
    name = sql.Identifier(settings.DATABASES["default"]["NAME"])
    with databases.owner_connection() as owner:
        owner.execute(sql.SQL("GRANT TEMP ON DATABASE {} TO {}").format(name, role))
        yield
        owner.execute(sql.SQL("REVOKE TEMP ON DATABASE {} FROM {}").format(name, role))


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection]:
    """The owner beside the test's open transaction, for what needs no committed rows."""
    with databases.owner_connection() as connection:
        yield connection
