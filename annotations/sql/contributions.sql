-- The contributors of a verdict: whoever wrote any of its content.

CREATE OR REPLACE FUNCTION need_person() RETURNS uuid LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF acting_person() IS NULL THEN
        RAISE EXCEPTION 'Content is written by a person: no actor is set'
            USING ERRCODE = '23514', CONSTRAINT = 'content_has_an_author';
    END IF;
    RETURN acting_person();
END $$;

CREATE OR REPLACE FUNCTION add_contribution(p_claim uuid, p_verdict uuid, p_kind text, p_object uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
        VALUES (p_claim, p_verdict, need_person(), p_kind, p_object) ON CONFLICT DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION add_contribution(uuid, uuid, text, uuid) FROM PUBLIC;

-- Inserts directly: through add_contribution() each row took three times as long.
CREATE OR REPLACE FUNCTION note_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.claim_id <> OLD.claim_id THEN
        -- a merge: the authors stay authors under the other claim
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            SELECT NEW.claim_id, NULL, person_id, kind, object_id FROM annotations_contribution
            WHERE claim_id = OLD.claim_id AND object_id = NEW.id AND verdict_id IS NULL ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
        VALUES (NEW.claim_id, NULL, need_person(), TG_ARGV[0], NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION note_claim_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.statement <> OLD.statement OR NEW.claimant_id IS DISTINCT FROM OLD.claimant_id THEN
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            VALUES (NEW.id, NULL, need_person(), 'claim', NEW.id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

-- The claimant's answer, or why nobody asked, is shown to readers.
CREATE OR REPLACE FUNCTION note_contact_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.claim_id <> OLD.claim_id THEN
        -- a merge: who wrote of the contact is noted as an author of its claim
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            SELECT NEW.claim_id, NULL, person_id, kind, NEW.claim_id FROM annotations_contribution
            WHERE claim_id = OLD.claim_id AND object_id = OLD.claim_id AND kind = 'claim' ON CONFLICT DO NOTHING;
        RETURN NULL;
    END IF;
    IF concat(NEW.channel, NEW.response, NEW.waived_reason, NEW.asked_at, NEW.responded_at) <> ''
        AND (TG_OP = 'INSERT' OR (NEW.channel, NEW.response, NEW.waived_reason, NEW.asked_at, NEW.responded_at)
            IS DISTINCT FROM (OLD.channel, OLD.response, OLD.waived_reason, OLD.asked_at, OLD.responded_at)) THEN
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            VALUES (NEW.claim_id, NULL, need_person(), 'claim', NEW.claim_id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

-- Who puts a passage on other words chooses the words that readers see. Nobody's, where an import placed it.
CREATE OR REPLACE FUNCTION note_placement_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
        SELECT claim_id, NULL::uuid, acting_person(), 'evidence', id FROM annotations_evidence WHERE passage_id = NEW.passage_id
        UNION ALL
        SELECT claim_id, NULL, acting_person(), 'appearance', id FROM annotations_appearance WHERE passage_id = NEW.passage_id
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- For all rows that an INSERT added. Arguments: kind, the column of the claim.
CREATE OR REPLACE FUNCTION note_added_contributions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_person uuid;
BEGIN
    IF EXISTS (SELECT FROM added) THEN
        v_person := need_person();
        IF TG_ARGV[0] = 'claim' THEN
            INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
                SELECT id, NULL, v_person, 'claim', id FROM added ON CONFLICT DO NOTHING;
        ELSE
            INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
                SELECT claim_id, NULL, v_person, TG_ARGV[0], id FROM added ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION note_verdict_contribution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- a correction carries the words of the version before it, so its authors come along
        INSERT INTO annotations_contribution (claim_id, verdict_id, person_id, kind, object_id)
            SELECT NEW.claim_id, NEW.id, c.person_id, 'verdict', NEW.id
            FROM annotations_contribution c JOIN annotations_verdict v ON v.id = c.verdict_id
            WHERE v.claim_id = NEW.claim_id AND v.version = NEW.version - 1 ON CONFLICT DO NOTHING;
    ELSIF verdict_content(NEW) IS NOT DISTINCT FROM verdict_content(OLD)
        -- who submits answers for the frozen words: they could be others than those of the rows
        AND (NEW.frozen_id IS NULL OR NEW.frozen_id IS NOT DISTINCT FROM OLD.frozen_id) THEN
        RETURN NULL;
    END IF;
    PERFORM add_contribution(NEW.claim_id, NEW.id, 'verdict', NEW.id);
    IF NEW.rating_id IS NOT NULL THEN
        UPDATE annotations_ratingscale s SET frozen_at = now() FROM annotations_rating r
            WHERE r.id = NEW.rating_id AND s.id = r.scale_id AND s.frozen_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER note_added AFTER INSERT ON annotations_appearance REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_added_contributions('appearance');
CREATE OR REPLACE TRIGGER note_added AFTER INSERT ON annotations_claim REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_added_contributions('claim');
CREATE OR REPLACE TRIGGER note_contribution AFTER UPDATE OF claim_id, passage_id, mode, said_at, has_said_time, said_where, relayed_via
    ON annotations_appearance
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_contribution('appearance');
CREATE OR REPLACE TRIGGER note_contribution AFTER INSERT OR UPDATE OF claim_id, number, stance, source_class, note, cited_as, passage_id, url, quote,
        archived_url, accessed_at
    ON annotations_evidence
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_contribution('evidence');
CREATE OR REPLACE TRIGGER note_contribution AFTER INSERT OR UPDATE OF claim_id, channel, response, waived_reason, asked_at, responded_at
    ON annotations_claimantcontact
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_contact_contribution();
CREATE OR REPLACE TRIGGER note_contribution AFTER UPDATE OF exact ON annotations_placement
    FOR EACH ROW WHEN (NEW.exact <> OLD.exact AND acting_person() IS NOT NULL) EXECUTE FUNCTION note_placement_contribution();
CREATE OR REPLACE TRIGGER note_contribution AFTER UPDATE OF statement, claimant_id ON annotations_claim
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_claim_contribution();
CREATE OR REPLACE TRIGGER note_contribution AFTER INSERT OR UPDATE ON annotations_verdict
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION note_verdict_contribution();

-- The authors of a verdict's text and rating, the statement, standing appearances and evidence, and anything in its frozen
-- content even if it was removed since: otherwise its author could remove it and approve.
CREATE OR REPLACE FUNCTION verdict_contributors(p_verdict uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT c.person_id
    FROM annotations_verdict v
    JOIN annotations_contribution c ON c.claim_id = v.claim_id
    WHERE v.id = p_verdict AND (
        c.verdict_id = v.id
        OR (c.verdict_id IS NULL AND c.kind = 'claim')
        OR (c.verdict_id IS NULL AND c.kind = 'evidence' AND EXISTS (
            SELECT 1 FROM annotations_evidence e WHERE e.id = c.object_id AND e.removed_at IS NULL))
        OR (c.verdict_id IS NULL AND c.kind = 'appearance' AND EXISTS (
            SELECT 1 FROM annotations_appearance a WHERE a.id = c.object_id AND a.removed_at IS NULL))
        OR (c.verdict_id IS NULL AND EXISTS (
            SELECT 1 FROM annotations_frozencontent f JOIN accounts_payload p ON p.id = f.payload_id
            WHERE f.id = v.frozen_id AND position(c.object_id::text IN p.body) > 0))
    )
$$;
