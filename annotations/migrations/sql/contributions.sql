-- The same rows, written where they are noted: through add_contribution() each took three times as long.
CREATE OR REPLACE FUNCTION note_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.claim_id <> OLD.claim_id THEN
        -- a merge: whoever wrote it stays its author under the other claim
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            SELECT NEW.claim_id, NULL, person_id, kind, object_id FROM annotations_contribution
            WHERE claim_id = OLD.claim_id AND object_id = NEW.id AND verdict_id IS NULL ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
        VALUES (NEW.claim_id, NULL, need_person(), TG_ARGV[0], NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION note_claim_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.statement <> OLD.statement OR NEW.claimant_id IS DISTINCT FROM OLD.claimant_id THEN
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            VALUES (NEW.id, NULL, need_person(), 'claim', NEW.id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

-- Asked by the WHEN of nine triggers, which Postgres reads anew with every statement: an SQL function is parsed and unfolded
-- there each time, this one is not, and where nothing is being removed it asks no table.
CREATE OR REPLACE FUNCTION is_removing_words() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF coalesce(current_setting('factcheck.removing', true), '') <> 'on' THEN RETURN false; END IF;
    RETURN current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.annotations_verdict'::regclass);
END $$;
