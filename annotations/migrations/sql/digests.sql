-- A digest is of what it stands beside, and what is published has its version: raw SQL cannot make either up.

CREATE FUNCTION guard_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) ->> TG_ARGV[0] IS DISTINCT FROM (
        SELECT encode(sha256(convert_to(body, 'UTF8')), 'hex') FROM accounts_payload WHERE id = NEW.payload_id
    ) THEN
        RAISE EXCEPTION 'The digest is not that of the content'
            USING ERRCODE = '23514', CONSTRAINT = 'digest_matches_content', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_digest BEFORE INSERT ON annotations_frozencontent
    FOR EACH ROW EXECUTE FUNCTION guard_digest('sha256');
CREATE TRIGGER guard_digest BEFORE INSERT ON annotations_factcheckversion
    FOR EACH ROW EXECUTE FUNCTION guard_digest('document_sha256');

-- at the end of the transaction: the version is written after the move
CREATE FUNCTION guard_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM annotations_factcheckversion WHERE verdict_id = NEW.id AND frozen_id = NEW.frozen_id) THEN
        RAISE EXCEPTION 'A published verdict has its version' USING ERRCODE = '23514', CONSTRAINT = 'published_has_a_version';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_published AFTER UPDATE OF status ON annotations_verdict DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'published' AND OLD.status = 'approved') EXECUTE FUNCTION guard_published();
