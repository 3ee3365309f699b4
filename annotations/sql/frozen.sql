-- Frozen content and versions carry the digest of their payload, and are never changed.

CREATE OR REPLACE FUNCTION guard_digest() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) ->> TG_ARGV[0] IS DISTINCT FROM (
        SELECT encode(sha256(convert_to(body, 'UTF8')), 'hex') FROM accounts_payload WHERE id = NEW.payload_id
    ) THEN
        RAISE EXCEPTION 'The digest is not that of the content'
            USING ERRCODE = '23514', CONSTRAINT = 'digest_matches_content', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_digest BEFORE INSERT ON annotations_frozencontent
    FOR EACH ROW EXECUTE FUNCTION guard_digest('sha256');
CREATE OR REPLACE TRIGGER audit AFTER INSERT ON annotations_frozencontent
    FOR EACH ROW EXECUTE FUNCTION audit_row('claim:', 'claim_id', '');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON annotations_frozencontent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON annotations_frozencontent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
