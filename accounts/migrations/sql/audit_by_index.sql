-- The same events and the same hashes, for less.
--
-- A variable of a function has the collation of what it is called with, and the name of a table, which audit_row() passes
-- on, is of collation "C". So the head of a stream was looked for in "C", which no index has: every event read all heads.
-- v_stream has the column's own collation whoever calls.
--
-- The head is locked and read first and written once, with its hash, instead of twice. It runs as its callers do, which are
-- the owner's: changing role and search path once more took half as long as the event itself.
CREATE OR REPLACE FUNCTION audit_write(
    p_stream text, p_action text, p_table text, p_id text, p_before text, p_after text
) RETURNS void LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
    v_stream text COLLATE "default" := p_stream;
    v_seq bigint;
    v_previous text;
    v_is_known boolean;
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
    LOOP
        SELECT seq, hash INTO v_seq, v_previous FROM accounts_auditstream WHERE stream = v_stream FOR UPDATE;
        v_is_known := FOUND;
        v_seq := coalesce(v_seq, 0) + 1;
        v_previous := coalesce(v_previous, '');
        v_hash := encode(sha256(convert_to(concat_ws(E'\n',
            v_previous, v_stream, v_seq::text, to_char(v_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            coalesce(v_actor::text, ''), v_via, session_user::text, v_request, p_action, p_table, p_id,
            v_before_sha, v_after_sha, coalesce(v_before::text, ''), coalesce(v_after::text, '')), 'UTF8')), 'hex');
        IF v_is_known THEN
            UPDATE accounts_auditstream SET seq = v_seq, hash = v_hash WHERE stream = v_stream;
            EXIT;
        END IF;
        INSERT INTO accounts_auditstream (stream, seq, hash) VALUES (v_stream, v_seq, v_hash) ON CONFLICT DO NOTHING;
        EXIT WHEN FOUND;  -- else somebody began the stream in between, and has committed: go on behind them
    END LOOP;
    INSERT INTO accounts_auditevent (
        stream, seq, at, actor_id, via, db_role, request_id, action, object_table, object_id,
        before_sha256, after_sha256, before_payload_id, after_payload_id, previous_hash, hash
    ) VALUES (
        v_stream, v_seq, v_at, v_actor, v_via, session_user, v_request, p_action, p_table, p_id,
        v_before_sha, v_after_sha, v_before, v_after, v_previous, v_hash
    );
END $$;
