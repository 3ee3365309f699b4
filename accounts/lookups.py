"""The two queries of every request: a session's person and a token, each with roles.

Written as SQL because they are on every path: the ORM spends five times longer composing the query than Postgres
answering it. Columns come from the models, so a new field needs no change here.
"""

from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models

from accounts.models import ApiToken, User
from accounts.querysets import prime_roles
from core.database.sql import prepared

_ROLES = (
    "ARRAY(SELECT g.name FROM auth_group g JOIN accounts_user_groups ug ON ug.group_id = g.id"
    " WHERE ug.user_id = person.id ORDER BY g.name)"
)


def active_person(person_id: UUID) -> User | None:
    row = _one(_person_sql(), person_id)
    return None if row is None else _person(row)


def token_by_hash(secret_sha256: str) -> ApiToken | None:
    """Return the token in any state with its `user`; `created_by` loads on first access."""
    row = _one(_token_sql(), secret_sha256)
    if row is None:
        return None
    names = _columns(ApiToken)
    token = ApiToken.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)])
    token.user = _person(row[len(names) :])
    return token


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _select(alias: str, model: type[models.Model]) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def _person_sql() -> str:
    columns = _select("person", User)
    return f"SELECT {columns}, {_ROLES} FROM accounts_user person WHERE person.id = %s AND person.is_active"


@cache
def _token_sql() -> str:
    columns = f"{_select('token', ApiToken)}, {_select('person', User)}"
    return (
        f"SELECT {columns}, {_ROLES} FROM accounts_apitoken token"
        " JOIN accounts_user person ON person.id = token.user_id WHERE token.secret_sha256 = %s"
    )


def _one(sql: str, value: Any) -> tuple[Any, ...] | None:
    with prepared() as cursor:
        cursor.execute(sql, [value])
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _person(row: tuple[Any, ...]) -> User:
    """Build a person from a row of columns and role names."""
    return prime_roles(User.from_db(DEFAULT_DB_ALIAS, _columns(User), row[:-1]), row[-1])
