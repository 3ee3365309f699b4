-- Revisions are immutable, numbered without gaps, match their digest, and differ from the one before.
CREATE OR REPLACE FUNCTION guard_revision_insert() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    v_previous record;
BEGIN
    SELECT number, sha256 INTO v_previous FROM articles_articlerevision
        WHERE article_id = NEW.article_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(v_previous.number, 0) + 1 THEN
        RAISE EXCEPTION 'Revision % of article % would leave a gap after %', NEW.number, NEW.article_id,
            coalesce(v_previous.number, 0) USING ERRCODE = '23514', CONSTRAINT = 'revision_number_follows';
    END IF;
    IF NEW.sha256 = v_previous.sha256 THEN
        RAISE EXCEPTION 'Revision % of article % equals the one before it', NEW.number, NEW.article_id
            USING ERRCODE = '23514', CONSTRAINT = 'revision_differs';
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'The digest of revision % is not that of its text', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'revision_digest';
    END IF;
    RETURN NEW;
END $$;

-- The near-duplicate signature is derived and may be filled in later; nothing else may change.
CREATE OR REPLACE FUNCTION guard_revision_update() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) - 'minhash' = to_jsonb(OLD) - 'minhash' THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A revision never changes' USING ERRCODE = '23514', CONSTRAINT = 'articles_articlerevision_is_kept';
END $$;
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON articles_articlerevision
    FOR EACH ROW EXECUTE FUNCTION guard_revision_insert();
CREATE OR REPLACE TRIGGER guard_update BEFORE UPDATE ON articles_articlerevision
    FOR EACH ROW EXECUTE FUNCTION guard_revision_update();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON articles_articlerevision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON articles_articlerevision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A current revision is one of the article's own.
CREATE OR REPLACE FUNCTION guard_current_revision() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.current_revision_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM articles_articlerevision WHERE id = NEW.current_revision_id AND article_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'That revision belongs to another article' USING ERRCODE = '23514', CONSTRAINT = 'current_revision_is_own';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_current BEFORE UPDATE OF current_revision_id ON articles_article
    FOR EACH ROW EXECUTE FUNCTION guard_current_revision();
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE ON articles_article FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON articles_article
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER UPDATE ON articles_article
    FOR EACH ROW WHEN (OLD.source_id IS DISTINCT FROM NEW.source_id
        OR OLD.origin_id IS DISTINCT FROM NEW.origin_id
        OR OLD.url IS DISTINCT FROM NEW.url
        OR OLD.external_id IS DISTINCT FROM NEW.external_id
        OR OLD.title <> NEW.title
        OR OLD.byline <> NEW.byline
        OR OLD.published_at IS DISTINCT FROM NEW.published_at
        OR OLD.language <> NEW.language)
    EXECUTE FUNCTION audit_row('article:', 'id', 'updated_at,current_revision_id');
CREATE OR REPLACE TRIGGER keep_rows BEFORE DELETE OR UPDATE ON articles_blockrole
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON articles_blockrole
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER audit AFTER INSERT ON articles_blockrole
    FOR EACH ROW EXECUTE FUNCTION audit_row('article:', 'article_id', '');
CREATE OR REPLACE TRIGGER audit AFTER DELETE OR UPDATE ON articles_source
    FOR EACH ROW EXECUTE FUNCTION audit_row('source:', 'id', 'updated_at');
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON articles_article
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER keep_key BEFORE UPDATE OF id ON articles_source
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION refuse_change();
