-- The newest change of a fact-check tells of it as it stands; each fact-check has one. Older changes are superseded, and purged.
SELECT 'fact-check ' || f.id, 'what the feed tells of it was changed' FROM publishing_factcheck f
LEFT JOIN publishing_change c ON c.kind = 'fact_check' AND c.object_id = f.id AND c.is_latest
LEFT JOIN publishing_factcheckversion x ON x.fact_check_id = f.id AND x.number = f.version
WHERE ((c.version, c.etag, c.modified_at, c.state) = (f.version, f.etag, f.modified_at,
        CASE f.state WHEN 'published' THEN 'updated' ELSE 'deleted' END)
    AND c.notice IN ('', f.notice, x.note)
    AND (c.reason <> 'corrected' OR x.kind = 'correction')
    AND c.event = CASE c.reason WHEN 'legal_removal' THEN 'fact_check.retracted' ELSE 'fact_check.' || c.reason END) IS NOT TRUE;

-- A signed message tells of its change.
SELECT 'delivery ' || d.id, 'its message was changed' FROM publishing_delivery d JOIN publishing_change c ON c.id = d.change_id
WHERE (d.body::jsonb #>> '{type}', d.event, d.body::jsonb #>> '{data,id}', d.body::jsonb #>> '{data,seq}')
    IS DISTINCT FROM (c.event, c.event, c.object_id::text, c.seq::text);

-- An older change tells of a state that the fact-check had, by the trail. A legal removal may have blanked that event.
SELECT 'change ' || c.id, 'the fact-check was never as this older change of the feed tells' FROM publishing_change c
WHERE c.kind = 'fact_check' AND NOT c.is_latest AND NOT EXISTS (
    SELECT 1 FROM accounts_auditevent e LEFT JOIN accounts_payload p ON p.id = e.after_payload_id,
        LATERAL (SELECT p.body::jsonb AS j) then_row
    WHERE e.object_table = 'publishing_factcheck' AND e.object_id = c.object_id::text AND (p.body IS NULL OR (
        (j ->> 'version')::int = c.version AND j ->> 'etag' = c.etag AND (j ->> 'modified_at')::timestamptz = c.modified_at
        AND c.state = CASE j ->> 'state' WHEN 'published' THEN 'updated' ELSE 'deleted' END
        AND c.event = CASE c.reason WHEN 'legal_removal' THEN 'fact_check.retracted' ELSE 'fact_check.' || c.reason END
        AND CASE j ->> 'state' WHEN 'published' THEN c.reason IN ('published', 'updated', 'corrected', 'restored')
            WHEN 'removed' THEN c.reason = 'legal_removal' ELSE c.reason = j ->> 'state' END)));

-- Changes are kept thirty days, the first of each version among them.
SELECT 'version ' || x.id, 'no change of the feed tells of it' FROM publishing_factcheckversion x
WHERE x.published_at > now() - interval '29 days' AND NOT EXISTS (
    SELECT 1 FROM publishing_change c WHERE c.kind = 'fact_check' AND c.object_id = x.fact_check_id AND c.version = x.number);
