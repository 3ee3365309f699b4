from django.apps import AppConfig
from django.db.models.signals import post_save


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        from annotations.models import Change
        from annotations.publishing_tasks import wake
        from annotations.services.foreign_checks import keep_foreign_checks
        from annotations.services.outbox import announce_import
        from articles.signals import foreign_checks_found, import_ended

        post_save.connect(wake, sender=Change, dispatch_uid="annotations.outbox")
        import_ended.connect(announce_import, dispatch_uid="annotations.import_events")
        import_ended.connect(wake, dispatch_uid="annotations.import_outbox")
        foreign_checks_found.connect(keep_foreign_checks, dispatch_uid="annotations.foreign_checks")
