"""Addresses of the desk's pages by their short names, whichever app they belong to."""

from typing import Any

from django.urls import NoReverseMatch, reverse

APPS = ("annotations", "publishing", "board", "articles", "accounts")


def address(name: str, *args: Any) -> str:
    """Return the path of the page with this URL name; raises NoReverseMatch where no app has it."""
    for app in APPS:
        try:
            return reverse(f"{app}:{name}", args=args)
        except NoReverseMatch:
            continue
    raise NoReverseMatch(name)
