-- The audit trail: every change of a watched table is an event in its stream, written by the owner's triggers.

-- Every function sets its search path, pg_temp last: otherwise a temporary table would hide ours of the same name.
-- This one has a RETURN body, parsed at definition: its names are fixed too, and the planner can inline it.
CREATE OR REPLACE FUNCTION acting_person() RETURNS uuid LANGUAGE sql STABLE
    RETURN nullif(current_setting('factcheck.actor', true), '')::uuid;

-- Whether guards read what is committed when they look. A transaction that reads as of its first query, or one that was held
-- open, would show them who had a role then, and what they take for "in this transaction" would reach back as far. An hour is
-- what a resumed proof reads again (_OVERLAP in audit_proof/chain.py).
CREATE OR REPLACE FUNCTION reads_the_present(p_begun timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN current_setting('transaction_isolation') = 'read committed' AND clock_timestamp() - p_begun < interval '1 hour';

-- Append one event to its stream's chain.
--
-- v_stream has the column's own collation. A parameter has the collation of its argument, and TG_TABLE_NAME, which audit_row()
-- passes on, has collation "C": no index has that, so every event would scan all heads.
--
-- SECURITY INVOKER: its callers run as the owner already, and switching role and search path once more took half as long as
-- the event itself. Locks: the stream's head, last of all locks (docs/architecture.md).
CREATE OR REPLACE FUNCTION audit_write(
    p_stream text, p_action text, p_table text, p_id text, p_before text, p_after text
) RETURNS void LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, public, pg_temp AS $$
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
    IF NOT reads_the_present(now()) THEN
        RAISE EXCEPTION 'A transaction that writes reads what is committed, and takes less than an hour'
            USING ERRCODE = '23514', CONSTRAINT = 'transaction_reads_the_present';
    END IF;
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
        EXIT WHEN FOUND;  -- otherwise another transaction created the stream meanwhile: chain behind its event
    END LOOP;
    INSERT INTO accounts_auditevent (
        stream, seq, at, actor_id, via, db_role, request_id, action, object_table, object_id,
        before_sha256, after_sha256, before_payload_id, after_payload_id, previous_hash, hash
    ) VALUES (
        v_stream, v_seq, v_at, v_actor, v_via, session_user, v_request, p_action, p_table, p_id,
        v_before_sha, v_after_sha, v_before, v_after, v_previous, v_hash
    );
END $$;
REVOKE EXECUTE ON FUNCTION audit_write(text, text, text, text, text, text) FROM PUBLIC;

-- The head of a stream moves with each event: the new version finds room beside the old one, so no index hears of it.
ALTER TABLE accounts_auditstream SET (fillfactor = 50);

-- Row trigger. Arguments: stream prefix ("claim:"), the column that completes it ("" for none), columns to leave out, secret
-- columns, stored as SHA-256 so that a change is recorded without the secret. Sets the time zone and the digits of a float,
-- because the digest of a row must not depend on the session's.
CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET extra_float_digits = 1 AS $$
DECLARE
    v_left_out text[] := string_to_array(TG_ARGV[2], ',');
    v_old jsonb;
    v_new jsonb;
    v_row jsonb;
    v_secret text;
BEGIN
    IF TG_OP <> 'INSERT' THEN v_old := to_jsonb(OLD) - v_left_out; END IF;
    IF TG_OP <> 'DELETE' THEN v_new := to_jsonb(NEW) - v_left_out; END IF;
    IF TG_NARGS > 3 THEN
        FOREACH v_secret IN ARRAY string_to_array(TG_ARGV[3], ',') LOOP
            v_old := jsonb_set(v_old, ARRAY[v_secret], to_jsonb(hex_digest(v_old ->> v_secret)));
            v_new := jsonb_set(v_new, ARRAY[v_secret], to_jsonb(hex_digest(v_new ->> v_secret)));
        END LOOP;
    END IF;
    IF v_old = v_new THEN RETURN NULL; END IF;
    -- A row without an id has the key of what it belongs to. Put to another, it is gone at the one and new at the other.
    IF TG_OP = 'UPDATE' AND NOT v_new ? 'id' AND v_new ->> TG_ARGV[1] <> v_old ->> TG_ARGV[1] THEN
        PERFORM audit_write(
            TG_ARGV[0] || (v_old ->> TG_ARGV[1]), TG_TABLE_NAME || '.delete', TG_TABLE_NAME, v_old ->> TG_ARGV[1], v_old::text, NULL
        );
        PERFORM audit_write(
            TG_ARGV[0] || (v_new ->> TG_ARGV[1]), TG_TABLE_NAME || '.insert', TG_TABLE_NAME, v_new ->> TG_ARGV[1], NULL, v_new::text
        );
        RETURN NULL;
    END IF;
    v_row := coalesce(v_new, v_old);
    PERFORM audit_write(
        TG_ARGV[0] || CASE WHEN TG_ARGV[1] = '' THEN '' ELSE coalesce(v_row ->> TG_ARGV[1], '') END,
        TG_TABLE_NAME || '.' || lower(TG_OP),
        TG_TABLE_NAME, coalesce(v_row ->> 'id', v_row ->> TG_ARGV[1], ''), v_old::text, v_new::text
    );
    RETURN NULL;
END $$;

-- Statement trigger: the events of all rows that an INSERT added, the same events as audit_row() writes and the same hashes,
-- in a few statements for all of them. For tables that many rows come into at once: a thousand claims with their places took
-- a row trigger twice the time (2026-11-30). Arguments: stream prefix, the column that completes it, columns to leave out.
-- Heads are locked in the order of their names, so that two INSERTs cannot wait for each other.
CREATE OR REPLACE FUNCTION audit_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET extra_float_digits = 1 AS $$
DECLARE
    v_left_out text[] := string_to_array(TG_ARGV[2], ',');
    v_table text COLLATE "default" := TG_TABLE_NAME;
    v_action text := TG_TABLE_NAME || '.insert';
    v_rows jsonb[];
    v_streams text[];
    v_ids text[];
    v_bodies text[];
    v_payloads bigint[];
    v_sequence regclass;
    v_count int;
    v_written int;
    v_at timestamptz := clock_timestamp();
    v_actor uuid := acting_person();
    v_via text := left(translate(coalesce(current_setting('factcheck.via', true), ''), E'\n\r', '  '), 80);
    v_request text := left(translate(coalesce(current_setting('factcheck.request', true), ''), E'\n\r', '  '), 64);
BEGIN
    SELECT array_agg(to_jsonb(a) - v_left_out) INTO v_rows FROM added a;
    v_count := coalesce(cardinality(v_rows), 0);
    IF v_count = 0 THEN RETURN NULL; END IF;
    -- By itself: sorting one row into arrays and out again was a tenth of a claim's time in Postgres (2026-12-01).
    IF v_count = 1 THEN
        PERFORM audit_write(
            TG_ARGV[0] || coalesce(v_rows[1] ->> TG_ARGV[1], ''), v_action, v_table, coalesce(v_rows[1] ->> 'id', ''),
            NULL, v_rows[1]::text
        );
        RETURN NULL;
    END IF;
    IF NOT reads_the_present(now()) THEN
        RAISE EXCEPTION 'A transaction that writes reads what is committed, and takes less than an hour'
            USING ERRCODE = '23514', CONSTRAINT = 'transaction_reads_the_present';
    END IF;
    SELECT array_agg(stream ORDER BY stream), array_agg(id ORDER BY stream), array_agg(body ORDER BY stream)
        INTO v_streams, v_ids, v_bodies
        FROM (SELECT TG_ARGV[0] || coalesce(r.j ->> TG_ARGV[1], '') AS stream, coalesce(r.j ->> 'id', '') AS id, r.j::text AS body
              FROM unnest(v_rows) AS r (j)) made;
    -- Two of one stream: each event needs the hash of the one before it.
    IF v_count > (SELECT count(DISTINCT s) FROM unnest(v_streams) s) THEN
        FOR i IN 1 .. v_count LOOP
            PERFORM audit_write(v_streams[i], v_action, v_table, v_ids[i], NULL, v_bodies[i]);
        END LOOP;
        RETURN NULL;
    END IF;
    -- Once: finding a sequence by its column's name reads the catalogue, 8 microseconds for each event (2026-11-30).
    v_sequence := pg_get_serial_sequence('public.accounts_payload', 'id');
    v_payloads := ARRAY(SELECT nextval(v_sequence) FROM generate_series(1, v_count));
    INSERT INTO accounts_payload (id, body) SELECT * FROM unnest(v_payloads, v_bodies);
    PERFORM FROM accounts_auditstream WHERE stream = ANY (v_streams) ORDER BY stream FOR UPDATE;
    WITH linked AS MATERIALIZED (
        SELECT n.*, h.stream IS NOT NULL AS is_known, coalesce(h.seq, 0) + 1 AS seq, coalesce(h.hash, '') AS previous, d.sha,
            encode(sha256(convert_to(concat_ws(E'\n',
                coalesce(h.hash, ''), n.stream, (coalesce(h.seq, 0) + 1)::text,
                to_char(v_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                coalesce(v_actor::text, ''), v_via, session_user::text, v_request, v_action, v_table, n.id,
                '', d.sha, '', n.payload::text), 'UTF8')), 'hex') AS hash
        FROM unnest(v_streams, v_ids, v_bodies, v_payloads) AS n (stream, id, body, payload)
        CROSS JOIN LATERAL (SELECT encode(sha256(convert_to(n.body, 'UTF8')), 'hex') AS sha OFFSET 0) d
        LEFT JOIN accounts_auditstream h ON h.stream = n.stream
    ), begun AS (
        INSERT INTO accounts_auditstream (stream, seq, hash) SELECT stream, seq, hash FROM linked WHERE NOT is_known
            ON CONFLICT DO NOTHING RETURNING stream
    ), moved AS (
        UPDATE accounts_auditstream s SET seq = l.seq, hash = l.hash FROM linked l WHERE l.is_known AND s.stream = l.stream
            RETURNING s.stream
    )
    INSERT INTO accounts_auditevent (
        stream, seq, at, actor_id, via, db_role, request_id, action, object_table, object_id,
        before_sha256, after_sha256, before_payload_id, after_payload_id, previous_hash, hash
    ) SELECT l.stream, l.seq, v_at, v_actor, v_via, session_user, v_request, v_action, v_table, l.id,
            '', l.sha, NULL, l.payload, l.previous, l.hash
        FROM linked l WHERE l.stream IN (SELECT stream FROM begun UNION ALL SELECT stream FROM moved);
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written < v_count THEN
        RAISE EXCEPTION 'Somebody began a stream of the trail at the same moment' USING ERRCODE = '40001';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION hex_digest(p_text text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN coalesce(encode(sha256(convert_to(p_text, 'UTF8')), 'hex'), '');

-- For rows that are never changed or deleted.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: these rows are kept for ever', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_is_kept', TABLE = TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON accounts_auditstream
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON accounts_auditstream
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON accounts_user FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON accounts_user
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON accounts_auditanchor
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON accounts_auditanchor
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Watched tables of this app.
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'id', 'last_login', 'password');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'user_id', '');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON accounts_apitoken
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'user_id', 'last_used_at', 'secret_sha256');
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON accounts_invitation
    FOR EACH ROW EXECUTE FUNCTION audit_row('settings', '', '', 'secret_sha256');
