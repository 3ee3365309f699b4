from django.urls import path, re_path

from annotations.reader import changes, marks, revisions, views
from annotations.views import claim_list, claims, desk, evidence, public, rechecks, review, verdicts

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
    # the reader
    path("articles/<uuid:article_id>/", views.reader, name="reader"),
    path("articles/<uuid:article_id>/marks/", views.poll, name="reader_poll"),
    path("articles/<uuid:article_id>/marks/claims/", marks.mark_claim, name="mark_claims"),
    path("articles/<uuid:article_id>/marks/appearances/", marks.mark_appearance, name="mark_appearances"),
    path("articles/<uuid:article_id>/marks/evidence/", marks.mark_evidence, name="mark_evidence"),
    path("articles/<uuid:article_id>/marks/blocks/", marks.mark_blocks, name="mark_blocks"),
    path(
        "articles/<uuid:article_id>/marks/harmless/<uuid:revision_id>/",
        changes.confirm_harmless,
        name="settle_harmless",
    ),
    path("articles/<uuid:article_id>/revisions/", revisions.revision_list, name="revisions"),
    path("articles/<uuid:article_id>/original/", revisions.original, name="original"),
    path("marks/claims/<uuid:claim_id>/pin/", changes.claim_pin, name="claim_pin"),
    path("marks/claims/<uuid:claim_id>/park/", changes.claim_park, name="claim_park"),
    path("marks/claims/<uuid:claim_id>/unpark/", changes.claim_unpark, name="claim_unpark"),
    path("marks/claims/<uuid:claim_id>/select/", changes.claim_select, name="claim_select"),
    path("marks/claims/<uuid:claim_id>/remove/", changes.claim_remove, name="claim_remove"),
    path("marks/claims/<uuid:claim_id>/restore/", changes.claim_restore, name="claim_restore"),
    path("marks/appearances/<uuid:appearance_id>/describe/", changes.claim_describe, name="claim_describe"),
    path("marks/appearances/<uuid:appearance_id>/remove/", changes.appearance_remove, name="appearance_remove"),
    path("marks/evidence/<uuid:evidence_id>/describe/", changes.evidence_describe, name="evidence_describe"),
    path("marks/evidence/<uuid:evidence_id>/remove/", changes.evidence_remove, name="evidence_remove"),
    path("marks/evidence/<uuid:evidence_id>/restore/", changes.evidence_restore, name="evidence_restore"),
    path("marks/placements/<uuid:placement_id>/confirm/", changes.placement_confirm, name="placement_confirm"),
    path("marks/placements/<uuid:placement_id>/reattach/", changes.placement_reattach, name="placement_reattach"),
    path("marks/placements/<uuid:placement_id>/withdraw/", changes.placement_withdraw, name="placement_withdraw"),
    path("claimants/suggest/", views.claimant_suggest, name="claimant_suggest"),
    # claims
    path("claims/", claim_list.claim_list, name="claims"),
    path("claims/<uuid:claim_id>/", claims.claim_page, name="claim"),
    path("claims/<uuid:claim_id>/parts/<str:part>/", claims.claim_part, name="claim_part"),
    path("claims/<uuid:claim_id>/words/", claims.claim_draft, name="claim_draft"),
    path("claims/<uuid:claim_id>/claimant/", claims.claimant, name="claim_claimant"),
    path("claims/<uuid:claim_id>/state/", claims.state, name="claim_state"),
    path("claims/<uuid:claim_id>/contact/", claims.contact, name="claim_contact"),
    path("claims/<uuid:claim_id>/remove/", claims.remove, name="remove_claim"),
    path("claims/<uuid:claim_id>/restore/", claims.restore, name="restore_claim"),
    path("claims/<uuid:claim_id>/evidence/", evidence.add_outside, name="claim_outside"),
    path("claims/<uuid:claim_id>/verdict/", verdicts.start, name="verdict_start"),
    path("claims/<uuid:claim_id>/rationale/", verdicts.preview_rationale, name="rationale_preview"),
    path("appearances/<uuid:appearance_id>/", claims.appearance, name="appearance"),
    path("appearances/<uuid:appearance_id>/remove/", claims.appearance_remove, name="remove_appearance"),
    path("evidence/<uuid:evidence_id>/", evidence.edit, name="evidence"),
    path("evidence/<uuid:evidence_id>/unlink/", evidence.unlink, name="evidence_unlink"),
    path("evidence/<uuid:evidence_id>/relink/", evidence.relink, name="evidence_relink"),
    path("verdicts/<uuid:verdict_id>/draft/", verdicts.draft, name="verdict_draft"),
    path("verdicts/<uuid:verdict_id>/submit/", verdicts.submit, name="verdict_submit"),
    path("verdicts/<uuid:verdict_id>/correct/", verdicts.correct, name="verdict_correct"),
    path("verdicts/<uuid:verdict_id>/suspend/", verdicts.suspend, name="verdict_suspend"),
    path("verdicts/<uuid:verdict_id>/retract/", verdicts.retract, name="verdict_retract"),
    path("verdicts/<uuid:verdict_id>/restore/", verdicts.restore, name="verdict_restore"),
]
