from django.contrib import admin
from django.urls import include, path

from factcheck.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("support/", admin.site.urls),
]
