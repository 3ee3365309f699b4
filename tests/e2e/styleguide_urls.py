"""The project's addresses plus the style guide, which the real ones carry in debug mode only."""

from django.urls import path

from factcheck.urls import urlpatterns as project
from factcheck.views import styleguide

urlpatterns = [*project, path("styleguide/", styleguide, name="styleguide")]
