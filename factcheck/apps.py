from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class FactcheckConfig(AppConfig):
    """The composition root is an app too: its commands need both articles and annotations."""

    name = "factcheck"

    def ready(self) -> None:
        from annotations.services.import_effects import guarded_articles
        from articles.services.holding import register_guard
        from articles.signals import revision_pending
        from factcheck import checks  # noqa: F401 -- registers the checks; needs settings
        from factcheck.article_states import register_article_states
        from factcheck.grants import grant_after_migrate
        from factcheck.placing import on_revision_pending

        revision_pending.connect(on_revision_pending, dispatch_uid="factcheck.placing")
        register_article_states()
        register_guard(guarded_articles)

        # Once a run, after every table exists: Django sends this signal per app that has models, and we have none.
        post_migrate.connect(
            grant_after_migrate, sender=apps.get_app_config("contenttypes"), dispatch_uid="factcheck.grants"
        )
