-- Legal removal: guards make an exception only while the owner's remove_words() blanks words.

-- Called in the WHEN of nine triggers. PL/pgSQL, because Postgres parses and inlines an SQL function there for every query;
-- and it reads no table unless a removal is running.
CREATE OR REPLACE FUNCTION is_removing_words() RETURNS boolean LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('factcheck.removing', true), '') <> 'on' THEN RETURN false; END IF;
    RETURN current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.annotations_verdict'::regclass);
END $$;
