"""Members of the JSON objects that the formats write."""

from typing import Any


def drop_empty(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members that say something; zero and false do."""
    # Truth first, as most values are there: exports ask a dozen times for each check.
    return {name: value for name, value in members.items() if value or value == 0}
