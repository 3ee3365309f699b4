-- Payloads: the stored bodies that digests in the trail, in frozen content and in versions refer to.

-- Payloads may only be blanked, and only by the owner's function below.
CREATE OR REPLACE FUNCTION guard_payload() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.body IS NULL AND OLD.body IS NOT NULL AND NEW.redacted_at IS NOT NULL
        AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)
        AND current_setting('factcheck.redacting', true) = OLD.id::text
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % is refused: these rows are kept for ever', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = 'accounts_payload_is_kept', TABLE = TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON accounts_payload
    FOR EACH ROW EXECUTE FUNCTION guard_payload();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON accounts_payload
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
