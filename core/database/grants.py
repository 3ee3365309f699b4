"""Grant the app's database role its rights after every migration, as the owner of the tables.

The app and its workers own nothing, so no bug and no stolen session can alter a table, drop a trigger or empty a log.
Append-only tables (models with `append_only = True`, or named in a models module's `APPEND_ONLY_TABLES`) allow SELECT
and INSERT; tables written only by triggers or migrations (`trigger_written = True`) allow SELECT.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

# Who runs migrations writes here; the app only asks what has been applied.
READ_ONLY_TABLES = ("django_migrations",)
MAINTAINED_TABLES = ("articles_article", "articles_articlerevision", "articles_searchpassage")


# Whoever may make a table, temporary ones included, could put rows of their own in the place of those that guards read.
_EXCESS = """
    WITH me AS (SELECT oid, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
        FROM pg_catalog.pg_roles WHERE rolname = current_user)
    SELECT 'is superuser' FROM me WHERE rolsuper
    UNION ALL SELECT 'may create roles' FROM me WHERE rolcreaterole
    UNION ALL SELECT 'owns table ' || c.oid::regclass FROM pg_catalog.pg_class c, me
        WHERE c.relowner = me.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
    UNION ALL SELECT 'owns database ' || d.datname FROM pg_catalog.pg_database d, me
        WHERE d.datname = current_database() AND d.datdba = me.oid
    UNION ALL SELECT 'may make temporary tables' WHERE has_database_privilege(current_database(), 'TEMP')
    UNION ALL SELECT 'may create schemas' WHERE has_database_privilege(current_database(), 'CREATE')
    UNION ALL SELECT 'may create in schema ' || quote_ident(nspname) FROM pg_catalog.pg_namespace
        WHERE has_schema_privilege(oid, 'CREATE')
    UNION ALL SELECT 'may become ' || quote_ident(r.rolname) FROM pg_catalog.pg_roles r, me
        WHERE r.oid <> me.oid AND pg_has_role(r.oid, 'MEMBER')
    ORDER BY 1 LIMIT 10
"""


def append_only_tables() -> set[str]:
    marked = {model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)}
    for config in apps.get_app_configs():
        marked |= set(getattr(config.models_module, "APPEND_ONLY_TABLES", ()))
    return marked


def _trigger_written_tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "trigger_written", False)}


def app_role() -> str:
    return str(settings.DATABASES[DEFAULT_DB_ALIAS]["USER"])


def excess_rights(connection: BaseDatabaseWrapper) -> list[str]:
    """Return, in words, the rights of the connection's role that would get around the guards."""
    with connection.cursor() as cursor:
        cursor.execute(_EXCESS)
        return [right for (right,) in cursor.fetchall()]


def grant_after_migrate(*, using: str, **_signal: Any) -> None:
    grant(using=using, role=app_role())


def grant(*, using: str, role: str) -> None:
    """Grant the rights as the owner. Does nothing if the connection's role is the app's role."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        row = cursor.fetchone()
        if row is not None and row[0] == role:
            return
        existing = set(connection.introspection.table_names(cursor))
        for query in (*_restrictions(cursor, role), *_queries(role, existing)):
            cursor.execute(query)


def _restrictions(cursor: CursorWrapper, role: str) -> Iterable[sql.Composed]:
    """Yield queries that revoke TEMP and CREATE from the role and from everybody, if anybody has them.

    Checked first: two concurrent REVOKEs collide on the database's catalogue row ("tuple concurrently updated").
    """
    name = sql.Identifier(role)
    cursor.execute(
        "SELECT current_database(), has_database_privilege(%(role)s, current_database(), 'TEMP, CREATE'),"
        " has_schema_privilege(%(role)s, 'public', 'CREATE')",
        {"role": role},
    )
    database, is_database_open, is_schema_open = cursor.fetchone() or ("", False, False)
    if is_database_open:
        revoke = sql.SQL("REVOKE TEMP, CREATE ON DATABASE {} FROM PUBLIC, {}")
        yield revoke.format(sql.Identifier(database), name)
    if is_schema_open:
        yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(name)


def _queries(role: str, existing: set[str]) -> Iterable[sql.Composed]:
    name = sql.Identifier(role)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    # Revoke everything first, TRUNCATE included: the list below is complete.
    yield sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name)
    yield sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    # VACUUM and ANALYZE, which a bulk import ends with; nothing of it reads or changes a row.
    for table in sorted(existing.intersection(MAINTAINED_TABLES)):
        yield sql.SQL("GRANT MAINTAIN ON {} TO {}").format(sql.Identifier(table), name)
    for table in sorted(append_only_tables() & existing):
        yield sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
    for table in sorted(existing & (_trigger_written_tables() | set(READ_ONLY_TABLES))):
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), name)
