from django.urls import path, re_path

from annotations.views import desk, public, rechecks, review

app_name = "annotations"

urlpatterns = [
    # the desk
    path("", desk.desk, name="desk"),
    # review
    path("review/", review.queue, name="review_queue"),
    path("review/<uuid:verdict_id>/", review.review, name="review"),
    re_path(
        rf"^review/(?P<verdict_id>[0-9a-f-]{{36}})/(?P<action>{'|'.join(review.DECISIONS)})/$",
        review.decide,
        name="decide",
    ),
    # rechecks
    path("rechecks/", rechecks.recheck_list, name="rechecks"),
    path("rechecks/harmless/", rechecks.confirm_all_harmless, name="confirm_harmless"),
    path("rechecks/<uuid:task_id>/resolve/", rechecks.resolve, name="resolve_recheck"),
    # what readers see
    path("fact-checks/", public.fact_check_list, name="fact_checks"),
    path("fact-checks/<slug:slug>/", public.fact_check_page, name="fact_check"),
    path("fact-checks/<slug:slug>/versions/<int:number>/", public.version_page, name="fact_check_version"),
    path("fact-checks/<slug:slug>/report/", public.report_page, name="report_error"),
    path("corrections/", public.corrections_log, name="corrections"),
    path("embed/fact-checks/<uuid:fact_check_id>/", public.embed_card, name="embed"),
]
