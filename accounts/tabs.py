"""The tabs of the settings. A screen joins by a line in TABS; its template extends settings/shell.html.

A tab whose URL name does not exist is left out, and so is one whose permission the person lacks.
"""

from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from accounts.permissions import has_permission
from core.pages.navigation import reverse_or_nothing


class _SettingsTab(NamedTuple):
    url_name: str
    label: str
    permission: str


TABS = (
    _SettingsTab("annotations:desk_settings", _("Desk"), "desk.manage"),
    _SettingsTab("people", _("People"), "people.manage"),
    _SettingsTab("tokens", _("Tokens"), "token.own"),
    _SettingsTab("source_list", _("Sources"), "source.edit"),
    _SettingsTab("annotations:rating_scales", _("Rating scales"), "scale.manage"),
    _SettingsTab("publishing:webhooks", _("Webhooks"), "webhook.manage"),
)


def tabs_for(person: User) -> list[tuple[str, str]]:
    """Return (address, label) of every tab the person may open."""
    allowed = [tab for tab in TABS if has_permission(person, tab.permission)]
    found = [(reverse_or_nothing(tab.url_name), gettext(tab.label)) for tab in allowed]
    return [(url, label) for url, label in found if url]
