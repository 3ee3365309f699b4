from django.apps import AppConfig
from django.db.models.signals import post_save


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        from articles.signals import foreign_checks_found, import_ended
        from publishing.models import Change
        from publishing.services.foreign_checks import keep_foreign_checks
        from publishing.tasks import wake
        from publishing.webhooks.outbox import announce_import

        post_save.connect(wake, sender=Change, dispatch_uid="publishing.outbox")
        import_ended.connect(announce_import, dispatch_uid="publishing.import_events")
        import_ended.connect(wake, dispatch_uid="publishing.import_outbox")
        foreign_checks_found.connect(keep_foreign_checks, dispatch_uid="publishing.foreign_checks")
