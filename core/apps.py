from importlib import import_module

from django.apps import AppConfig
from django.utils import translation

from core import marked


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        marked.install(translation.gettext, translation.ngettext)
        import_module("core.database.lookups")  # registers them
