"""Claims with their appearances, evidence, newest verdict and fact-check. Aliases: c claim, a appearance, e evidence,
p passage, v verdict."""

from uuid import UUID

from django.conf import settings

from factcheck.api.documents.sql import Tagged, array, objects, one, tagged_one, time
from factcheck.api.json import Raw

PERSON = "(SELECT json_build_object('id', u.id, 'name', u.name) FROM accounts_user u WHERE u.id = {})"

CLAIMANT = objects(
    id="cl.id",
    name="cl.name",
    kind="cl.kind",
    role="cl.role",
    same_as="to_json(cl.same_as)",
    created_at=time("cl.created_at"),
)

PLACEMENT = objects(
    id="pl.id",
    revision="r.number",
    start="pl.start",
    end="pl.end",
    exact="pl.exact",
    status="pl.status",
    confirmed_at=time("pl.confirmed_at"),
    suggestion="pl.suggestion",
)

# The words as they stand in the article's current revision.
_PASSAGE_SOURCE = (
    "annotations_passage p JOIN articles_article ar ON ar.id = p.article_id"
    " LEFT JOIN annotations_placement pl ON pl.passage_id = p.id AND pl.revision_id = ar.current_revision_id"
    " LEFT JOIN articles_articlerevision r ON r.id = pl.revision_id"
)
_PLACED = f"CASE WHEN pl.id IS NULL THEN NULL ELSE {PLACEMENT} END"
_PASSAGE_FIELDS = {
    "id": "p.id", "article": "p.article_id", "exact": "p.exact", "prefix": "p.prefix", "suffix": "p.suffix",
}  # fmt: skip
# Evidence has the members of an appearance; what is about speech does not apply to it.
_UNSAID = dict.fromkeys(("mode", "said_at", "said_where", "relayed_via"), "NULL")

APPEARANCE = objects(
    id="a.id",
    article="p.article_id",
    exact="p.exact",
    prefix="p.prefix",
    suffix="p.suffix",
    mode="nullif(a.mode, '')",
    said_at=f"CASE WHEN a.has_said_time THEN {time('a.said_at')}"
    " ELSE to_char(a.said_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END",
    said_where="a.said_where",
    relayed_via="a.relayed_via",
    placement=_PLACED,
)
APPEARANCES = f"annotations_appearance a JOIN ({_PASSAGE_SOURCE}) ON p.id = a.passage_id"

_EVIDENCE_PASSAGE = objects(**_PASSAGE_FIELDS, **_UNSAID, placement=_PLACED)
EVIDENCE = objects(
    id="e.id",
    claim="e.claim_id",
    n="e.number",
    stance="e.stance",
    source_class="nullif(e.source_class, '')",
    note="e.note",
    passage=f"(SELECT {_EVIDENCE_PASSAGE} FROM {_PASSAGE_SOURCE} WHERE p.id = e.passage_id)",  # noqa: S608
    url="nullif(e.url, '')",
    quote="CASE WHEN e.passage_id IS NULL THEN e.quote"
    " ELSE (SELECT exact FROM annotations_passage WHERE id = e.passage_id) END",
    archived_url="nullif(e.archived_url, '')",
    accessed_at=time("e.accessed_at"),
    verified="nullif(e.verified, '')",
)

RATING = objects(
    id="ra.id",
    label="CASE WHEN rs.is_free_text AND v.rating_text <> '' THEN v.rating_text ELSE ra.label END",
    class_="ra.rating_class",
    value="CASE WHEN NOT rs.is_free_text THEN ra.value END",
    definition="ra.definition",
    scale="ra.scale_id",
)

VERDICT = objects(
    id="v.id",
    claim="v.claim_id",
    version="v.version",
    status="v.status",
    headline="v.headline",
    language="v.language",
    byline="to_json(v.byline)",
    rating=f"(SELECT {RATING} FROM annotations_rating ra JOIN annotations_ratingscale rs ON rs.id = ra.scale_id"  # noqa: S608
    " WHERE ra.id = v.rating_id)",
    rating_text="v.rating_text",
    summary="v.summary",
    rationale="v.rationale",
    correction="CASE WHEN v.correction_kind = '' THEN NULL"
    " ELSE json_build_object('kind', v.correction_kind, 'note', v.correction_note) END",
    contributors=array(
        "json_build_object('id', u.id, 'name', u.name)",
        "accounts_user u WHERE u.id IN (SELECT verdict_contributors(v.id))",
        "u.name, u.id",
    ),
    content_sha256="(SELECT f.sha256 FROM annotations_frozencontent f WHERE f.id = v.frozen_id)",
    approvals=array(
        objects(
            person="json_build_object('id', u.id, 'name', u.name)",
            action="ap.action",
            content_sha256="ap.content_sha256",
            note="ap.note",
            at=time("ap.at"),
        ),
        "annotations_approval ap JOIN accounts_user u ON u.id = ap.person_id"
        " WHERE ap.verdict_id = v.id AND ap.frozen_id = v.frozen_id",
        "ap.at, ap.id",
    ),
    topics="(SELECT to_json(vc.topics) FROM annotations_claim vc WHERE vc.id = v.claim_id)",
    waived="v.waived",
    not_before=time("v.not_before"),
    valid_until="v.valid_until",
    created_at=time("v.created_at"),
    updated_at=time("v.updated_at"),
    submitted_at=time("v.submitted_at"),
    published_at=time("v.published_at"),
)


def claim_expression() -> str:
    """The claim's JSON. Built on call, because the public address is a setting."""
    page = f"'{settings.SITE_URL.replace(chr(39), '')}/fact-checks/' || fc.slug || '/'"
    return objects(
        id="c.id",
        statement="c.statement",
        claimant=f"(SELECT {CLAIMANT} FROM annotations_claimant cl WHERE cl.id = c.claimant_id)",  # noqa: S608
        state="c.state",
        parked_reason="c.parked_reason",
        selection_reason="c.selection_reason",
        topics="to_json(c.topics)",
        assigned_to=PERSON.format("c.assigned_to_id"),
        reviewer=PERSON.format("c.reviewer_id"),
        priority="c.priority",
        due_at=time("c.due_at"),
        appearances=array(
            APPEARANCE,
            f"{APPEARANCES} WHERE a.claim_id = c.id AND a.removed_at IS NULL",
            "a.created_at, a.id",
        ),
        evidence=array(EVIDENCE, "annotations_evidence e WHERE e.claim_id = c.id AND e.removed_at IS NULL", "e.number"),
        verdict=f"(SELECT {VERDICT} FROM annotations_verdict v WHERE v.claim_id = c.id ORDER BY v.version DESC LIMIT 1)",  # noqa: S608
        fact_check=f"(SELECT json_build_object('id', fc.id, 'url', coalesce(nullif(fc.canonical_url, ''), {page}),"  # noqa: S608
        " 'version', fc.version, 'state', fc.state) FROM annotations_factcheck fc WHERE fc.claim_id = c.id)",
        created_by=PERSON.format("c.created_by_id"),
        created_at=time("c.created_at"),
        updated_at=time("c.updated_at"),
    )


def claim_document(claim_id: UUID | str) -> Tagged | None:
    """The claim with all under it, and its ETag."""
    source = "annotations_claim c WHERE c.id = %s AND c.removed_at IS NULL AND c.merged_into_id IS NULL"
    return tagged_one("claim", claim_expression(), "c.edit_number", source, [claim_id])


def verdict_document(verdict_id: UUID | str) -> Tagged | None:
    return tagged_one("verdict", VERDICT, "v.edit_number", "annotations_verdict v WHERE v.id = %s", [verdict_id])


def evidence_document(evidence_id: UUID | str) -> Raw | None:
    return one(EVIDENCE, "annotations_evidence e WHERE e.id = %s AND e.removed_at IS NULL", [evidence_id])


def appearance_document(appearance_id: UUID | str) -> Raw | None:
    return one(APPEARANCE, f"{APPEARANCES} WHERE a.id = %s AND a.removed_at IS NULL", [appearance_id])
