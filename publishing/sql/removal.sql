-- Blanks the words of the claim and of every claim that was merged into it; answers with their ids. Refused unless the legal
-- removal was decided: a row of the verdict's history by the acting person, with an approval or as an override.
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
    SELECT f.id INTO v_check FROM publishing_factcheck f WHERE f.claim_id = p_claim AND f.state = 'removed' AND EXISTS (
        SELECT 1 FROM annotations_verdicttransition t WHERE t.verdict_id = f.verdict_id AND t.action = 'legal_removal'
            AND t.actor_id = acting_person() AND (t.is_override OR EXISTS (
                SELECT 1 FROM annotations_approval a WHERE a.verdict_id = t.verdict_id AND a.action = 'legal_removal')));
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
    UPDATE annotations_evidence SET note = '', quote = '', archived_url = '', link_status = '',
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
    UPDATE annotations_notification SET title = c_gone WHERE claim_id = ANY (v_claims);
    UPDATE publishing_errorreport SET body = c_gone, reply_to = '' WHERE fact_check_id = v_check;
    UPDATE publishing_factcheckversion SET note = '' WHERE fact_check_id = v_check AND note <> '';
    UPDATE publishing_change SET notice = '' WHERE kind = 'fact_check' AND object_id = v_check AND reason <> 'legal_removal'
        AND notice <> '';
    -- what a receiver answered may repeat what it had read; what we sent has ids and an address alone
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
