-- A body is blank only if the trail records its removal.
SELECT 'payload ' || p.id, 'it was blanked without a legal removal' FROM accounts_payload p
WHERE p.body IS NULL AND NOT EXISTS (
    SELECT 1 FROM accounts_auditevent e
    WHERE e.object_table = 'accounts_payload' AND e.object_id = p.id::text AND e.action = 'payload.redact'
);
