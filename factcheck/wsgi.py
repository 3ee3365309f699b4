import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
application = get_wsgi_application()

from factcheck.checks import refuse_excess_rights  # noqa: E402 -- needs the apps, which the line above loads

refuse_excess_rights()
