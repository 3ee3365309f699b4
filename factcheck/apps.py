from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class FactcheckConfig(AppConfig):
    """The composition root: commands that need all apps, and the grants after every migration."""

    name = "factcheck"

    def ready(self) -> None:
        from core.database.grants import grant_after_migrate

        import_module("factcheck.checks")  # registers them; needs settings
        # Sent once per app that has models: contenttypes comes last of those that make tables we grant on.
        post_migrate.connect(
            grant_after_migrate, sender=apps.get_app_config("contenttypes"), dispatch_uid="factcheck.grants"
        )
