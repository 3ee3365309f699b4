-- Rating scales are frozen at first use.

CREATE OR REPLACE FUNCTION guard_rating() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM annotations_ratingscale s
        WHERE s.id IN (OLD.scale_id, NEW.scale_id) AND s.frozen_at IS NOT NULL) THEN
        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'is_active' = to_jsonb(OLD) - 'is_active' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'A scale in use does not change: make a new version'
            USING ERRCODE = '23514', CONSTRAINT = 'rating_scale_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE OR REPLACE FUNCTION guard_scale() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'is_active' <> to_jsonb(OLD) - 'is_active') THEN
        RAISE EXCEPTION 'A scale in use does not change: make a new version'
            USING ERRCODE = '23514', CONSTRAINT = 'rating_scale_is_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE INSERT OR DELETE OR UPDATE ON annotations_rating
    FOR EACH ROW EXECUTE FUNCTION guard_rating();
CREATE OR REPLACE TRIGGER guard_write BEFORE DELETE OR UPDATE ON annotations_ratingscale
    FOR EACH ROW EXECUTE FUNCTION guard_scale();
