"""Raw SQL for the random sequences: what is tried as the app's role, and what the invariants read."""

from typing import Any

from django.db import connection

_OF_CLAIM = "(SELECT id FROM annotations_verdict WHERE claim_id = '{claim}' ORDER BY version DESC LIMIT 1)"
OLDEST = "(SELECT id FROM annotations_frozencontent WHERE claim_id = '{claim}' ORDER BY id LIMIT 1)"
APPROVE = """
    INSERT INTO annotations_approval (id, verdict_id, claim_id, person_id, action, attempt, content_sha256, frozen_id, note, at)
    SELECT uuidv7(), v.id, v.claim_id, '{person}', 'publish', 0, f.sha256, f.id, '', now()
    FROM annotations_verdict v JOIN annotations_frozencontent f ON f.claim_id = v.claim_id WHERE v.id = '{verdict}'
"""
WRITE_VERSION = """
    INSERT INTO publishing_factcheckversion (fact_check_id, number, verdict_id, frozen_id, payload_id, document_sha256, kind,
        note, is_single_approval, published_at)
    SELECT f.id, v.version, v.id, v.frozen_id, c.payload_id, c.sha256, '', '', false, now()
    FROM annotations_verdict v JOIN publishing_factcheck f ON f.claim_id = v.claim_id
    JOIN annotations_frozencontent c ON c.id = v.frozen_id WHERE v.id = '{verdict}'
"""
WRITE_NOTES = "UPDATE annotations_evidence SET note = note || '.' WHERE claim_id = '{claim}' AND removed_at IS NULL"
FREEZE = """
    WITH text AS (INSERT INTO accounts_payload (body) VALUES ('{{}}') RETURNING id)
    INSERT INTO annotations_frozencontent (id, claim_id, sha256, payload_id, created_at)
    SELECT uuidv7(), '{claim}', {sha}, id, now() FROM text
"""
PUBLISHED_AT_BIRTH = f"""
    INSERT INTO annotations_verdict SELECT (jsonb_populate_record(v, jsonb_build_object(
        'id', uuidv7(), 'version', v.version + 1, 'status', 'published'))).* FROM annotations_verdict v WHERE id = {_OF_CLAIM}
"""
TEMPTING = [
    "UPDATE annotations_verdict SET status = '{status}' WHERE id = '{verdict}'",
    "UPDATE annotations_verdict SET status = '{status}', published_at = now() WHERE id = '{verdict}'",
    "UPDATE annotations_verdict SET summary = summary || '.' WHERE id = '{verdict}'",
    "UPDATE annotations_verdict SET summary = summary || '.', status = 'draft', frozen_id = NULL WHERE id = '{verdict}'",
    f"UPDATE annotations_verdict SET frozen_id = {OLDEST} WHERE id = '{{verdict}}'",
    f"UPDATE annotations_verdict SET frozen_id = {OLDEST}, status = 'in_review' WHERE id = '{{verdict}}'",
    "SELECT remove_words('{claim}', 'by sql')",
    APPROVE,
    WRITE_VERSION,
    WRITE_NOTES,
]
PRELUDES = ["", "SET LOCAL pgtrigger.ignore = 'all'; ", "SET LOCAL factcheck.removing = 'on'; "]
_KEPT = {
    "annotations_approval": "note = 'x'", "annotations_contribution": "kind = 'claim'",
    "annotations_frozencontent": "sha256 = 'x'",
    "publishing_factcheckversion": "note = 'x'", "annotations_verdicttransition": "reason = 'x'",
    "annotations_transitionrule": "to_status = 'published'", "accounts_auditevent": "action = 'x'",
    "accounts_auditstream": "seq = seq - 1", "accounts_payload": "body = 'x'", "articles_articlerevision": "text = 'x'",
}  # fmt: skip
FORBIDDEN = [
    *(f"UPDATE {table} SET {change}" for table, change in _KEPT.items()),
    *(f"DELETE FROM {table}" for table in _KEPT),
    *(f"TRUNCATE {table} CASCADE" for table in _KEPT),
    *(
        f"DELETE FROM annotations_{table}"
        for table in ("verdict", "claim", "evidence", "appearance", "passage", "placement")
    ),
    "INSERT INTO annotations_contribution (claim_id, person_id, kind, object_id) VALUES ('{claim}', NULL, 'claim', '{claim}')",
    "INSERT INTO accounts_auditstream (stream, seq, hash) VALUES ('claim:x', 0, '')",
    "INSERT INTO accounts_auditevent SELECT * FROM accounts_auditevent LIMIT 1",
    "SELECT audit_write('claim:{claim}', 'a', 't', 'i', NULL, NULL)",
    PUBLISHED_AT_BIRTH,
    FREEZE.replace("{sha}", "repeat('0', 64)"),
    f"UPDATE annotations_verdict SET version = version + 1 WHERE id = {_OF_CLAIM}",
    f"UPDATE annotations_verdict SET claim_id = uuidv7() WHERE id = {_OF_CLAIM}",
    "SET LOCAL session_replication_role = 'replica'",
    "ALTER TABLE annotations_verdict DISABLE TRIGGER ALL",
    "DROP TRIGGER guard_insert ON annotations_approval",
    "SET ROLE pg_database_owner",
]

_SHA = "encode(sha256(convert_to(p.body, 'UTF8')), 'hex')"
STATE = f"""
    WITH v AS (SELECT * FROM annotations_verdict WHERE claim_id = %(claim)s),
    past AS (SELECT * FROM v WHERE NOT status = ANY (%(open)s)),
    f AS (SELECT * FROM publishing_factcheck WHERE claim_id = %(claim)s),
    approval AS (
        SELECT a.*, c.sha256 = a.content_sha256 AND (p.redacted_at IS NOT NULL OR c.sha256 = {_SHA}) AS is_exact
        FROM annotations_approval a JOIN annotations_frozencontent c ON c.id = a.frozen_id
        JOIN accounts_payload p ON p.id = c.payload_id WHERE a.claim_id = %(claim)s AND a.action = 'publish'
    ),
    version AS (
        SELECT x.*, x.document_sha256 = {_SHA} OR p.redacted_at IS NOT NULL AS is_exact
        FROM f JOIN publishing_factcheckversion x ON x.fact_check_id = f.id JOIN accounts_payload p ON p.id = x.payload_id
    ),
    kept AS (
        SELECT 'verdict ' || id AS key, md5(concat_ws('|', version, headline, summary, rationale, rating_id, frozen_id, language,
            byline, correction_kind, correction_note, published_at)) AS digest FROM past
        UNION ALL SELECT 'version ' || id, md5(concat_ws('|', number, verdict_id, frozen_id, payload_id, document_sha256, kind,
            note, is_single_approval, published_by_id, published_at)) FROM version
    )
    SELECT json_build_object(
        'live', (SELECT count(*) FROM v WHERE status = ANY (%(live)s)),
        'open', (SELECT count(*) FROM v WHERE status = ANY (%(open)s)),
        'unapproved', (SELECT count(*) FROM v WHERE status NOT IN ('draft', 'in_review', 'changes_requested') AND NOT EXISTS (
            SELECT 1 FROM approval a WHERE a.verdict_id = v.id AND a.frozen_id = v.frozen_id AND a.is_exact)),
        'unmatched', (SELECT count(*) FROM past LEFT JOIN version x ON x.verdict_id = past.id
            WHERE (x.frozen_id = past.frozen_id AND x.number = past.version AND x.is_exact) IS NOT TRUE),
        'kept', (SELECT coalesce(json_object_agg(key || CASE WHEN (SELECT state FROM f) = 'removed' THEN ', blanked' ELSE '' END,
            digest), '{{}}') FROM kept),
        'approvals', (SELECT coalesce(json_agg(json_build_array(id, person_id, verdict_id)), '[]') FROM approval),
        'standing', (SELECT coalesce(json_agg(id), '[]') FROM annotations_evidence
            WHERE claim_id = %(claim)s AND removed_at IS NULL),
        'events', (SELECT seq FROM accounts_auditstream WHERE stream = 'claim:' || %(claim)s)
    )
"""
WROTE_BEFORE = """
    SELECT EXISTS (SELECT 1 FROM accounts_auditevent w JOIN accounts_auditevent a USING (stream)
        WHERE w.stream = 'claim:' || %(claim)s AND w.seq > %(since)s AND w.actor_id = %(person)s
        AND a.object_id = %(approval)s AND w.seq < a.seq
        AND w.object_table IN ('annotations_verdict', 'annotations_evidence'))
"""
CHAIN_BREAKS = """
    SELECT count(*) FROM (
        SELECT seq, previous_hash, row_number() OVER w AS n, lag(hash, 1, '') OVER w AS before
        FROM accounts_auditevent WHERE stream = 'claim:' || %(claim)s WINDOW w AS (ORDER BY seq)) AS chain
    WHERE seq <> n OR previous_hash <> before
"""


def read(statement: str, **names: Any) -> Any:
    """The one value that a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        return cursor.fetchone()[0]
