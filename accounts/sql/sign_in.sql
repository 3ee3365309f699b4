-- The tables that a sign-in depends on and that other packages made: addresses, second factors, single rights.
-- Installed after them. Sessions are bound to their key by the program, see accounts/login/sessions.py.

CREATE OR REPLACE FUNCTION guard_address() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_me uuid := acting_person();
    v_person uuid := coalesce(OLD.user_id, NEW.user_id);
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.user_id, NEW.email) <> (OLD.id, OLD.user_id, OLD.email) THEN
        RAISE EXCEPTION 'An address stays that person''s' USING ERRCODE = '23514', CONSTRAINT = 'address_is_kept';
    END IF;
    IF v_me = v_person OR is_operator() THEN RETURN coalesce(NEW, OLD); END IF;
    -- who makes an account makes its one address, in the same transaction
    IF TG_OP = 'INSERT' AND (NOT desk_has_admin() OR EXISTS (
        SELECT 1 FROM accounts_auditevent e JOIN accounts_user u ON u.id = NEW.user_id
        WHERE e.object_table = 'accounts_user' AND e.object_id = NEW.user_id::text AND e.action = 'accounts_user.insert'
            AND e.at >= now() AND e.actor_id IS NOT DISTINCT FROM v_me AND u.email = NEW.email))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An address is confirmed and changed by the person alone'
        USING ERRCODE = '23514', CONSTRAINT = 'address_is_own', HINT = 'Operators: manage.py reset_access';
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR DELETE OR UPDATE ON account_emailaddress
    FOR EACH ROW EXECUTE FUNCTION guard_address();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON account_emailaddress
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON account_emailaddress
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'user_id', '');

-- That a factor was used is no change of it; that a recovery code was used up is one.
CREATE OR REPLACE FUNCTION guard_second_factor() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'last_used_at' = to_jsonb(OLD) - 'last_used_at' THEN RETURN NEW; END IF;
        IF (NEW.id, NEW.user_id, NEW.type, NEW.created_at) <> (OLD.id, OLD.user_id, OLD.type, OLD.created_at) THEN
            RAISE EXCEPTION 'A second factor stays that person''s'
                USING ERRCODE = '23514', CONSTRAINT = 'second_factor_is_kept';
        END IF;
    END IF;
    IF acting_person() = coalesce(OLD.user_id, NEW.user_id) OR is_operator() THEN RETURN coalesce(NEW, OLD); END IF;
    RAISE EXCEPTION 'A second factor is added, changed and removed by the person alone'
        USING ERRCODE = '23514', CONSTRAINT = 'second_factor_is_own', HINT = 'Operators: manage.py reset_access';
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR DELETE OR UPDATE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION guard_second_factor();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON mfa_authenticator
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION audit_row('person:', 'user_id', 'last_used_at', 'data');

-- Rights come with roles (accounts/permissions.py). Django's single permissions are nobody's.
CREATE OR REPLACE TRIGGER keep_rows BEFORE INSERT OR DELETE OR UPDATE ON accounts_user_user_permissions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_rows BEFORE INSERT OR DELETE OR UPDATE ON auth_group_permissions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
