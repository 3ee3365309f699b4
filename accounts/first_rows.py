"""The rows the accounts app starts with: the four roles as groups. Their rights stand in accounts/permissions.py."""

from typing import Any, Final

ROLES: Final = ("editor", "reviewer", "publisher", "admin")


def create_groups(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)
