-- Endpoints are settings of the desk: every change is an audit event, with digests of the secrets.

CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_webhookendpoint
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', '', 'secret,previous_secret');

-- What is signed and sent tells of a numbered change, of an import or export, or is a test; once written it stays.
CREATE OR REPLACE FUNCTION guard_delivery() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_body jsonb := NEW.body::jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.endpoint_id, NEW.event, NEW.body) = (OLD.id, OLD.endpoint_id, OLD.event, OLD.body)
            AND NEW.change_id IS NOT DISTINCT FROM OLD.change_id THEN
            RETURN NEW;
        END IF;
    ELSIF coalesce(v_body ->> 'type', NEW.event) = NEW.event AND (CASE
        WHEN NEW.change_id IS NULL THEN NEW.event IN ('import.finished', 'import.failed', 'export.ready', 'endpoint.test')
        ELSE EXISTS (
            SELECT 1 FROM publishing_change c WHERE c.id = NEW.change_id AND c.seq IS NOT NULL AND c.event = NEW.event
                AND v_body - 'timestamp' = jsonb_build_object('type', c.event, 'data', jsonb_build_object('id', c.object_id,
                    'version', nullif(c.version, 0), 'seq', c.seq, 'etag', nullif(c.etag, ''), 'url', v_body #> '{data,url}'))
                AND v_body #>> '{data,url}' LIKE '%/' || c.object_id
        ) END)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A delivery tells of its change' USING ERRCODE = '23514', CONSTRAINT = 'delivery_is_true';
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON publishing_delivery
    FOR EACH ROW EXECUTE FUNCTION guard_delivery();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON publishing_webhookendpoint
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
