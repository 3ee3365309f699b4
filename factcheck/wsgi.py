import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


def _checked_application() -> WSGIHandler:
    """Return the application. Raises ImproperlyConfigured where the database does not hold the guards."""
    application = get_wsgi_application()
    # Needs the apps, which the line above loads.
    from factcheck.checks import refuse_unsafe_database

    refuse_unsafe_database()
    return application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
application = _checked_application()
