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
