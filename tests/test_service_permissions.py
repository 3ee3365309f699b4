"""Services ask for the right themselves, before they look at anything else: a view that forgot it opens nothing."""

import inspect
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings

from core.errors import NotPermitted

FOLDERS = (
    "accounts/services",
    "annotations/services",
    "articles/services",
    "publishing/services",
    "publishing/webhooks",
)
ACTORS = ("admin", "inviter", "creator", "person")


def actor_of(service: Any) -> str | None:
    names = inspect.signature(service).parameters
    return next((name for name in ACTORS if name in names), None)


def services_with_a_right() -> dict[str, Any]:
    """Return the public services that name who acts and check a right, by module and name."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            module = import_module(".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts))
            for name, service in inspect.getmembers(module, inspect.isfunction):
                is_own = service.__module__ == module.__name__ and not name.startswith("_")
                if is_own and actor_of(service) and "check_permission(" in inspect.getsource(service):
                    found[f"{module.__name__}.{name}"] = service
    return found


SERVICES = services_with_a_right()


def test_all_services_are_found():
    assert len(SERVICES) > 80


@pytest.mark.parametrize("path", SERVICES)
@pytest.mark.parametrize("who", ["roleless", "deactivated"])
def test_nobody_without_the_right_comes_further_than_the_check(make_user, path: str, who: str):
    """The other arguments are nothing at all: whatever was done with them first would fail in another way."""
    person = (
        make_user(None)
        if who == "roleless"
        else make_user(("editor", "reviewer", "publisher", "admin"), is_active=False)
    )
    service = SERVICES[path]
    names = [name for name, one in inspect.signature(service).parameters.items() if one.kind is not one.VAR_KEYWORD]
    with pytest.raises(NotPermitted):
        service(**dict.fromkeys(names) | {actor_of(service): person})
