-- The audit trail and the guards that keep append-only tables append-only. See docs/decisions/ on why these are plain
-- triggers: django-pgtrigger's can be switched off for a transaction by any role, and know no TRUNCATE.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: these rows are kept for ever', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_is_kept', TABLE = TG_TABLE_NAME;
END $$;

CREATE FUNCTION acting_person() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('factcheck.actor', true), '')::uuid
$$;

-- One event at the end of its stream. The owner runs it, so the app's role needs no right to write these tables.
CREATE FUNCTION audit_write(
    p_stream text, p_action text, p_table text, p_id text, p_before text, p_after text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_seq bigint;
    v_previous text;
    v_before bigint;
    v_after bigint;
    v_before_sha text := coalesce(encode(sha256(convert_to(p_before, 'UTF8')), 'hex'), '');
    v_after_sha text := coalesce(encode(sha256(convert_to(p_after, 'UTF8')), 'hex'), '');
    v_at timestamptz := clock_timestamp();
    v_actor uuid := acting_person();
    v_via text := left(translate(coalesce(current_setting('factcheck.via', true), ''), E'\n\r', '  '), 80);
    v_request text := left(translate(coalesce(current_setting('factcheck.request', true), ''), E'\n\r', '  '), 64);
    v_hash text;
BEGIN
    IF p_before IS NOT NULL THEN
        INSERT INTO accounts_payload (body) VALUES (p_before) RETURNING id INTO v_before;
    END IF;
    IF p_after IS NOT NULL THEN
        INSERT INTO accounts_payload (body) VALUES (p_after) RETURNING id INTO v_after;
    END IF;
    INSERT INTO accounts_auditstream AS head (stream, seq, hash) VALUES (p_stream, 1, '')
        ON CONFLICT (stream) DO UPDATE SET seq = head.seq + 1
        RETURNING seq, hash INTO v_seq, v_previous;
    v_hash := encode(sha256(convert_to(concat_ws(E'\n',
        v_previous, p_stream, v_seq::text, to_char(v_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        coalesce(v_actor::text, ''), v_via, session_user::text, v_request, p_action, p_table, p_id,
        v_before_sha, v_after_sha, coalesce(v_before::text, ''), coalesce(v_after::text, '')), 'UTF8')), 'hex');
    INSERT INTO accounts_auditevent (
        stream, seq, at, actor_id, via, db_role, request_id, action, object_table, object_id,
        before_sha256, after_sha256, before_payload_id, after_payload_id, previous_hash, hash
    ) VALUES (
        p_stream, v_seq, v_at, v_actor, v_via, session_user, v_request, p_action, p_table, p_id,
        v_before_sha, v_after_sha, v_before, v_after, v_previous, v_hash
    );
    UPDATE accounts_auditstream SET hash = v_hash WHERE stream = p_stream;
END $$;
REVOKE EXECUTE ON FUNCTION audit_write(text, text, text, text, text, text) FROM PUBLIC;

-- Row trigger. Arguments: stream prefix ("claim:"), the column that completes it ("" for none), columns to leave out.
CREATE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_left_out text[] := string_to_array(TG_ARGV[2], ',');
    v_old jsonb;
    v_new jsonb;
    v_row jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN v_old := to_jsonb(OLD) - v_left_out; END IF;
    IF TG_OP <> 'DELETE' THEN v_new := to_jsonb(NEW) - v_left_out; END IF;
    IF v_old = v_new THEN RETURN NULL; END IF;
    v_row := coalesce(v_new, v_old);
    PERFORM audit_write(
        TG_ARGV[0] || CASE WHEN TG_ARGV[1] = '' THEN '' ELSE coalesce(v_row ->> TG_ARGV[1], '') END,
        TG_TABLE_NAME || '.' || lower(TG_OP),
        TG_TABLE_NAME, coalesce(v_row ->> 'id', v_row ->> TG_ARGV[1], ''), v_old::text, v_new::text
    );
    RETURN NULL;
END $$;

-- Payloads: only their blanking, and only by the owner's function below.
CREATE FUNCTION guard_payload() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON accounts_payload FOR EACH ROW EXECUTE FUNCTION guard_payload();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON accounts_payload FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION redact_payload(p_payload bigint, p_stream text, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF coalesce(p_reason, '') = '' OR acting_person() IS NULL THEN
        RAISE EXCEPTION 'A redaction needs a reason and a person' USING ERRCODE = '23514', CONSTRAINT = 'redaction_has_a_reason';
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

CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON accounts_auditevent FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON accounts_auditevent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_rows BEFORE DELETE ON accounts_auditstream FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON accounts_auditstream FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON accounts_user FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_rows BEFORE DELETE ON accounts_user FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'id', 'password,last_login');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'user_id', '');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounts_apitoken
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'user_id', 'secret_sha256,last_used_at');
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounts_invitation
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', 'secret_sha256');
