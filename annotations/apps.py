from django.apps import AppConfig
from django.db.models.signals import post_save


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        from annotations.models import Change
        from annotations.publishing_tasks import wake
        from annotations.services.foreign_checks import keep_foreign_checks
        from articles.signals import foreign_checks_found

        post_save.connect(wake, sender=Change, dispatch_uid="annotations.outbox")
        foreign_checks_found.connect(keep_foreign_checks, dispatch_uid="annotations.foreign_checks")
