"""Claims with their appearances, evidence, newest verdict and fact-check. Aliases: c claim, a appearance, e evidence,
p passage, v verdict."""

from uuid import UUID

from django.conf import settings

from api.documents.sql import (
    Tagged,
    array,
    objects,
    one,
    tagged_one,
    time,
)
from api.json import Raw

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
    passage=f"(SELECT {_EVIDENCE_PASSAGE} FROM {_PASSAGE_SOURCE} WHERE p.id = e.passage_id)",
    url="nullif(e.url, '')",
    quote="CASE WHEN e.passage_id IS NULL THEN e.quote"
    " ELSE (SELECT exact FROM annotations_passage WHERE id = e.passage_id) END",
    archived_url="nullif(e.archived_url, '')",
    accessed_at=time("e.accessed_at"),
    verified="nullif(e.verified, '')",
    # Until its article was compared with others, evidence counts as no source of its own (services/independence.py).
    is_compared="e.passage_id IS NULL OR EXISTS (SELECT 1 FROM annotations_passage own JOIN articles_textbands compared"
    " ON compared.article_id = own.article_id WHERE own.id = e.passage_id)",
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
    rating=f"(SELECT {RATING} FROM annotations_rating ra JOIN annotations_ratingscale rs ON rs.id = ra.scale_id"
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


def _claim(  # one SQL expression per thing beside the claim
    *,
    claimant: str,
    assigned_to: str,
    reviewer: str,
    appearances: str,
    evidence: str,
    verdict: str,
    fact_check: str,
    created_by: str,
) -> str:
    return objects(
        id="c.id",
        statement="c.statement",
        claimant=claimant,
        state="c.state",
        parked_reason="c.parked_reason",
        selection_reason="c.selection_reason",
        topics="to_json(c.topics)",
        assigned_to=assigned_to,
        reviewer=reviewer,
        priority="c.priority",
        due_at=time("c.due_at"),
        appearances=appearances,
        evidence=evidence,
        verdict=verdict,
        fact_check=fact_check,
        created_by=created_by,
        created_at=time("c.created_at"),
        updated_at=time("c.updated_at"),
    )


def _fact_check() -> str:
    """Built on call, because the public address is a setting."""
    page = f"'{settings.SITE_URL.replace(chr(39), '')}/fact-checks/' || fc.slug || '/'"
    address = f"coalesce(nullif(fc.canonical_url, ''), {page})"
    return objects(id="fc.id", url=address, version="fc.version", state="fc.state")


def claim_expression(*, is_new: bool = False) -> str:
    """The claim's JSON, for one claim. Under a new one stands nothing yet but its appearances."""
    person = "NULL" if is_new else PERSON
    return _claim(
        claimant=f"(SELECT {CLAIMANT} FROM annotations_claimant cl WHERE cl.id = c.claimant_id)",
        assigned_to=person.format("c.assigned_to_id"),
        reviewer=person.format("c.reviewer_id"),
        appearances=array(
            APPEARANCE, f"{APPEARANCES} WHERE a.claim_id = c.id AND a.removed_at IS NULL", "a.created_at, a.id"
        ),
        evidence="'[]'::json"
        if is_new
        else array(EVIDENCE, "annotations_evidence e WHERE e.claim_id = c.id AND e.removed_at IS NULL", "e.number"),
        verdict="NULL"
        if is_new
        else f"(SELECT {VERDICT} FROM annotations_verdict v WHERE v.claim_id = c.id ORDER BY v.version DESC LIMIT 1)",
        fact_check="NULL"
        if is_new
        else f"(SELECT {_fact_check()} FROM publishing_factcheck fc WHERE fc.claim_id = c.id)",
        created_by=PERSON.format("c.created_by_id"),
    )


_OF_PAGE = "IN (SELECT id FROM page)"


def claim_page() -> tuple[str, str, str]:
    """The same for a page of claims: (expression, what to gather of the page's claims, how it is joined).

    A thousand claims of one article are one pass over each table instead of six thousand small queries.
    """
    expression = _claim(
        claimant="cl.document",
        assigned_to="pa.document",
        reviewer="pr.document",
        appearances="coalesce(ap.documents, '[]'::json)",
        evidence="coalesce(ev.documents, '[]'::json)",
        verdict="ve.document",
        fact_check="ch.document",
        created_by="pe.document",
    )
    gathered = f"""
    ap AS (SELECT a.claim_id, json_agg({APPEARANCE} ORDER BY a.created_at, a.id) AS documents FROM {APPEARANCES}
        WHERE a.claim_id {_OF_PAGE} AND a.removed_at IS NULL GROUP BY a.claim_id),
    ev AS (SELECT e.claim_id, json_agg({EVIDENCE} ORDER BY e.number) AS documents FROM annotations_evidence e
        WHERE e.claim_id {_OF_PAGE} AND e.removed_at IS NULL GROUP BY e.claim_id),
    ve AS (SELECT v.claim_id, {VERDICT} AS document FROM annotations_verdict v WHERE v.id IN (
        SELECT DISTINCT ON (claim_id) id FROM annotations_verdict WHERE claim_id {_OF_PAGE} ORDER BY claim_id, version DESC)),
    ch AS (SELECT fc.claim_id, {_fact_check()} AS document FROM publishing_factcheck fc WHERE fc.claim_id {_OF_PAGE}),
    cl AS MATERIALIZED (SELECT cl.id, {CLAIMANT} AS document FROM annotations_claimant cl
        WHERE cl.id IN (SELECT claimant_id FROM page)),
    pe AS MATERIALIZED (SELECT u.id, json_build_object('id', u.id, 'name', u.name) AS document FROM accounts_user u
        WHERE u.id IN (SELECT unnest(ARRAY[created_by_id, assigned_to_id, reviewer_id]) FROM page))"""
    joins = (
        " LEFT JOIN ap ON ap.claim_id = c.id LEFT JOIN ev ON ev.claim_id = c.id LEFT JOIN ve ON ve.claim_id = c.id"
        " LEFT JOIN ch ON ch.claim_id = c.id LEFT JOIN cl ON cl.id = c.claimant_id LEFT JOIN pe ON pe.id = c.created_by_id"
        " LEFT JOIN pe AS pa ON pa.id = c.assigned_to_id LEFT JOIN pe AS pr ON pr.id = c.reviewer_id"
    )
    return expression, gathered, joins


def claim_document(claim_id: UUID | str) -> Tagged | None:
    """The claim with all under it, and its ETag."""
    source = "annotations_claim c WHERE c.id = %s AND c.removed_at IS NULL AND c.merged_into_id IS NULL"
    return tagged_one("claim", claim_expression(), "c.edit_number", source, [claim_id])


def new_claim_document(claim_id: UUID | str) -> Tagged | None:
    """The same document of a claim that was just made: nine statements less. Once anything has changed, the whole one."""
    source = "annotations_claim c WHERE c.id = %s AND c.edit_number = 1 AND c.removed_at IS NULL"
    made = tagged_one("claim", claim_expression(is_new=True), "c.edit_number", source, [claim_id])
    return made or claim_document(claim_id)


def verdict_document(verdict_id: UUID | str) -> Tagged | None:
    return tagged_one("verdict", VERDICT, "v.edit_number", "annotations_verdict v WHERE v.id = %s", [verdict_id])


def evidence_document(evidence_id: UUID | str) -> Raw | None:
    return one(EVIDENCE, "annotations_evidence e WHERE e.id = %s AND e.removed_at IS NULL", [evidence_id])


def appearance_document(appearance_id: UUID | str) -> Raw | None:
    return one(APPEARANCE, f"{APPEARANCES} WHERE a.id = %s AND a.removed_at IS NULL", [appearance_id])
