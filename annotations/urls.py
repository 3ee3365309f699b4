from django.urls import path

from annotations.views import public

app_name = "annotations"

urlpatterns = [
    # what readers see
    path("fact-checks/", public.fact_check_list, name="fact_checks"),
    path("fact-checks/<slug:slug>/", public.fact_check_page, name="fact_check"),
    path("fact-checks/<slug:slug>/versions/<int:number>/", public.version_page, name="fact_check_version"),
    path("fact-checks/<slug:slug>/report/", public.report_page, name="report_error"),
    path("corrections/", public.corrections_log, name="corrections"),
    path("embed/fact-checks/<uuid:fact_check_id>/", public.embed_card, name="embed"),
]
