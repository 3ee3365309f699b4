"""What the app's role may do, granted after every migration by the owner of the tables.

The app and its workers own nothing, so no mistake and no stolen session can alter a table, drop a trigger or empty a
log. Append-only tables (models with `append_only = True`, or named in a models module's `APPEND_ONLY_TABLES`) can be
read and added to; tables that triggers or migrations alone write (`trigger_written = True`) can only be read.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg import sql

# Who runs migrations writes here; the app only asks what has been applied.
READ_ONLY_TABLES = ("django_migrations",)
MAINTAINED_TABLES = ("articles_article", "articles_articlerevision", "articles_searchpassage")


def append_only_tables() -> set[str]:
    marked = {model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)}
    for config in apps.get_app_configs():
        marked |= set(getattr(config.models_module, "APPEND_ONLY_TABLES", ()))
    return marked


def trigger_written_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "trigger_written", False)}


def app_role() -> str:
    return str(settings.DATABASES[DEFAULT_DB_ALIAS]["USER"])


def grant_after_migrate(*, using: str, **_signal: Any) -> None:
    grant(using=using, role=app_role())


def grant(*, using: str, role: str) -> None:
    """Grant as the connection's role, which owns the tables. Nothing to do where it is the app's role itself."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        row = cursor.fetchone()
        if row is not None and row[0] == role:
            return
        existing = set(connection.introspection.table_names(cursor))
        for statement in _statements(role, existing):
            cursor.execute(statement)


def _statements(role: str, existing: set[str]) -> Iterable[sql.Composed]:
    name = sql.Identifier(role)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    # Whatever was granted before, TRUNCATE included, is taken back first: the list below is all there is.
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name)
    yield sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    # VACUUM and ANALYZE, which a bulk import ends with; nothing of it reads or changes a row.
    for table in sorted(existing.intersection(MAINTAINED_TABLES)):
        yield sql.SQL("GRANT MAINTAIN ON {} TO {}").format(sql.Identifier(table), name)
    for table in sorted(append_only_tables() & existing):
        yield sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
    for table in sorted(existing & (trigger_written_tables() | set(READ_ONLY_TABLES))):
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
