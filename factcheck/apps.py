from django.apps import AppConfig


class FactcheckConfig(AppConfig):
    """The composition root is an app too: its commands need both articles and annotations."""

    name = "factcheck"
