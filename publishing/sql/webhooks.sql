-- Endpoints are settings of the desk: every change is an audit event, with digests of the secrets.

CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON publishing_webhookendpoint
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', '', 'secret,previous_secret');

-- What is signed and sent tells of a numbered change, of an import or export, or is a test; once written it stays.
CREATE OR REPLACE FUNCTION guard_delivery() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_body jsonb := NEW.body::jsonb;
    v_told jsonb;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.endpoint_id, NEW.event, NEW.body) = (OLD.id, OLD.endpoint_id, OLD.event, OLD.body)
            AND NEW.change_id IS NOT DISTINCT FROM OLD.change_id THEN
            RETURN NEW;
        END IF;
    -- What was sent is sent again as it was, though its import or export may be gone.
    ELSIF NEW.replay_of_id IS NOT NULL THEN
        IF EXISTS (SELECT FROM publishing_delivery d WHERE d.id = NEW.replay_of_id AND (d.endpoint_id, d.event, d.body)
            = (NEW.endpoint_id, NEW.event, NEW.body) AND d.change_id IS NOT DISTINCT FROM NEW.change_id) THEN
            RETURN NEW;
        END IF;
    ELSE
        v_told := CASE
            WHEN NEW.change_id IS NOT NULL THEN (
                SELECT jsonb_build_object('id', c.object_id, 'version', nullif(c.version, 0), 'seq', c.seq, 'etag', nullif(c.etag, ''))
                FROM publishing_change c WHERE c.id = NEW.change_id AND c.seq IS NOT NULL AND c.event = NEW.event)
            WHEN NEW.event IN ('import.finished', 'import.failed') THEN (
                SELECT jsonb_build_object('id', id) FROM articles_importrun WHERE id::text = v_body #>> '{data,id}')
            WHEN NEW.event = 'export.ready' THEN (
                SELECT jsonb_build_object('id', id) FROM publishing_exportrun WHERE id::text = v_body #>> '{data,id}')
            WHEN NEW.event = 'endpoint.test' THEN jsonb_build_object('id', NEW.endpoint_id) END;
        -- Of the address only the path is compared: the database does not know the site's host.
        IF v_body - 'timestamp' = jsonb_build_object('type', NEW.event, 'data', '{"version": null, "seq": null, "etag": null}'
                || v_told || jsonb_build_object('url', v_body #> '{data,url}'))
            AND v_body #>> '{data,url}' ~ ('^https?://[^?#[:space:]]+/api/v1/[a-z-]+/' || (v_told ->> 'id') || '$')
            AND is_utc_time(v_body ->> 'timestamp') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A delivery tells of its change' USING ERRCODE = '23514', CONSTRAINT = 'delivery_is_true';
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON publishing_delivery
    FOR EACH ROW EXECUTE FUNCTION guard_delivery();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON publishing_webhookendpoint
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
