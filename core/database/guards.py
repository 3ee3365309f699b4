"""Ask the database whether the guards and audit triggers of this checkout are there and enabled."""

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

_DEFINED: Final = re.compile(
    r"^CREATE (?:OR REPLACE |CONSTRAINT )?TRIGGER (\w+).*?\bON (\w+)\b", re.MULTILINE | re.DOTALL
)
# Of tables that exist: before the first migration there is nothing to guard.
# Enabled is 'O' or 'A'; a trigger set to 'R' fires on replicas alone and guards nothing here.
_LOOSE: Final = """
    SELECT wanted.name || ' on ' || wanted.on_table, t.tgname IS NULL
    FROM unnest(%s::text[], %s::text[]) AS wanted (name, on_table)
    JOIN pg_catalog.pg_class c ON c.oid = to_regclass('public.' || wanted.on_table)
    LEFT JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND t.tgname = wanted.name
    WHERE coalesce(t.tgenabled, 'D') NOT IN ('O', 'A') ORDER BY 1 LIMIT 10
"""


def loose_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Return, in words, the triggers of the SQL files that are switched off or missing; at most ten."""
    texts = (path.read_text() for path in sorted(Path(settings.BASE_DIR).glob("*/sql/*.sql")))
    defined = sorted({found for text in texts for found in _DEFINED.findall(text)})
    with connection.cursor() as cursor:
        cursor.execute(_LOOSE, [[name for name, _ in defined], [table for _, table in defined]])
        return [f"{name} is {'missing' if is_missing else 'switched off'}" for name, is_missing in cursor.fetchall()]
