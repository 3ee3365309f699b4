-- The removed fact-check of a claim, or of the claim it was merged into, if enough people decided the removal and the acting
-- person carries it out. Null otherwise.
CREATE OR REPLACE FUNCTION removed_check(p_claim uuid) RETURNS uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT id, merged_into_id FROM annotations_claim WHERE id = p_claim
        UNION SELECT c.id, c.merged_into_id FROM annotations_claim c JOIN up ON c.id = up.merged_into_id
    )
    SELECT f.id FROM publishing_factcheck f JOIN up ON up.id = f.claim_id
    JOIN annotations_verdicttransition t ON t.verdict_id = f.verdict_id
    WHERE f.state = 'removed' AND t.action = 'legal_removal' AND t.actor_id = acting_person() AND is_decided(t) LIMIT 1
$$;

-- Blanks one payload of a removed claim, with an event; false if it is blank already. The digests stay.
CREATE OR REPLACE FUNCTION redact_payload(p_payload bigint, p_stream text, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_claim uuid := substring(p_stream FROM '^claim:([0-9a-f-]{36})$')::uuid;
BEGIN
    IF coalesce(p_reason, '') = '' OR acting_person() IS NULL THEN
        RAISE EXCEPTION 'A redaction needs a reason and a person' USING ERRCODE = '23514', CONSTRAINT = 'redaction_has_a_reason';
    END IF;
    IF v_claim IS NULL OR removed_check(v_claim) IS NULL OR NOT EXISTS (
        SELECT 1 FROM annotations_frozencontent WHERE claim_id = v_claim AND payload_id = p_payload
        UNION ALL SELECT 1 FROM publishing_factcheckversion v JOIN publishing_factcheck f ON f.id = v.fact_check_id
            WHERE f.claim_id = v_claim AND v.payload_id = p_payload
        UNION ALL SELECT 1 FROM accounts_auditevent
            WHERE stream = p_stream AND p_payload IN (before_payload_id, after_payload_id)
    ) THEN
        RAISE EXCEPTION 'Only what a decided removal concerns is blanked'
            USING ERRCODE = '23514', CONSTRAINT = 'removal_was_decided';
    END IF;
    PERFORM set_config('factcheck.redacting', p_payload::text, true);
    UPDATE accounts_payload SET body = NULL, redacted_at = now(), redaction_reason = p_reason
        WHERE id = p_payload AND body IS NOT NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM set_config('factcheck.redacting', '', true);
    PERFORM audit_write(p_stream, 'payload.redact', 'accounts_payload', p_payload::text, NULL,
        jsonb_build_object('payload', p_payload, 'reason', p_reason)::text);
    RETURN true;
END $$;

-- Blanks the words of the claim and of every claim merged into it; returns their ids. Refused unless the legal removal was
-- decided: a transition by the acting person, with an approval or as an override.
CREATE OR REPLACE FUNCTION remove_words(p_claim uuid, p_reason text) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c_gone constant text := 'Removed for legal reasons.';
    v_claims uuid[];
    v_check uuid;
BEGIN
    IF coalesce(p_reason, '') = '' OR acting_person() IS NULL THEN
        RAISE EXCEPTION 'A removal needs a reason and a person' USING ERRCODE = '23514', CONSTRAINT = 'redaction_has_a_reason';
    END IF;
    v_check := removed_check(p_claim);
    IF v_check IS NULL THEN
        RAISE EXCEPTION 'Words are removed only with their check, by who decided it'
            USING ERRCODE = '23514', CONSTRAINT = 'removal_was_decided';
    END IF;
    WITH RECURSIVE merged AS (
        SELECT p_claim AS id UNION SELECT c.id FROM annotations_claim c JOIN merged m ON c.merged_into_id = m.id
    ) SELECT array_agg(id) INTO v_claims FROM merged;

    PERFORM set_config('factcheck.removing', 'on', true);
    UPDATE annotations_claim SET statement = '', statement_key = '', claimant_id = NULL, selection_reason = '', topics = '{}',
        parked_reason = CASE WHEN state = 'parked' THEN c_gone ELSE '' END, removed_at = coalesce(removed_at, now()),
        edit_number = edit_number + 1 WHERE id = ANY (v_claims);
    UPDATE annotations_appearance SET said_where = '', relayed_via = '' WHERE claim_id = ANY (v_claims);
    UPDATE annotations_evidence SET note = '', cited_as = '', quote = '', archived_url = '', link_status = '',
        url = CASE WHEN passage_id IS NULL THEN 'https://removed.invalid/' ELSE '' END WHERE claim_id = ANY (v_claims);
    UPDATE annotations_claimantcontact SET channel = '', response = '', waived_reason = '' WHERE claim_id = ANY (v_claims);
    UPDATE annotations_comment SET body = CASE WHEN body = '' THEN '' ELSE c_gone END, suggested_from = '',
        suggested_to = CASE WHEN suggested_to IS NOT NULL THEN '' END WHERE claim_id = ANY (v_claims);
    UPDATE annotations_verdict SET headline = '', rating_text = '', summary = '', rationale = '', byline = '{}', correction_note = '',
        waived = '{}', edit_number = edit_number + 1 WHERE claim_id = ANY (v_claims);
    UPDATE annotations_verdicttransition SET reason = '' WHERE claim_id = ANY (v_claims) AND reason <> ''
        AND action <> 'legal_removal' AND reason NOT LIKE 'legal\_removal:%';
    UPDATE annotations_approval SET note = '' WHERE claim_id = ANY (v_claims) AND note <> '' AND action <> 'legal_removal';
    UPDATE annotations_rechecktask SET detail = '', is_open = false,
        resolution = CASE WHEN is_open THEN 'Removed for legal reasons' ELSE resolution END,
        resolved_by_id = CASE WHEN is_open THEN acting_person() ELSE resolved_by_id END,
        resolved_at = CASE WHEN is_open THEN now() ELSE resolved_at END WHERE claim_id = ANY (v_claims);
    DELETE FROM annotations_act WHERE claim_id = ANY (v_claims);
    UPDATE annotations_notification SET template = c_gone, details = '{}' WHERE claim_id = ANY (v_claims);
    UPDATE publishing_errorreport SET body = c_gone, reply_to = '' WHERE fact_check_id = v_check;
    UPDATE publishing_factcheckversion SET note = '' WHERE fact_check_id = v_check AND note <> '';
    UPDATE publishing_change SET notice = '' WHERE kind = 'fact_check' AND object_id = v_check AND reason <> 'legal_removal'
        AND notice <> '';
    -- a receiver's answer may quote the check; our own message holds only ids and a URL
    UPDATE publishing_deliveryattempt a SET response_body = '' FROM publishing_delivery d JOIN publishing_change c
        ON c.id = d.change_id WHERE a.delivery_id = d.id AND c.kind = 'fact_check' AND c.object_id = v_check;
    DELETE FROM accounts_idempotencykey k USING (
        SELECT unnest(v_claims) AS id UNION SELECT v_check
        UNION SELECT id FROM annotations_verdict WHERE claim_id = ANY (v_claims)
        UNION SELECT id FROM annotations_evidence WHERE claim_id = ANY (v_claims)
        UNION SELECT id FROM annotations_appearance WHERE claim_id = ANY (v_claims)
        UNION SELECT id FROM annotations_comment WHERE claim_id = ANY (v_claims)
    ) AS own WHERE position(convert_to(own.id::text, 'UTF8') IN k.body) > 0;
    PERFORM set_config('factcheck.removing', '', true);
    RETURN v_claims;
END $$;
