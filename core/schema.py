"""Install the current SQL definitions of an app: its functions, guards and triggers."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

SUFFIX = ".sql"


def sql_files(app_label: str, *topics: str) -> list[Path]:
    """Return the paths of `<app>/sql/<topic>.sql` in the order given."""
    folder = Path(apps.get_app_config(app_label).path) / "sql"
    return [folder / f"{topic}{SUFFIX}" for topic in topics]


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
        for path in sql_files(self.app_label, *self.topics):
            schema_editor.execute(path.read_text(), params=None)

    def describe(self) -> str:
        return f"Install the SQL of {self.app_label}: {', '.join(self.topics)}"
