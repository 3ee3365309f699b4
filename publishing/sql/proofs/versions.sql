-- A version's document matches its digest.
SELECT 'version ' || x.id, 'the published version was changed' FROM publishing_factcheckversion x
JOIN accounts_payload p ON p.id = x.payload_id
WHERE p.body IS NOT NULL AND x.document_sha256 <> encode(sha256(convert_to(p.body, 'UTF8')), 'hex');

-- A published verdict has its version, made from the approved content.
SELECT 'verdict ' || v.id, 'it was published without its version' FROM annotations_verdict v
WHERE v.status NOT IN ('draft', 'in_review', 'changes_requested', 'approved') AND NOT EXISTS (
    SELECT 1 FROM publishing_factcheckversion x WHERE x.verdict_id = v.id AND x.frozen_id = v.frozen_id AND x.number = v.version);
