-- The outbox: numbered once, superseded once, tombstones purged after 30 days.

-- Not max(seq) + 1: after the newest tombstone is purged, its number would be given again.
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
    -- The number drawn last, by anybody, while no other can number: one that was drawn and held back would stand before what
    -- readers have read. `last_value` belongs to no snapshot. The lock is that of publishing/services/feed.py.
    IF OLD.seq IS NULL AND NEW.seq IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(1717921124);
        IF NEW.seq <> (SELECT last_value FROM publishing_change_feed) THEN
            RAISE EXCEPTION 'A change is numbered by the sequence' USING ERRCODE = '23514', CONSTRAINT = 'change_is_numbered';
        END IF;
    END IF;
    IF to_jsonb(NEW) - '{seq,is_latest}'::text[] <> to_jsonb(OLD) - '{seq,is_latest}'::text[]
        OR (OLD.seq IS NOT NULL AND NEW.seq IS DISTINCT FROM OLD.seq) OR (NEW.is_latest AND NOT OLD.is_latest) THEN
        RAISE EXCEPTION 'A change never changes' USING ERRCODE = '23514', CONSTRAINT = 'change_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER guard_write BEFORE DELETE OR UPDATE ON publishing_change
    FOR EACH ROW WHEN (NOT is_removing_words()) EXECUTE FUNCTION guard_change();

-- A change of an article names its newest text, and says in the program's own words under how many checks the words changed and
-- what people decided (publishing/services/feed.py). Its rechecks are marked as announced after it, in the same transaction.
CREATE OR REPLACE FUNCTION article_change_is_true(c publishing_change) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    WITH rechecks AS (
        SELECT t.claim_id, CASE WHEN t.resolved_by_id IS NOT NULL THEN lower(t.resolution) END AS resolution
        FROM annotations_rechecktask t JOIN annotations_placement p ON p.id = t.placement_id
        JOIN annotations_passage w ON w.id = p.passage_id
        WHERE w.article_id = c.object_id AND t.kind = 'changed_words' AND t.verdict_id IS NOT NULL AND t.announced_at IS NULL
    ), told AS (
        SELECT regexp_match(c.notice, '^(?:The words under a published check|Words under ([0-9]{1,5}) published checks)'
            ' changed(?:: (.+)\.|; nobody at the desk has decided on it yet\.)$') AS parts
    )
    SELECT parts IS NOT NULL
        AND coalesce(parts[1]::integer, 1) BETWEEN 1 AND (SELECT count(DISTINCT claim_id) FROM rechecks)
        AND NOT EXISTS (
            SELECT FROM string_to_table(parts[2], '; ') AS decided
            WHERE decided NOT IN (SELECT resolution FROM rechecks WHERE resolution IS NOT NULL))
        AND EXISTS (
            SELECT FROM articles_article a LEFT JOIN articles_articlerevision r ON r.id = a.current_revision_id
            WHERE a.id = c.object_id AND (coalesce(r.number, 0), coalesce(r.sha256, '')) = (c.version, c.etag))
    FROM told
$$;

-- A row tells of the fact-check as it stands when it is written, or of an article whose words changed.
CREATE OR REPLACE FUNCTION guard_change_insert() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.seq IS NULL AND NEW.is_latest AND (CASE NEW.kind
        WHEN 'article' THEN (NEW.event, NEW.state, NEW.reason) = ('article.changed', 'updated', 'updated')
            AND article_change_is_true(NEW)
        WHEN 'fact_check' THEN EXISTS (
            SELECT 1 FROM publishing_factcheck f JOIN (VALUES
                ('published', 'fact_check.published', 'updated', 'published'),
                ('updated', 'fact_check.updated', 'updated', 'published'),
                ('corrected', 'fact_check.corrected', 'updated', 'published'),
                ('restored', 'fact_check.restored', 'updated', 'published'),
                ('suspended', 'fact_check.suspended', 'deleted', 'suspended'),
                ('retracted', 'fact_check.retracted', 'deleted', 'retracted'),
                ('legal_removal', 'fact_check.retracted', 'deleted', 'removed')) AS told(reason, event, change, state)
                ON told.state = f.state
            WHERE f.id = NEW.object_id AND (told.reason, told.event, told.change) = (NEW.reason, NEW.event, NEW.state)
                AND (f.version, f.etag, f.modified_at) = (NEW.version, NEW.etag, NEW.modified_at)
                AND (NEW.reason <> 'corrected' OR EXISTS (SELECT 1 FROM publishing_factcheckversion x
                    WHERE x.fact_check_id = f.id AND x.number = f.version AND x.kind = 'correction'))
                AND (NEW.reason <> 'restored' OR EXISTS (SELECT 1 FROM annotations_verdicttransition t
                    WHERE t.verdict_id = f.verdict_id AND t.action = 'restore'))
                AND (NEW.notice IN ('', f.notice) OR EXISTS (SELECT 1 FROM publishing_factcheckversion x
                    WHERE x.fact_check_id = f.id AND x.number = f.version AND x.note = NEW.notice)))
        ELSE false END)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A change tells what changed' USING ERRCODE = '23514', CONSTRAINT = 'change_is_true';
END $$;
CREATE OR REPLACE TRIGGER guard_insert BEFORE INSERT ON publishing_change
    FOR EACH ROW EXECUTE FUNCTION guard_change_insert();

-- At the end of the transaction: a tombstone has its withdrawal, decided in the same transaction by who may; the state of the
-- fact-check alone could have been set for a moment.
CREATE OR REPLACE FUNCTION guard_tombstone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM publishing_factcheck f JOIN annotations_verdicttransition t ON t.claim_id = f.claim_id
        JOIN accounts_auditevent e
            ON e.object_table = 'annotations_verdicttransition' AND e.object_id = t.id::text AND e.at >= now()
        WHERE f.id = NEW.object_id AND is_decided(t) AND t.action = CASE NEW.reason
            WHEN 'suspended' THEN 'suspend' WHEN 'retracted' THEN 'retract' ELSE NEW.reason END
    ) THEN
        RAISE EXCEPTION 'A tombstone has its withdrawal' USING ERRCODE = '23514', CONSTRAINT = 'tombstone_was_decided';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_tombstone ON publishing_change;
CREATE CONSTRAINT TRIGGER guard_tombstone AFTER INSERT ON publishing_change DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'deleted') EXECUTE FUNCTION guard_tombstone();

-- The feed shows the newest row of each object: one that is replaced has its successor at the end of the transaction.
CREATE OR REPLACE FUNCTION guard_newest() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM publishing_change WHERE kind = NEW.kind AND object_id = NEW.object_id AND is_latest) THEN
        RAISE EXCEPTION 'An object keeps its newest change' USING ERRCODE = '23514', CONSTRAINT = 'change_has_a_newest';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS guard_newest ON publishing_change;
CREATE CONSTRAINT TRIGGER guard_newest AFTER UPDATE OF is_latest ON publishing_change DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.is_latest AND NOT NEW.is_latest) EXECUTE FUNCTION guard_newest();
CREATE OR REPLACE TRIGGER keep_table BEFORE TRUNCATE ON publishing_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
