"""Addresses of the API, version 1. They carry no slash at their end."""

from django.urls import path

from factcheck.api.views import claims, desk, evidence, fact_checks, feed, meta, moves, verdicts

app_name = "api"
_CLAIM, _VERDICT, _CHECK = "claims/<uuid:claim_id>", "verdicts/<uuid:verdict_id>", "fact-checks/<uuid:fact_check_id>"

urlpatterns = [
    path("claimants", desk.Claimants.as_view(), name="claimants"),
    path("claimants/<uuid:claimant_id>", desk.ClaimantDetail.as_view(), name="claimant"),
    path("claims", claims.Claims.as_view(), name="claims"),
    path(_CLAIM, claims.ClaimDetail.as_view(), name="claim"),
    path(f"{_CLAIM}/appearances", claims.ClaimAppearances.as_view(), name="claim-appearances"),
    path(f"{_CLAIM}/merge", claims.ClaimMerge.as_view(), name="claim-merge"),
    path(f"{_CLAIM}/evidence", evidence.ClaimEvidence.as_view(), name="claim-evidence"),
    path(f"{_CLAIM}/verdicts", verdicts.ClaimVerdicts.as_view(), name="claim-verdicts"),
    path("appearances/<uuid:appearance_id>", claims.AppearanceDetail.as_view(), name="appearance"),
    path("evidence/<uuid:evidence_id>", evidence.EvidenceDetail.as_view(), name="evidence"),
    path("verdicts", verdicts.Verdicts.as_view(), name="verdicts"),
    path(_VERDICT, verdicts.VerdictDetail.as_view(), name="verdict"),
    path(f"{_VERDICT}/events", desk.VerdictEvents.as_view(), name="verdict-events"),
    path(f"{_VERDICT}/submit", moves.Submit.as_view(), name="submit"),
    path(f"{_VERDICT}/request-changes", moves.RequestChanges.as_view(), name="request-changes"),
    path(f"{_VERDICT}/approve", moves.Approve.as_view(), name="approve"),
    path(f"{_VERDICT}/publish", moves.Publish.as_view(), name="publish"),
    path(f"{_VERDICT}/correct", moves.Correct.as_view(), name="correct"),
    path(f"{_VERDICT}/suspend", moves.Suspend.as_view(), name="suspend"),
    path(f"{_VERDICT}/retract", moves.Retract.as_view(), name="retract"),
    path(f"{_VERDICT}/restore", moves.Restore.as_view(), name="restore"),
    path("rating-scales", desk.RatingScales.as_view(), name="rating-scales"),
    path("fact-checks", fact_checks.FactChecks.as_view(), name="fact-checks"),
    path(_CHECK, fact_checks.FactCheckDetail.as_view(), name="fact-check"),
    path(f"{_CHECK}/versions", fact_checks.FactCheckVersions.as_view(), name="fact-check-versions"),
    path(f"{_CHECK}/versions/<int:number>", fact_checks.FactCheckVersionDetail.as_view(), name="fact-check-version"),
    path(f"{_CHECK}/claimreview", fact_checks.FactCheckClaimReview.as_view(), name="fact-check-claimreview"),
    path(f"{_CHECK}/ninjs", fact_checks.FactCheckNinjs.as_view(), name="fact-check-ninjs"),
    path(f"{_CHECK}/annotation", fact_checks.FactCheckAnnotation.as_view(), name="fact-check-annotation"),
    path("changes", feed.Changes.as_view(), name="changes"),
    path("corrections", feed.Corrections.as_view(), name="corrections"),
    path("openapi.json", meta.OpenApi.as_view(), name="openapi"),
    path("docs/", meta.docs, name="docs"),
    path("<path:rest>", meta.NothingHere.as_view(), name="nothing-here"),
]
