"""Screens of exports, receipts and webhooks; part of annotations/urls.py."""

from django.urls import path

from annotations.views import exports, receipts, webhooks

urlpatterns = [
    # exports, and what the CMS says it shows
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_start, name="export_start"),
    path("exports/<uuid:run_id>/", exports.export_detail, name="export"),
    path("exports/<uuid:run_id>/progress/", exports.export_progress, name="export_progress"),
    path("exports/<uuid:run_id>/cancel/", exports.export_cancel, name="export_cancel"),
    path("exports/<uuid:run_id>/repeat/", exports.export_repeat, name="export_repeat"),
    path("exports/<uuid:run_id>/file/", exports.export_download, name="export_download"),
    path("claims/<uuid:claim_id>/dossier/", exports.dossier_start, name="dossier_start"),
    path("receipts/", receipts.receipt_list, name="receipts"),
    # webhooks
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
