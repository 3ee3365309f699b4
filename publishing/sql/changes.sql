-- The outbox: numbered once, superseded once, tombstones purged after 30 days.

-- Never max(seq) + 1: once the newest tombstone is purged, its number would be given again.
CREATE SEQUENCE IF NOT EXISTS publishing_change_feed;

CREATE OR REPLACE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.is_latest OR OLD.seq IS NULL OR OLD.modified_at > now() - interval '30 days' THEN
            RAISE EXCEPTION 'The newest change of an object stays, any other one 30 days'
                USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(NEW) - '{seq,is_latest}'::text[] <> to_jsonb(OLD) - '{seq,is_latest}'::text[]
        OR (OLD.seq IS NOT NULL AND NEW.seq IS DISTINCT FROM OLD.seq) OR (NEW.is_latest AND NOT OLD.is_latest) THEN
        RAISE EXCEPTION 'A change never changes' USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE DELETE OR UPDATE ON publishing_change
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION guard_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
