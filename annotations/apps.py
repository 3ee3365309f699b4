from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        from annotations.article_states import register_article_states
        from annotations.services.changes.import_effects import articles_with_claims
        from annotations.tasks import on_revision_pending
        from articles.services.holding import register_protection
        from articles.signals import revision_pending

        # articles knows nothing of claims: it announces a new revision, and asks before an import changes a text.
        revision_pending.connect(on_revision_pending, dispatch_uid="annotations.placing")
        register_article_states()
        register_protection(articles_with_claims)
