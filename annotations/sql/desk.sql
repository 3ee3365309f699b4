-- The desk's record: its name, addresses and policies stand on every public page, and nobody approves them a second time.

CREATE OR REPLACE FUNCTION guard_desk() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF acts_as_admin() OR is_operator() THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'The desk''s settings are an admin''s' USING ERRCODE = '23514', CONSTRAINT = 'desk_is_an_admins';
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR UPDATE ON annotations_desk
    FOR EACH ROW EXECUTE FUNCTION guard_desk();
