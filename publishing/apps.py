from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        """Listen to the imports, which know nothing of publishing: docs/architecture.md lists every such hook."""
        from annotations.services.merging import register_likeness
        from articles.signals import foreign_checks_found, import_ended, sentences_indexed
        from publishing.services.checks import find_claims
        from publishing.services.foreign_checks import keep_foreign_checks
        from publishing.services.repeats import note_uncompared
        from publishing.tasks import wake_outbox
        from publishing.webhooks.outbox import announce_import

        register_likeness(find_claims)
        import_ended.connect(announce_import, dispatch_uid="publishing.import_events")
        import_ended.connect(wake_outbox, dispatch_uid="publishing.import_outbox")
        foreign_checks_found.connect(keep_foreign_checks, dispatch_uid="publishing.foreign_checks")
        sentences_indexed.connect(note_uncompared, dispatch_uid="publishing.repeats")
