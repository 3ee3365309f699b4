from django.apps import AppConfig
from django.db.models.signals import post_save


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        from annotations.models import Change
        from annotations.publishing_tasks import wake

        post_save.connect(wake, sender=Change, dispatch_uid="annotations.outbox")
