"""Prove for `verify_audit` that the groups still mean the roles that people were given: a role row names a group by its key."""

from collections.abc import Iterator

from django.contrib.auth.models import Group

from accounts.first_rows import ROLES


def prove() -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Yield (what was proved, number of rows, problems). The groups were made in the order of ROLES."""
    names = list(Group.objects.order_by("pk").values_list("name", flat=True))
    yield "roles", len(names), [] if names == list(ROLES) else [("roles", f"the groups are {', '.join(names)}")]
