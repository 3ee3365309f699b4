-- Access: admins grant accounts and roles; a person's own settings are changed only by that person.
--
-- While the desk has no active admin everything is allowed: the first admin is made that way. Afterwards the actor that the
-- program sets (accounts/audit.py) decides. A stolen database password can set any actor; the trail then names that actor.

CREATE OR REPLACE FUNCTION person_has_role(p_person uuid, VARIADIC p_roles text[]) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_user u JOIN accounts_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id
        WHERE u.id = p_person AND u.is_active AND g.name = ANY (p_roles)
    )
$$;

CREATE OR REPLACE FUNCTION desk_has_admin() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM accounts_user u JOIN accounts_user_groups m ON m.user_id = u.id JOIN auth_group g ON g.id = m.group_id
        WHERE u.is_active AND g.name = 'admin'
    )
$$;

CREATE OR REPLACE FUNCTION acts_as_admin() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person_has_role(acting_person(), 'admin') OR NOT desk_has_admin()
$$;

-- Who logs in to the server as the owner of the tables is the operator: `manage.py reset_access`. The app's role is not.
CREATE OR REPLACE FUNCTION is_operator() RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT session_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.accounts_user'::regclass)
$$;

-- The invitation that the person accepts in this transaction. One accepted before has made its account; whose address changed
-- since, another account could be made with it.
CREATE OR REPLACE FUNCTION accepted_now(p_person uuid, p_email text) RETURNS SETOF accounts_invitation LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT i.* FROM accounts_invitation i JOIN accounts_auditevent e
        ON e.object_table = 'accounts_invitation' AND e.object_id = i.id::text AND e.at >= now() AND e.actor_id = p_person
    WHERE i.email = p_email AND i.accepted_at IS NOT NULL AND i.revoked_at IS NULL
$$;

CREATE OR REPLACE FUNCTION guard_person() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_is_self boolean := coalesce(acting_person() = NEW.id, false);
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'last_login' = to_jsonb(OLD) - 'last_login' THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT acts_as_admin() AND NOT (v_is_self AND NOT NEW.is_staff AND NOT NEW.is_superuser
            AND EXISTS (SELECT FROM accepted_now(NEW.id, NEW.email))) THEN
            RAISE EXCEPTION 'An account is made by an admin, or by who was invited' USING ERRCODE = '23514',
                CONSTRAINT = 'account_is_given_by_an_admin', HINT = 'Operators: manage.py create_desk_user --as ADMIN';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'An account stays that person''s' USING ERRCODE = '23514', CONSTRAINT = 'person_is_kept';
    END IF;
    IF NEW.password <> OLD.password AND NOT v_is_self AND desk_has_admin() AND NOT is_operator() THEN
        RAISE EXCEPTION 'A password is changed by the person alone'
            USING ERRCODE = '23514', CONSTRAINT = 'password_is_own', HINT = 'Operators: manage.py reset_access';
    END IF;
    IF (NEW.is_active, NEW.is_staff, NEW.is_superuser) <> (OLD.is_active, OLD.is_staff, OLD.is_superuser)
        AND NOT acts_as_admin()
        -- superusers grant access to the support site, see accounts/admin.py
        AND NOT (NEW.is_active = OLD.is_active
            AND EXISTS (SELECT 1 FROM accounts_user WHERE id = acting_person() AND is_superuser AND is_active)) THEN
        RAISE EXCEPTION 'Access is given and taken by an admin'
            USING ERRCODE = '23514', CONSTRAINT = 'access_is_given_by_an_admin';
    END IF;
    IF NOT v_is_self AND NOT acts_as_admin() AND NOT (is_operator() AND to_jsonb(NEW) - 'password' = to_jsonb(OLD) - 'password')
        AND to_jsonb(NEW) - '{is_staff,is_superuser,last_login}'::text[]
            <> to_jsonb(OLD) - '{is_staff,is_superuser,last_login}'::text[] THEN
        RAISE EXCEPTION 'A profile is changed by the person or an admin'
            USING ERRCODE = '23514', CONSTRAINT = 'profile_is_own';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION guard_person();

-- A new account gets its roles from its creator, in the same transaction; an invited person those of the invitation.
CREATE OR REPLACE FUNCTION guard_role() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_me uuid := acting_person();
BEGIN
    IF TG_OP <> 'UPDATE' AND acts_as_admin() THEN RETURN coalesce(NEW, OLD); END IF;
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM accounts_auditevent e
        WHERE e.object_table = 'accounts_user' AND e.object_id = NEW.user_id::text AND e.action = 'accounts_user.insert'
            AND e.at >= now() AND e.actor_id IS NOT DISTINCT FROM v_me
            AND (v_me IS DISTINCT FROM NEW.user_id OR EXISTS (
                SELECT 1 FROM accounts_user u CROSS JOIN LATERAL accepted_now(u.id, u.email) i
                JOIN auth_group g ON g.name = ANY (i.roles) WHERE u.id = v_me AND g.id = NEW.group_id))
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A role is given and taken by an admin'
        USING ERRCODE = '23514', CONSTRAINT = 'role_is_given_by_an_admin';
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR DELETE OR UPDATE ON accounts_user_groups
    FOR EACH ROW EXECUTE FUNCTION guard_role();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON accounts_user_groups
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Only admins write invitations; only their acceptance is written by another person, who has the secret.
CREATE OR REPLACE FUNCTION guard_invitation() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.email, NEW.roles, NEW.invited_by_id) IS DISTINCT FROM (OLD.id, OLD.email, OLD.roles, OLD.invited_by_id)
            OR OLD.accepted_at IS NOT NULL OR OLD.revoked_at IS NOT NULL THEN
            RAISE EXCEPTION 'An invitation stays as it was given' USING ERRCODE = '23514', CONSTRAINT = 'invitation_is_kept';
        END IF;
        -- The row has only the secret's digest: who reads the table, or writes to it, cannot accept what was sent to another.
        IF NEW.accepted_at IS NOT NULL THEN
            IF to_jsonb(NEW) - 'accepted_at' = to_jsonb(OLD) - 'accepted_at' AND acting_person() IS NOT NULL
                AND OLD.secret_sha256 = hex_digest(current_setting('factcheck.invitation', true))
                AND OLD.expires_at > now() AND person_has_role(OLD.invited_by_id, 'admin') THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'An invitation is accepted with its secret, in its time'
                USING ERRCODE = '23514', CONSTRAINT = 'invitation_needs_its_secret';
        END IF;
    END IF;
    IF NOT acts_as_admin()
        OR (TG_OP = 'INSERT' AND (NEW.accepted_at IS NOT NULL OR NEW.invited_by_id IS DISTINCT FROM acting_person())) THEN
        RAISE EXCEPTION 'An invitation is an admin''s' USING ERRCODE = '23514', CONSTRAINT = 'invitation_is_an_admins';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON accounts_invitation
    FOR EACH ROW EXECUTE FUNCTION guard_invitation();

-- A token acts as one person for ever; its secret is known to its creator, who is that person or an admin.
CREATE OR REPLACE FUNCTION guard_token() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_me uuid := acting_person();
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'last_used_at' = to_jsonb(OLD) - 'last_used_at' THEN RETURN NEW; END IF;
        IF (NEW.id, NEW.user_id, NEW.created_at) <> (OLD.id, OLD.user_id, OLD.created_at)
            OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
            RAISE EXCEPTION 'A token stays that person''s' USING ERRCODE = '23514', CONSTRAINT = 'token_is_kept';
        END IF;
    END IF;
    IF (TG_OP = 'INSERT' OR NEW.secret_sha256 <> OLD.secret_sha256 OR NEW.created_by_id <> OLD.created_by_id)
        AND NEW.created_by_id IS DISTINCT FROM v_me THEN
        RAISE EXCEPTION 'Who makes a token stands in it' USING ERRCODE = '23514', CONSTRAINT = 'token_names_its_creator';
    END IF;
    IF NEW.user_id IS DISTINCT FROM v_me AND NOT acts_as_admin() THEN
        RAISE EXCEPTION 'A token of somebody else is an admin''s' USING ERRCODE = '23514', CONSTRAINT = 'token_is_own';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON accounts_apitoken
    FOR EACH ROW EXECUTE FUNCTION guard_token();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON accounts_apitoken FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The four roles are fixed: renaming a group would change the role of all its people. Installed after the rows exist.
CREATE OR REPLACE TRIGGER keep_rows BEFORE INSERT OR DELETE OR UPDATE ON auth_group
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON auth_group
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON accounts_invitation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON accounts_invitation
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON accounts_user_groups
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
