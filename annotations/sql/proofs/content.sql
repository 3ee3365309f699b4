-- Frozen content matches its digest.
SELECT 'frozen content ' || f.id, 'what was submitted was changed' FROM annotations_frozencontent f
JOIN accounts_payload p ON p.id = f.payload_id
WHERE p.body IS NOT NULL AND f.sha256 <> encode(sha256(convert_to(p.body, 'UTF8')), 'hex');

-- An approval names the digest of its frozen content.
SELECT 'approval ' || a.id, 'it is of other content' FROM annotations_approval a
JOIN annotations_frozencontent f ON f.id = a.frozen_id WHERE f.sha256 <> a.content_sha256;

-- Every approved or published verdict has an approval by a person who wrote none of it.
SELECT 'verdict ' || v.id, 'nobody who may has approved it' FROM annotations_verdict v
WHERE v.status NOT IN ('draft', 'in_review', 'changes_requested') AND NOT EXISTS (
    SELECT 1 FROM annotations_approval a WHERE a.verdict_id = v.id AND a.frozen_id = v.frozen_id AND a.action = 'publish'
        AND NOT EXISTS (SELECT 1 FROM annotations_contribution c WHERE c.verdict_id = v.id AND c.person_id = a.person_id)
);

-- Who submitted frozen content stands among the contributors.
SELECT 'verdict ' || e.object_id, 'a person who submitted it is no longer among its contributors'
FROM accounts_auditevent e
JOIN accounts_payload b ON b.id = e.before_payload_id JOIN accounts_payload a ON a.id = e.after_payload_id
WHERE e.object_table = 'annotations_verdict' AND e.actor_id IS NOT NULL AND a.body::jsonb ->> 'frozen_id' IS NOT NULL
    AND a.body::jsonb -> 'frozen_id' IS DISTINCT FROM b.body::jsonb -> 'frozen_id'
    AND NOT EXISTS (
        SELECT 1 FROM annotations_contribution c WHERE c.verdict_id::text = e.object_id AND c.person_id = e.actor_id);

-- Everybody who made a row or changed its words, by the trail, is among the contributors.
SELECT e.object_table || ' ' || e.object_id, 'a person who wrote it is no longer among its contributors'
FROM accounts_auditevent e
LEFT JOIN accounts_payload b ON b.id = e.before_payload_id
LEFT JOIN accounts_payload a ON a.id = e.after_payload_id
WHERE e.object_table IN ('annotations_claim', 'annotations_evidence', 'annotations_appearance', 'annotations_verdict',
        'annotations_claimantcontact')
    AND e.actor_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM annotations_contribution c WHERE c.object_id::text = e.object_id AND c.person_id = e.actor_id)
    AND (e.action LIKE '%.insert' AND e.object_table <> 'annotations_claimantcontact' OR (e.action LIKE '%.update' AND EXISTS (
        SELECT 1 FROM unnest(CASE e.object_table
            WHEN 'annotations_claim' THEN ARRAY['statement', 'claimant_id']
            WHEN 'annotations_evidence' THEN
                ARRAY['stance', 'source_class', 'note', 'passage_id', 'url', 'quote', 'archived_url', 'cited_as',
                    'accessed_at']
            WHEN 'annotations_claimantcontact' THEN ARRAY['channel', 'response', 'waived_reason']
            WHEN 'annotations_appearance' THEN ARRAY['mode', 'said_at', 'has_said_time', 'said_where', 'relayed_via']
            ELSE ARRAY['headline', 'rating_id', 'summary', 'rationale', 'language', 'byline', 'correction_kind',
                'correction_note', 'valid_until', 'rating_text'] END) AS name
        WHERE b.body::jsonb -> name IS DISTINCT FROM a.body::jsonb -> name AND b.body IS NOT NULL AND a.body IS NOT NULL)));

-- A merge takes rows to another claim's stream. Events of one row in two streams follow each other by what they tell.
SELECT e.object_table || ' ' || e.object_id, 'its events do not follow each other' FROM (
    SELECT object_table, object_id, before_sha256,
        lag(after_sha256, 1, '') OVER (PARTITION BY object_table, object_id ORDER BY id) AS last_sha256
    FROM accounts_auditevent WHERE object_table IN
        ('annotations_evidence', 'annotations_appearance', 'annotations_comment', 'annotations_repeatedclaim')) e
WHERE e.before_sha256 <> e.last_sha256;
