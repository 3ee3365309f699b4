-- Fact-checks and their versions: published from approved content alone.

CREATE OR REPLACE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM annotations_verdict v JOIN publishing_factcheck f ON f.id = NEW.fact_check_id AND f.claim_id = v.claim_id
        WHERE v.id = NEW.verdict_id AND v.frozen_id = NEW.frozen_id AND v.version = NEW.number AND v.status = 'published'
    ) OR NOT verdict_is_approved(NEW.verdict_id, NEW.frozen_id) THEN
        RAISE EXCEPTION 'A version is published from approved content alone'
            USING ERRCODE = '23514', CONSTRAINT = 'version_is_approved';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_digest BEFORE INSERT ON publishing_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION guard_digest('document_sha256');
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON publishing_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION guard_version();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON publishing_factcheckversion
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_factcheckversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- at the end of the transaction: the version is written after the move
CREATE OR REPLACE FUNCTION guard_published() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM publishing_factcheckversion WHERE verdict_id = NEW.id AND frozen_id = NEW.frozen_id) THEN
        RAISE EXCEPTION 'A published verdict has its version' USING ERRCODE = '23514', CONSTRAINT = 'published_has_a_version';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_published ON annotations_verdict;
CREATE CONSTRAINT TRIGGER guard_published AFTER UPDATE OF status ON annotations_verdict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'published' AND OLD.status = 'approved') EXECUTE FUNCTION guard_published();

CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON publishing_factcheck
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_factcheck
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_factcheck
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', 'document,document_text');

-- Turning jsonb into text was most of the cost of a feed page, a list or an export (measured 2026-11-29). Generated: the
-- column cannot differ from `document`, is blanked with it, and is neither dumped nor restored.
ALTER TABLE publishing_factcheck ADD COLUMN IF NOT EXISTS document_text text GENERATED ALWAYS AS (document::text) STORED;
