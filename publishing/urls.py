"""Pages from publication on: the review, public pages, exports, receipts and webhooks."""

from django.urls import path

from publishing.views import claim_panels, crawlers, decisions, exports, public, receipts, review, webhooks, withdrawals

app_name = "publishing"

urlpatterns = [
    path("review/", review.queue, name="review_queue"),
    path("review/<uuid:verdict_id>/", review.review, name="review"),
    path("review/<uuid:verdict_id>/<slug:action>/", decisions.decide, name="decide"),
    path("fact-checks/", public.fact_check_list, name="fact_checks"),
    path("fact-checks/<slug:slug>/", public.fact_check_page, name="fact_check"),
    path("fact-checks/<slug:slug>/versions/<int:number>/", public.version_page, name="fact_check_version"),
    path("fact-checks/<slug:slug>/report/", public.report_page, name="report_error"),
    path("corrections/", public.corrections_log, name="corrections"),
    path("embed/fact-checks/<uuid:fact_check_id>/", public.embed_card, name="embed"),
    path("about/<slug:page>/", public.about_page, name="about"),
    path("share/<uuid:fact_check_id>.png", crawlers.share_image, name="share_image"),
    path("oembed", crawlers.oembed, name="oembed"),
    path("robots.txt", crawlers.robots_txt, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("news-sitemap.xml", crawlers.news_sitemap, name="news_sitemap"),
    path(".well-known/security.txt", crawlers.security_txt, name="security_txt"),
    path("claims/<uuid:claim_id>/precedents/", claim_panels.precedents, name="claim_precedents"),
    path("claims/<uuid:claim_id>/checked-before/", claim_panels.checked_before, name="claim_checked_before"),
    path("claims/<uuid:claim_id>/cms/", claim_panels.cms, name="claim_cms"),
    path("verdicts/<uuid:verdict_id>/suspend/", withdrawals.suspend, name="verdict_suspend"),
    path("verdicts/<uuid:verdict_id>/retract/", withdrawals.retract, name="verdict_retract"),
    path("verdicts/<uuid:verdict_id>/restore/", withdrawals.restore, name="verdict_restore"),
    path("verdicts/<uuid:verdict_id>/legal-removal/", withdrawals.legal_removal, name="verdict_legal_removal"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_start, name="export_start"),
    path("exports/<uuid:run_id>/", exports.export_detail, name="export"),
    path("exports/<uuid:run_id>/progress/", exports.export_progress, name="export_progress"),
    path("exports/<uuid:run_id>/cancel/", exports.export_cancel, name="export_cancel"),
    path("exports/<uuid:run_id>/repeat/", exports.export_repeat, name="export_repeat"),
    path("exports/<uuid:run_id>/file/", exports.export_download, name="export_download"),
    path("claims/<uuid:claim_id>/dossier/", exports.dossier_start, name="dossier_start"),
    path("receipts/", receipts.receipt_list, name="receipts"),
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/<uuid:endpoint_id>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/<uuid:endpoint_id>/switch/", webhooks.switch, name="webhook_switch"),
    path("settings/webhooks/<uuid:endpoint_id>/delete/", webhooks.delete, name="webhook_delete"),
    path("settings/webhooks/<uuid:endpoint_id>/rotate/", webhooks.rotate, name="webhook_rotate"),
    path("settings/webhooks/<uuid:endpoint_id>/test/", webhooks.test, name="webhook_test"),
    path("settings/webhooks/<uuid:endpoint_id>/replay/", webhooks.replay_range, name="webhook_replay"),
    path("settings/webhooks/deliveries/<uuid:delivery_id>/", webhooks.delivery, name="delivery"),
    path("settings/webhooks/deliveries/<uuid:delivery_id>/replay/", webhooks.replay, name="delivery_replay"),
]
