"""Install the current SQL definitions of an app: its functions, guards and triggers."""

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

SUFFIX = ".sql"
_MARK = "schema "


def _sql_files(app_label: str, *topics: str) -> list[Path]:
    """Return the paths of `<app>/sql/<topic>.sql` in the order given."""
    folder = Path(apps.get_app_config(app_label).path) / "sql"
    return [folder / f"{topic}{SUFFIX}" for topic in topics]


class OtherSchema(Exception):
    """The database was made by a checkout with another schema. The message is for the person at the terminal."""


def fingerprint() -> str:
    """Return the digest of this checkout's schema: migrations and SQL files of the apps."""
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    for path in sorted([*root.glob("*/migrations/0*.py"), *root.glob("*/sql/*.sql")]):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def schema_mark() -> str:
    """Return the mark that this checkout's migrations leave in a database."""
    return _MARK + fingerprint()


def claim_database(connection: BaseDatabaseWrapper) -> None:
    """Mark an empty database as made by this checkout. Raises OtherSchema, with nothing changed, for another's.

    The mark is a comment on django_migrations, written before the first migration, so that an interrupted migration can
    go on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('public.django_migrations') IS NOT NULL,"
            " obj_description(to_regclass('public.django_migrations'), 'pg_class')"
        )
        exists, mark = cursor.fetchone() or (False, None)
        if exists and mark != schema_mark():
            raise OtherSchema(
                f"This database was made by another checkout of Factcheck ({mark or 'an earlier one'}; this is"
                f" {schema_mark()}), and before 1.0.0 nothing migrates it: go back to that checkout, or begin anew with"
                f" another FACTCHECK_DATA_DIR or with {settings.DATA_DIR} moved away. Nothing was changed."
            )
        if not exists:
            MigrationRecorder(connection).ensure_schema()
            mark_schema(connection)


def mark_schema(connection: BaseDatabaseWrapper) -> None:
    """Mark the database as made by this checkout."""
    with connection.cursor() as cursor:
        comment = sql.SQL("COMMENT ON TABLE django_migrations IS {}")
        cursor.execute(comment.format(sql.Literal(schema_mark())))


class InstallSQL(Operation):
    """Run `<app>/sql/<topic>.sql` for each topic, in the order given.

    The files hold current definitions (CREATE OR REPLACE): running them again changes nothing. Until 1.0.0 a change
    of schema edits 0001 and these files in place; there is no way back from them, so the operation does not reverse.
    """

    reduces_to_sql = True
    reversible = False

    def __init__(self, app_label: str, *topics: str) -> None:
        self.app_label = app_label
        self.topics = topics

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.app_label, *self.topics], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        # Functions name tables of apps that migrate later; their bodies are checked when they first run.
        schema_editor.execute("SET LOCAL check_function_bodies = off", params=None)
        for path in _sql_files(self.app_label, *self.topics):
            schema_editor.execute(path.read_text(), params=None)

    def describe(self) -> str:
        return f"Install the SQL of {self.app_label}: {', '.join(self.topics)}"
