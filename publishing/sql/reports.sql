-- Readers' reports and the receipts of a CMS: people rely on them, so each has its events, and neither is ever deleted.
-- A stream of its own for each kind: a report's recheck is written to the claim's stream before it, a receipt's canonical
-- address after it, and with one stream for both the two would wait for each other.

-- Of a report the trail has only the digest: the words go with a legal removal, the reader's address after 90 days.
CREATE OR REPLACE FUNCTION guard_report() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) - '{reply_to,task_id}'::text[] <> to_jsonb(OLD) - '{reply_to,task_id}'::text[]
        OR NEW.reply_to NOT IN ('', OLD.reply_to) THEN
        RAISE EXCEPTION 'A reader''s report stays as it came' USING ERRCODE = '23514', CONSTRAINT = 'report_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_update BEFORE UPDATE ON publishing_errorreport
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION guard_report();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON publishing_errorreport
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_errorreport
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_errorreport
    FOR EACH ROW EXECUTE FUNCTION audit_row('reports:', 'fact_check_id', 'reply_to', 'body');

CREATE OR REPLACE FUNCTION guard_receipt() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.reported_by_id IS DISTINCT FROM acting_person() THEN
        RAISE EXCEPTION 'A receipt names who sent it' USING ERRCODE = '23514', CONSTRAINT = 'receipt_names_its_person';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM publishing_factcheckversion WHERE fact_check_id = NEW.fact_check_id AND number = NEW.version)
        OR (TG_OP = 'UPDATE' AND (NEW.id, NEW.fact_check_id, NEW.cms_url) <> (OLD.id, OLD.fact_check_id, OLD.cms_url)) THEN
        RAISE EXCEPTION 'A receipt is of one page and a published version'
            USING ERRCODE = '23514', CONSTRAINT = 'receipt_is_of_a_version';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON publishing_receipt
    FOR EACH ROW EXECUTE FUNCTION guard_receipt();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON publishing_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_receipt
    FOR EACH ROW EXECUTE FUNCTION audit_row('receipts:', 'fact_check_id', '');
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON publishing_errorreport
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON publishing_receipt
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
