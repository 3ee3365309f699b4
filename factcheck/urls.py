from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from api.views.meta import NothingHere, problem_type
from factcheck.health import healthz, readyz
from factcheck.views import script_words, styleguide

urlpatterns = [
    # First: programs ask far more often than people, and addresses are tried in this order.
    path("api/v1/", include("api.urls")),
    path("api/v1", NothingHere.as_view(), name="api-without-slash"),
    path("problems/<slug:code>", problem_type, name="problem-type"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("words/<slug:language>.js", script_words, name="script-words"),
    path("accounts/", include("accounts.login.urls")),
    path("", include("accounts.urls")),
    path("", include("board.urls")),
    path("", include("publishing.urls")),
    path("", include("annotations.urls")),
    path("", include("articles.urls")),
    path("support/", admin.site.urls),
]

handler400 = "factcheck.views.bad_request"
handler404 = "publishing.views.public.not_found"

if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide, name="styleguide")]
