from django.urls import path

from annotations.reader import changes, marks, revisions, views
from annotations.views import (
    claim_discussion,
    claim_extras,
    claim_list,
    claims,
    conflicts,
    evidence,
    import_effects,
    planning,
    rechecks,
    settings,
    verdicts,
)

app_name = "annotations"

urlpatterns = [
    # the desk
    # review
    # rechecks
    path("rechecks/", rechecks.recheck_list, name="rechecks"),
    path("rechecks/harmless/", rechecks.confirm_all_harmless, name="confirm_harmless"),
    path("rechecks/<uuid:task_id>/resolve/", rechecks.resolve, name="resolve_recheck"),
    path("conflicts/<uuid:claimant_id>/", conflicts.declare, name="declare_conflict"),
    # what happened
    # what a person should know
    # numbers and settings
    path("settings/desk/", settings.desk_settings, name="desk_settings"),
    path("settings/scales/", settings.rating_scales, name="rating_scales"),
    path("settings/scales/<uuid:scale_id>/", settings.rating_scale, name="rating_scale"),
    path("settings/scales/<uuid:scale_id>/version/", settings.rating_scale_version, name="rating_scale_version"),
    path("settings/scales/<uuid:scale_id>/active/", settings.rating_scale_active, name="rating_scale_active"),
    # imports, as far as they touch claims
    path("imports/<uuid:run_id>/effects/", import_effects.effects, name="import_effects"),
    path("imports/<uuid:run_id>/effects/made/", import_effects.made, name="import_made"),
    path("imports/<uuid:run_id>/effects/apply/", import_effects.apply, name="import_apply"),
    path("imports/<uuid:run_id>/effects/leave/", import_effects.leave, name="import_leave"),
    # what readers see
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
    path("articles/<uuid:article_id>/original/file/", revisions.original_file, name="original_file"),
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
    path("claims/<uuid:claim_id>/plan/", planning.plan, name="claim_plan"),
    path("claims/<uuid:claim_id>/remove/", claims.remove, name="remove_claim"),
    path("claims/<uuid:claim_id>/restore/", claims.restore, name="restore_claim"),
    path("claims/<uuid:claim_id>/evidence/", evidence.add_outside, name="claim_outside"),
    path("claims/<uuid:claim_id>/evidence/quoted/", claim_extras.evidence_by_quote, name="claim_quoted"),
    path("claims/<uuid:claim_id>/appearances/", claim_extras.appearance_by_quote, name="claim_appearances"),
    path("claims/<uuid:claim_id>/comments/", claim_discussion.add, name="claim_comments"),
    path("claims/<uuid:claim_id>/suggestions/", claim_discussion.suggest, name="claim_suggestions"),
    path("claims/<uuid:claim_id>/merge/", claim_extras.merge, name="claim_merge"),
    path("claims/articles/", claim_extras.article_suggest, name="article_suggest"),
    path("comments/people/", claim_discussion.people, name="mention_suggest"),
    path("comments/<uuid:comment_id>/resolve/", claim_discussion.resolve, name="resolve_comment"),
    path("comments/<uuid:comment_id>/accept/", claim_discussion.accept, name="accept_suggestion"),
    path("claims/<uuid:claim_id>/verdict/", verdicts.start, name="verdict_start"),
    path("claims/<uuid:claim_id>/rationale/", verdicts.preview_rationale, name="rationale_preview"),
    path("appearances/<uuid:appearance_id>/", claims.appearance, name="appearance"),
    path("appearances/<uuid:appearance_id>/remove/", claims.appearance_remove, name="remove_appearance"),
    path("appearances/<uuid:appearance_id>/restore/", claims.appearance_restore, name="restore_appearance"),
    path("evidence/<uuid:evidence_id>/", evidence.edit, name="evidence"),
    path("evidence/<uuid:evidence_id>/unlink/", evidence.unlink, name="evidence_unlink"),
    path("evidence/<uuid:evidence_id>/relink/", evidence.relink, name="evidence_relink"),
    path("verdicts/<uuid:verdict_id>/draft/", verdicts.draft, name="verdict_draft"),
    path("verdicts/<uuid:verdict_id>/checklist/", verdicts.show_checklist, name="verdict_checklist"),
    path("verdicts/<uuid:verdict_id>/submit/", verdicts.submit, name="verdict_submit"),
    path("verdicts/<uuid:verdict_id>/correct/", verdicts.correct, name="verdict_correct"),
]
