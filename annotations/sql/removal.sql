-- Legal removal: guards look away while, and only while, the owner's remove_words() blanks words.

-- Asked by the WHEN of nine triggers, which Postgres reads anew with every statement: an SQL function is parsed and unfolded
-- there each time, this one is not, and where nothing is being removed it asks no table.
CREATE OR REPLACE FUNCTION is_removing_words() RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('factcheck.removing', true), '') <> 'on' THEN RETURN false; END IF;
    RETURN current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.annotations_verdict'::regclass);
END $$;
